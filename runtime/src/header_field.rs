//! [`HeaderField`]: a header to look up in answers.

use http::header::ValueIter;
use http::{HeaderMap, HeaderName, HeaderValue};

/// A header to look up in answers. Its lookup data is computed at compile time; [`header!`](crate::header) makes one.
#[derive(Debug)]
pub struct HeaderField {
    name: HeaderName,
    marks: Marks,
}

impl HeaderField {
    /// The header of this name.
    ///
    /// # Panics
    ///
    /// If the name is not that of a header, in small letters.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name: HeaderName::from_static(name),
            marks: Marks::of_name(name.as_bytes()),
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The first value among headers with these marks.
    pub(crate) fn find<'h>(&self, headers: &'h HeaderMap, marks: Marks) -> Option<&'h HeaderValue> {
        // most of the names that are asked for are not there, and are not worth a search
        match marks.0 & self.marks.0 {
            0 => None,
            _ => headers.get(&self.name),
        }
    }

    pub(crate) fn all<'h>(&self, headers: &'h HeaderMap) -> ValueIter<'h, HeaderValue> {
        headers.get_all(&self.name).iter()
    }
}

/// A bit for each name of some headers. Several names share each.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks(u64);

impl Marks {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut all = Self::default();
        headers.keys().for_each(|name| all.add(name.as_str()));
        all
    }

    pub(crate) fn add(&mut self, name: &str) {
        self.0 |= Self::of_name(name.as_bytes()).0;
    }

    const fn of_name(name: &[u8]) -> Self {
        let last = match name.last() {
            Some(last) => *last as usize,
            None => 0,
        };
        Self(1 << ((name.len() * 7 + last) % 64))
    }
}

/// The first value of a header. Few headers are looked through faster than one name is hashed.
pub(crate) fn find_header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h HeaderValue> {
    if headers.len() > 24 {
        return headers.get(name);
    }
    let is_it = |found: &HeaderName| found.as_str().eq_ignore_ascii_case(name);
    let mut headers = headers.iter();
    headers.find_map(|(found, value)| is_it(found).then_some(value))
}

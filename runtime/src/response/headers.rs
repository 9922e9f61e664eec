//! Headers of an answer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use bytes::Bytes;
use http::HeaderValue;

use super::Response;
use crate::error::{DecodeError, Problem};
use crate::header_field::HeaderField;
use crate::text::{FromText, TextError, TimestampFormat};

/// Headers of objects that are lists by RFC 9110: several of one name are as good as one.
/// Of other names, nothing tells which of several values is right.
const LISTS: [&str; 3] = ["cache-control", "content-encoding", "content-language"];

impl Response {
    /// A header as a value; `None` if it is not there. An empty one counts as absent where the
    /// type has no empty text.
    ///
    /// A header that cannot be read is left out, with a debug event: what else the answer holds is
    /// worth more than one value that somebody stored or a proxy wrote. The same goes for several
    /// that differ.
    pub fn header<T: FromText>(&self, field: &HeaderField) -> Option<T> {
        readable(self.read_header(field))
    }

    /// A header that must be there and be readable.
    pub fn required_header<T: FromText>(
        &self,
        field: &'static HeaderField,
    ) -> Result<T, DecodeError> {
        self.read_header(field)?.ok_or_else(|| missing(field))
    }

    fn read_header<T: FromText>(&self, field: &HeaderField) -> Result<Option<T>, DecodeError> {
        let Some(text) = self.header_text(field)? else {
            return Ok(None);
        };
        let is_empty = text.is_empty();
        match T::from_text(text) {
            Ok(value) => Ok(Some(value)),
            Err(_) if is_empty => Ok(None),
            Err(error) => Err(DecodeError::header(field.name(), error)),
        }
    }

    /// A header as a point in time; left out like [`header`](Self::header) where it is none.
    pub fn header_timestamp(
        &self,
        field: &HeaderField,
        format: TimestampFormat,
    ) -> Option<DateTime> {
        readable(self.read_timestamp(field, format))
    }

    /// A header that must be there, as a point in time.
    pub fn required_header_timestamp(
        &self,
        field: &'static HeaderField,
        format: TimestampFormat,
    ) -> Result<DateTime, DecodeError> {
        self.read_timestamp(field, format)?
            .ok_or_else(|| missing(field))
    }

    fn read_timestamp(
        &self,
        field: &HeaderField,
        format: TimestampFormat,
    ) -> Result<Option<DateTime>, DecodeError> {
        match self.header_text(field)? {
            Some(text) if !text.is_empty() => format
                .read(&text)
                .map(Some)
                .map_err(|error| DecodeError::header(field.name(), error)),
            _ => Ok(None),
        }
    }

    /// A header as a list of values, some of them quoted perhaps; all headers of that name count.
    /// Where one item cannot be read, the list is left out.
    pub fn header_list<T: FromText>(&self, field: &HeaderField) -> Option<Vec<T>> {
        let read = || {
            let mut items = Vec::new();
            for value in field.all(&self.headers) {
                for item in header_items(utf8(field.name(), value)?) {
                    let item = T::from_text(item);
                    items.push(item.map_err(|error| DecodeError::header(field.name(), error))?);
                }
            }
            Ok((!items.is_empty()).then_some(items))
        };
        readable(read())
    }

    /// A header as a list of points in time; left out where one of them is none. All headers of that name count.
    pub fn header_timestamps(
        &self,
        field: &HeaderField,
        format: TimestampFormat,
    ) -> Option<Vec<DateTime>> {
        field.find(&self.headers, self.carried.marks)?;
        let text = readable(self.joined(field).map(Some))?;
        let pieces: Vec<_> = text.split(',').map(str::trim).collect();
        // the date of HTTP has a comma of its own
        let size = match format {
            TimestampFormat::HttpDate => 2,
            _ => 1,
        };
        let times = pieces.chunks(size).map(|pieces| {
            let time = format.read(&pieces.join(", "));
            time.map_err(|error| DecodeError::header(field.name(), error))
        });
        readable(times.collect::<Result<Vec<_>, _>>().map(Some))
    }

    /// All headers whose names start with `prefix`, without it; an empty map if there are none.
    /// Those that cannot be read are left out.
    pub fn prefix_headers<K, V>(&self, prefix: &str) -> Option<BTreeMap<K, V>>
    where
        K: for<'a> From<&'a str> + Ord,
        V: FromText,
    {
        let entries = self.headers.iter().filter_map(|(name, value)| {
            let name = name.as_str();
            // most names end their comparison here
            if name.as_bytes().get(prefix.len().wrapping_sub(1)) != prefix.as_bytes().last() {
                return None;
            }
            let key = name.strip_prefix(prefix)?;
            let text = readable(utf8(name, value).map(Some))?;
            let value = V::from_text(Cow::Borrowed(text));
            let value = value.map_err(|error| DecodeError::header(name, error));
            Some((K::from(key), readable(value.map(Some))?))
        });
        Some(entries.collect())
    }

    /// A header whose text stands in base64; left out where it does not.
    pub fn header_base64<T: FromText>(&self, field: &HeaderField) -> Option<T> {
        let bytes: Bytes = self.header(field)?;
        let text = String::from_utf8(bytes.into());
        let text = text.map_err(|_| TextError::expected("UTF-8 in base64"));
        let value = text.and_then(|text| T::from_text(Cow::Owned(text)));
        readable(
            value
                .map(Some)
                .map_err(|error| DecodeError::header(field.name(), error)),
        )
    }

    fn header_text(&self, field: &HeaderField) -> Result<Option<Cow<'_, str>>, DecodeError> {
        let Some(value) = field.find(&self.headers, self.carried.marks) else {
            return Ok(None);
        };
        let has_repeated = self.headers.len() != self.headers.keys_len();
        if has_repeated && field.all(&self.headers).any(|other| other != value) {
            if LISTS.contains(&field.name()) {
                return self.joined(field).map(|text| Some(text.into()));
            }
            let problem = TextError::expected("one value, and there are several");
            return Err(DecodeError::header(field.name(), problem));
        }
        utf8(field.name(), value).map(|text| Some(Cow::Borrowed(text)))
    }

    /// All headers of a name as one text.
    fn joined(&self, field: &HeaderField) -> Result<String, DecodeError> {
        let values = field.all(&self.headers);
        let values = values.map(|value| utf8(field.name(), value));
        Ok(values.collect::<Result<Vec<_>, _>>()?.join(", "))
    }
}

fn utf8<'a>(name: &str, value: &'a HeaderValue) -> Result<&'a str, DecodeError> {
    let text = std::str::from_utf8(value.as_bytes());
    text.map_err(|_| DecodeError::header(name, TextError::expected("UTF-8")))
}

fn missing(field: &'static HeaderField) -> DecodeError {
    DecodeError::new(Problem::MissingHeader { name: field.name() })
}

/// What a header that need not be there holds; nothing where that cannot be read.
fn readable<T>(read: Result<Option<T>, DecodeError>) -> Option<T> {
    read.unwrap_or_else(|error| {
        tracing::debug!(%error, "a header of the answer is left out");
        None
    })
}

/// The items of a list in a header: between commas, in quotes where they hold one.
pub(super) fn header_items(text: &str) -> Vec<Cow<'_, str>> {
    let mut items = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut item = String::new();
            let mut chars = quoted.chars();
            while let Some(c) = chars.next() {
                match c {
                    '"' => break,
                    '\\' => item.extend(chars.next()),
                    c => item.push(c),
                }
            }
            items.push(Cow::Owned(item));
            rest = chars.as_str();
            rest = rest
                .split_once(',')
                .map_or("", |(_, rest)| rest)
                .trim_start();
        } else {
            let (item, next) = rest.split_once(',').unwrap_or((rest, ""));
            items.push(Cow::Borrowed(item.trim()));
            rest = next.trim_start();
        }
    }
    items
}

//! [`Document`].

use std::fmt;

use aws_smithy_types::DateTime;
use quick_xml::events::BytesStart;

use super::Slot;
use super::cursor::Cursor;
use super::element::{
    Element, attribute, next_child, parse_attribute, parse_time, read_text, wrong_value,
};
use crate::error::{DecodeError, Problem};
use crate::text::{FromText, TimestampFormat};

/// An XML answer. Its children are read with [`Document::next`].
pub struct Document<'i> {
    cursor: Cursor<'i>,
    /// `None` for an empty body.
    root: Option<BytesStart<'i>>,
    expected: &'static str,
}

impl<'i> Document<'i> {
    /// Opens a document whose root should be `expected`. Another root is an error at the end, if
    /// nothing in the document was known; no root at all is one as soon as it is read.
    pub fn parse(body: &'i [u8], expected: &'static str) -> Result<Self, DecodeError> {
        let body = without_padding(body);
        let text = std::str::from_utf8(body)
            .map_err(|error| DecodeError::syntax(error.valid_up_to() as u64, "it is not UTF-8"))?;
        let mut cursor = Cursor::new(text);
        let root = cursor.root()?;
        if let Some(root) = &root {
            let name = root.local_name().into_inner();
            if name != expected {
                cursor.set_foreign(DecodeError::wrong_root(name, expected));
            }
        }
        Ok(Self {
            cursor,
            root,
            expected,
        })
    }

    /// The root's name without its prefix; `None` for an empty body.
    pub fn root(&self) -> Option<&str> {
        self.root
            .as_ref()
            .map(|root| root.local_name().into_inner())
    }

    /// The value of an attribute of the root.
    pub fn attribute(&self, name: &str) -> Result<Option<String>, DecodeError> {
        match &self.root {
            Some(root) => attribute(&self.cursor, root, name),
            None => Ok(None),
        }
    }

    /// The next child of the root; `None` after the last. An error where there is no root.
    #[expect(clippy::should_implement_trait, reason = "it lends and can fail")]
    #[inline]
    pub fn next(&mut self) -> Result<Option<Element<'_, 'i>>, DecodeError> {
        if self.root.is_none() {
            return Err(self.empty());
        }
        let Some(start) = next_child(&mut self.cursor, 1)? else {
            self.cursor.finish()?;
            self.cursor.check_foreign()?;
            return Ok(None);
        };
        Ok(Some(Element {
            depth: self.cursor.depth(),
            cursor: &mut self.cursor,
            start,
        }))
    }

    /// The value of an attribute of the root as a value.
    pub fn parse_attribute<T: FromText>(&self, name: &str) -> Result<Option<T>, DecodeError> {
        parse_attribute(self.attribute(name)?, name)
    }

    /// The same for an attribute that must be there.
    pub fn required_attribute<T: FromText>(&self, name: &'static str) -> Result<T, DecodeError> {
        self.parse_attribute(name)?
            .ok_or_else(|| DecodeError::missing(name))
    }

    /// The value of an attribute of the root as a point in time.
    pub fn attribute_timestamp(
        &self,
        name: &str,
        format: TimestampFormat,
    ) -> Result<Option<DateTime>, DecodeError> {
        parse_time(self.attribute(name)?, name, format)
    }

    /// The same for an attribute that must be there.
    pub fn required_attribute_timestamp(
        &self,
        name: &'static str,
        format: TimestampFormat,
    ) -> Result<DateTime, DecodeError> {
        self.attribute_timestamp(name, format)?
            .ok_or_else(|| DecodeError::missing(name))
    }

    /// The root as an element; `None` for an empty body.
    pub fn element(&mut self) -> Option<Element<'_, 'i>> {
        let start = self.root.clone()?;
        Some(Element {
            depth: 1,
            cursor: &mut self.cursor,
            start,
        })
    }

    /// What `read` makes of the root, and an error if that is another one and nothing in it is known.
    pub(crate) fn payload<T>(
        mut self,
        read: impl FnOnce(Element<'_, 'i>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let Some(element) = self.element() else {
            return Err(self.empty());
        };
        let read = read(element);
        let cursor = &mut self.cursor;
        match (read, cursor.foreign()) {
            (Err(_), Some(foreign)) => Err(foreign.clone()),
            (Err(error), None) => Err(error),
            (Ok(value), _) => {
                cursor.close_to(0)?;
                cursor.finish()?;
                cursor.check_foreign().map(|()| value)
            }
        }
    }

    /// The root as an element, of a document that is one value: no other root will do.
    pub fn value(&mut self) -> Result<Element<'_, 'i>, DecodeError> {
        if let Some(foreign) = self.cursor.foreign() {
            return Err(foreign.clone());
        }
        let empty = self.empty();
        self.element().ok_or(empty)
    }

    fn empty(&self) -> DecodeError {
        let expected = self.expected;
        DecodeError::new(Problem::Empty { expected })
    }

    /// The text of the root, for answers that are one value; an empty body has none.
    pub fn parse_root<T: FromText>(&mut self) -> Result<T, DecodeError> {
        let Some(root) = &self.root else {
            return Err(self.empty());
        };
        let text = read_text(&mut self.cursor, root)?;
        T::from_text(text).map_err(|error| wrong_value(root, error))
    }

    /// The value of a required member. If it is missing and the root is a foreign one, or there is
    /// no body at all, the error says that.
    pub fn required<T>(&self, slot: Slot<T>) -> Result<T, DecodeError> {
        slot.required()
            .map_err(|missing| match (&self.root, self.cursor.foreign()) {
                (None, _) => self.empty(),
                (_, Some(foreign)) => foreign.clone(),
                _ => missing,
            })
    }
}

/// A body from its document on. Before it there may be a byte order mark, and blanks, which a service sends while it
/// works: they come before the declaration, where XML allows none.
pub(crate) fn without_padding(body: &[u8]) -> &[u8] {
    let body = body.trim_ascii_start();
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    body.trim_ascii_start()
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

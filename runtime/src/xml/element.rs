//! [`Document`] and [`Element`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use aws_smithy_types::DateTime;
use quick_xml::events::BytesStart;

use super::Slot;
use super::cursor::Cursor;
use crate::error::{DecodeError, Problem};
use crate::text::{FromText, TextError, TimestampFormat};

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
        let text = std::str::from_utf8(body)
            .map_err(|error| DecodeError::syntax(error.valid_up_to() as u64, "it is not UTF-8"))?;
        let mut cursor = Cursor::new(text.strip_prefix('\u{feff}').unwrap_or(text));
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

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

/// One element. Read it with [`next`](Self::next), [`text`](Self::text), [`parse`](Self::parse) or
/// [`timestamp`](Self::timestamp); whatever is left unread is skipped.
pub struct Element<'d, 'i> {
    cursor: &'d mut Cursor<'i>,
    start: BytesStart<'i>,
    /// How many elements are open inside this one's start tag.
    depth: usize,
}

impl<'d, 'i> Element<'d, 'i> {
    /// The name without its prefix.
    #[inline]
    pub fn name(&self) -> &str {
        local_name(&self.start)
    }

    /// The next child; `None` after the last. Text between children means nothing.
    #[expect(clippy::should_implement_trait, reason = "it lends and can fail")]
    #[inline]
    pub fn next(&mut self) -> Result<Option<Element<'_, 'i>>, DecodeError> {
        let Some(start) = next_child(self.cursor, self.depth)? else {
            return Ok(None);
        };
        Ok(Some(Element {
            depth: self.cursor.depth(),
            cursor: self.cursor,
            start,
        }))
    }

    /// The text, exactly as it stands, with entities and CDATA resolved.
    #[inline]
    pub fn text(self) -> Result<Cow<'i, str>, DecodeError> {
        read_text(self.cursor, &self.start)
    }

    /// The text as a value.
    #[inline]
    pub fn parse<T: FromText>(self) -> Result<T, DecodeError> {
        let text = read_text(self.cursor, &self.start)?;
        T::from_text(text).map_err(|error| wrong_value(&self.start, error))
    }

    /// The text as a value; a blank one is refused.
    pub fn parse_filled<T: FromText>(self) -> Result<T, DecodeError> {
        let text = read_text(self.cursor, &self.start)?;
        let value = if text.trim().is_empty() {
            Err(TextError::expected("a value that is not empty"))
        } else {
            T::from_text(text)
        };
        value.map_err(|error| wrong_value(&self.start, error))
    }

    /// The text as a point in time.
    pub fn timestamp(self, format: TimestampFormat) -> Result<DateTime, DecodeError> {
        let text = read_text(self.cursor, &self.start)?;
        let time = format.read(&text);
        time.map_err(|error| wrong_value(&self.start, error))
    }

    /// The items of a list: its children of this name, each read by `read`.
    pub fn list<T>(
        mut self,
        name: &str,
        read: impl Fn(Element<'_, 'i>) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let mut items = Vec::new();
        while let Some(item) = self.next()? {
            if item.name() == name {
                items.push(read(item)?);
            }
        }
        Ok(items)
    }

    /// The entries of a map: its children of this name, each read by `read`.
    pub fn map<K: Ord, V>(
        mut self,
        entry: &str,
        mut read: impl FnMut(Element<'_, 'i>) -> Result<(K, V), DecodeError>,
    ) -> Result<BTreeMap<K, V>, DecodeError> {
        let mut entries = BTreeMap::new();
        while let Some(item) = self.next()? {
            if item.name() == entry {
                entries.extend([read(item)?]);
            }
        }
        Ok(entries)
    }

    /// An entry of a map: the two children of these names.
    pub fn entry<K, V>(
        mut self,
        names: [&'static str; 2],
        key: impl Fn(Element<'_, 'i>) -> Result<K, DecodeError>,
        value: impl Fn(Element<'_, 'i>) -> Result<V, DecodeError>,
    ) -> Result<(K, V), DecodeError> {
        let (mut keys, mut values) = (Slot::new(names[0]), Slot::new(names[1]));
        while let Some(child) = self.next()? {
            if child.name() == names[0] {
                keys.set(key(child)?)?;
            } else if child.name() == names[1] {
                values.set(value(child)?)?;
            }
        }
        Ok((keys.required()?, values.required()?))
    }

    /// Reads its text into a place; an error if there is a value already.
    pub fn fill<T: FromText>(self, place: &mut Option<T>) -> Result<(), DecodeError> {
        self.fill_with(place, Self::parse)
    }

    /// The same for a point in time.
    pub fn fill_time(
        self,
        place: &mut Option<DateTime>,
        format: TimestampFormat,
    ) -> Result<(), DecodeError> {
        self.fill_with(place, |element| element.timestamp(format))
    }

    /// The same for whatever can be read from it.
    pub fn fill_with<T>(
        self,
        place: &mut Option<T>,
        read: impl FnOnce(Self) -> Result<T, DecodeError>,
    ) -> Result<(), DecodeError> {
        if place.is_some() {
            return Err(DecodeError::duplicate(self.name()));
        }
        *place = Some(read(self)?);
        Ok(())
    }

    /// The same for a list that begins empty.
    pub fn fill_list<T>(
        self,
        place: &mut Vec<T>,
        read: impl FnOnce(Self) -> Result<Vec<T>, DecodeError>,
    ) -> Result<(), DecodeError> {
        if !place.is_empty() {
            return Err(DecodeError::duplicate(self.name()));
        }
        *place = read(self)?;
        Ok(())
    }

    /// The same for a map that begins empty.
    pub fn fill_map<K, V>(
        self,
        place: &mut BTreeMap<K, V>,
        read: impl FnOnce(Self) -> Result<BTreeMap<K, V>, DecodeError>,
    ) -> Result<(), DecodeError> {
        if !place.is_empty() {
            return Err(DecodeError::duplicate(self.name()));
        }
        *place = read(self)?;
        Ok(())
    }

    /// Reads it as one item more of a list.
    pub fn push<T>(
        self,
        list: &mut Option<Vec<T>>,
        read: impl FnOnce(Self) -> Result<T, DecodeError>,
    ) -> Result<(), DecodeError> {
        self.append(list.get_or_insert_default(), read)
    }

    /// Reads it as one item more of a list.
    pub fn append<T>(
        self,
        list: &mut Vec<T>,
        read: impl FnOnce(Self) -> Result<T, DecodeError>,
    ) -> Result<(), DecodeError> {
        let item = read(self)?;
        // many lists within a listing have one item
        if list.capacity() == 0 {
            list.reserve_exact(1);
        }
        list.push(item);
        Ok(())
    }

    /// Passes over the element. Dropping it does the same, at the parent's next step.
    pub fn skip(self) -> Result<(), DecodeError> {
        if self.depth == 2 {
            self.cursor.passed_by();
        }
        self.cursor.close_to(self.depth - 1)
    }

    /// The one child of a union.
    pub fn variant(&mut self) -> Result<Element<'_, 'i>, DecodeError> {
        let parent = self.start.clone();
        let missing = || wrong_value(&parent, TextError::expected("one element"));
        self.next()?.ok_or_else(missing)
    }

    /// The value of an attribute, by its name as written, prefix included.
    pub fn attribute(&self, name: &str) -> Result<Option<String>, DecodeError> {
        attribute(self.cursor, &self.start, name)
    }

    /// The same as a value.
    pub fn parse_attribute<T: FromText>(&self, name: &str) -> Result<Option<T>, DecodeError> {
        parse_attribute(self.attribute(name)?, name)
    }

    /// The same for an attribute that must be there.
    pub fn required_attribute<T: FromText>(&self, name: &'static str) -> Result<T, DecodeError> {
        self.parse_attribute(name)?
            .ok_or_else(|| DecodeError::missing(name))
    }
}

impl<'i> Element<'_, 'i> {
    /// The value of an attribute as a point in time.
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

    /// What `read` makes of it; `None` for an element that `xsi:nil` says is null.
    pub fn nullable<T>(
        self,
        read: impl FnOnce(Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        // the check for attributes that are there twice takes time by the square of their number
        let mut attributes = self.start.attributes();
        let is_nil = attributes.with_checks(false).flatten().any(|attribute| {
            attribute.key.local_name().into_inner() == "nil"
                && matches!(attribute.value.trim(), "true" | "1")
        });
        if is_nil {
            self.skip().map(|()| None)
        } else {
            read(self).map(Some)
        }
    }
}

impl fmt::Debug for Element<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Element")
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}

/// The start tag of the next child of the element that is open at `depth`.
#[inline]
fn next_child<'i>(
    cursor: &mut Cursor<'i>,
    depth: usize,
) -> Result<Option<BytesStart<'i>>, DecodeError> {
    cursor.close_to(depth)?;
    if cursor.depth() == depth {
        cursor.child()
    } else {
        // its end was read before
        Ok(None)
    }
}

/// The name without its prefix. Names are short: looking at each byte beats a search.
#[inline]
fn local_name<'s>(start: &'s BytesStart<'_>) -> &'s str {
    let name = start.name().into_inner();
    let colons = name.bytes().map(|byte| u8::from(byte == b':'));
    match colons.fold(0, |found, colon| found | colon) {
        0 => name,
        _ => start.local_name().into_inner(),
    }
}

/// The text up to the end of the element opened last.
#[inline]
fn read_text<'i>(
    cursor: &mut Cursor<'i>,
    start: &BytesStart<'_>,
) -> Result<Cow<'i, str>, DecodeError> {
    cursor
        .text()?
        .ok_or_else(|| wrong_value(start, TextError::expected("text, not elements")))
}

fn parse_attribute<T: FromText>(
    text: Option<String>,
    name: &str,
) -> Result<Option<T>, DecodeError> {
    let value = text.map(|text| T::from_text(Cow::Owned(text)));
    value
        .transpose()
        .map_err(|error| DecodeError::value(name, error))
}

fn parse_time(
    text: Option<String>,
    name: &str,
    format: TimestampFormat,
) -> Result<Option<DateTime>, DecodeError> {
    let time = text.map(|text| format.read(&text));
    time.transpose()
        .map_err(|error| DecodeError::value(name, error))
}

#[cold]
fn wrong_value(start: &BytesStart<'_>, error: TextError) -> DecodeError {
    DecodeError::value(start.local_name().into_inner(), error)
}

fn attribute(
    cursor: &Cursor<'_>,
    start: &BytesStart<'_>,
    name: &str,
) -> Result<Option<String>, DecodeError> {
    let refuse = || cursor.refuse("an attribute is not well-formed");
    let Some(attribute) = start.try_get_attribute(name).map_err(|_| refuse())? else {
        return Ok(None);
    };
    let value = quick_xml::escape::unescape(&attribute.value).map_err(|_| refuse())?;
    Ok(Some(value.into_owned()))
}

#[cfg(test)]
mod tests;

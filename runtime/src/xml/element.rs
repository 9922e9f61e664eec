//! [`Element`], and what it has in common with the root of a document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use aws_smithy_types::DateTime;
use quick_xml::events::BytesStart;

use super::Slot;
use super::cursor::Cursor;
use crate::error::DecodeError;
use crate::text::{FromText, TextError, TimestampFormat};

/// One element. Read it with [`next`](Self::next), [`text`](Self::text), [`parse`](Self::parse) or
/// [`timestamp`](Self::timestamp); whatever is left unread is skipped.
pub struct Element<'d, 'i> {
    pub(super) cursor: &'d mut Cursor<'i>,
    pub(super) start: BytesStart<'i>,
    /// How many elements are open inside this one's start tag.
    pub(super) depth: usize,
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
pub(super) fn next_child<'i>(
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
pub(super) fn read_text<'i>(
    cursor: &mut Cursor<'i>,
    start: &BytesStart<'_>,
) -> Result<Cow<'i, str>, DecodeError> {
    cursor
        .text()?
        .ok_or_else(|| wrong_value(start, TextError::expected("text, not elements")))
}

pub(super) fn parse_attribute<T: FromText>(
    text: Option<String>,
    name: &str,
) -> Result<Option<T>, DecodeError> {
    let value = text.map(|text| T::from_text(Cow::Owned(text)));
    value
        .transpose()
        .map_err(|error| DecodeError::value(name, error))
}

pub(super) fn parse_time(
    text: Option<String>,
    name: &str,
    format: TimestampFormat,
) -> Result<Option<DateTime>, DecodeError> {
    let time = text.map(|text| format.read(&text));
    time.transpose()
        .map_err(|error| DecodeError::value(name, error))
}

#[cold]
pub(super) fn wrong_value(start: &BytesStart<'_>, error: TextError) -> DecodeError {
    DecodeError::value(start.local_name().into_inner(), error)
}

pub(super) fn attribute(
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

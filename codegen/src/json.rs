//! JSON with positions: a thin layer over `serde_json`'s borrowed raw values.
//!
//! A raw value is a slice of the file, so its address says where it stands. Values are read one level
//! at a time and only when they are asked for; whatever is not asked for costs one scan.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::source::{Source, SourceId, Span, floor_char_boundary};

/// How deeply values may be nested. `serde_json` stops at 128; the official S3 endpoint rules need about 50.
pub const MAX_DEPTH: usize = 120;

/// A value in a file.
#[derive(Debug, Clone, Copy)]
pub struct Json<'a> {
    text: &'a str,
    span: Span,
}

/// What is wrong with a value, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Where.
    pub span: Span,
    /// What.
    pub message: String,
    /// Whether values are nested more deeply than [`MAX_DEPTH`].
    pub too_deep: bool,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Its key, without escapes.
    pub key: Cow<'a, str>,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// Its value.
    pub value: Json<'a>,
}

impl<'a> Json<'a> {
    /// The value a file consists of. Afterwards the syntax of the whole file is known to be good.
    pub fn of_file(id: SourceId, source: &'a Source) -> Result<Self, JsonError> {
        let text = source.text();
        let file = Self {
            text,
            span: Span::new(id, 0, text.len()),
        };
        if let Some(at) = first_too_deep(text) {
            let message = format!("this is nested more than {MAX_DEPTH} levels deep");
            return Err(JsonError {
                span: Span::new(id, at, at + 1),
                message,
                too_deep: true,
            });
        }
        let raw: &RawValue = file.parse()?;
        Ok(file.child(raw))
    }

    /// A value that stands in its file in another notation, at this place.
    pub(crate) fn made(text: &'a str, span: Span) -> Self {
        Self { text, span }
    }

    /// The value's text.
    pub fn text(self) -> &'a str {
        self.text
    }

    /// Where the value stands.
    pub fn span(self) -> Span {
        self.span
    }

    /// What kind of value it is, for messages.
    pub fn kind(self) -> &'static str {
        match self.text.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        }
    }

    /// The members of an object, in file order, duplicates included.
    pub fn object(self) -> Result<Vec<Entry<'a>>, JsonError> {
        let Object(entries) = self.parse()?;
        let entry = |(key, value): (Cow<'a, str>, &'a RawValue)| {
            let value = self.child(value);
            let key_span = match &key {
                Cow::Borrowed(key) => self.span_of(key, 1),
                // A key with escapes is no slice of the file: point at its value instead.
                Cow::Owned(_) => value.span,
            };
            Entry {
                key,
                key_span,
                value,
            }
        };
        Ok(entries.into_iter().map(entry).collect())
    }

    /// The items of an array.
    pub fn array(self) -> Result<Vec<Json<'a>>, JsonError> {
        let Array(items) = self.parse()?;
        Ok(items.into_iter().map(|item| self.child(item)).collect())
    }

    /// The text of a string.
    pub fn string(self) -> Result<Cow<'a, str>, JsonError> {
        let Text(text) = self.parse()?;
        Ok(text)
    }

    /// Reads the value as a `T`; an error points into the value.
    pub fn parse<T: Deserialize<'a>>(self) -> Result<T, JsonError> {
        serde_json::from_str(self.text).map_err(|error| self.error(&error))
    }

    /// Whether both values are equal, whitespace and the order of keys aside.
    pub fn same(self, other: Json<'_>) -> bool {
        self.text == other.text
            || match (
                self.parse::<serde_json::Value>(),
                other.parse::<serde_json::Value>(),
            ) {
                (Ok(ours), Ok(theirs)) => ours == theirs,
                _ => false,
            }
    }

    fn child(self, raw: &'a RawValue) -> Self {
        let text = raw.get();
        Self {
            text,
            span: self.span_of(text, 0),
        }
    }

    /// The span of a slice of this value, widened by `quotes` on either side.
    fn span_of(self, slice: &str, quotes: usize) -> Span {
        let offset = slice
            .as_ptr()
            .addr()
            .wrapping_sub(self.text.as_ptr().addr());
        debug_assert!(
            offset <= self.text.len(),
            "only slices of the value have a place in it"
        );
        let start = self.span.start() + offset;
        Span::new(
            self.span.source,
            start - quotes,
            start + slice.len() + quotes,
        )
    }

    fn error(self, error: &serde_json::Error) -> JsonError {
        let offset = offset_of(self.text, error.line(), error.column());
        let last = floor_char_boundary(self.text, offset);
        let end = last + self.text[last..].chars().next().map_or(0, char::len_utf8);
        let start = if error.is_data() {
            token_start(self.text, last)
        } else {
            last
        };
        let span = Span::new(
            self.span.source,
            self.span.start() + start,
            self.span.start() + end,
        );
        let text = error.to_string();
        // The position is drawn as an excerpt; serde_json's own counts from the start of the value.
        let message = text
            .rsplit_once(" at line ")
            .map_or(&*text, |(message, _)| message)
            .to_owned();
        JsonError {
            span,
            message,
            too_deep: false,
        }
    }
}

/// Pairs of entries with the same key: the first one, and one that repeats it.
pub fn duplicate_keys<'e, 'a>(entries: &'e [Entry<'a>]) -> Vec<(&'e Entry<'a>, &'e Entry<'a>)> {
    let mut seen: HashMap<&str, &Entry<'a>> = HashMap::with_capacity(entries.len());
    let mut duplicates = Vec::new();
    for entry in entries {
        match seen.get(&*entry.key) {
            Some(first) => duplicates.push((*first, entry)),
            None => {
                seen.insert(&entry.key, entry);
            }
        }
    }
    duplicates
}

/// The offset of a line and column as `serde_json` counts them: the column is that of the last byte
/// that was read, from 1, and 0 for the line break before the line.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = if line <= 1 {
        0
    } else {
        text.match_indices('\n')
            .nth(line - 2)
            .map_or(text.len(), |(newline, _)| newline + 1)
    };
    (start + column).saturating_sub(1)
}

/// The start of the string, number or word that ends at an offset.
fn token_start(text: &str, last: usize) -> usize {
    let bytes = text.as_bytes();
    if bytes.get(last) == Some(&b'"') {
        let is_escaped = |quote: usize| {
            bytes[..quote]
                .iter()
                .rev()
                .take_while(|byte| **byte == b'\\')
                .count()
                % 2
                == 1
        };
        let mut quotes = text[..last].rmatch_indices('"').map(|(quote, _)| quote);
        return quotes.find(|quote| !is_escaped(*quote)).unwrap_or(last);
    }
    let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(*byte);
    last - bytes[..last].iter().rev().take_while(is_word).count()
}

/// The offset of the first bracket that is nested too deeply. Skipping a raw value does not limit its depth.
fn first_too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
            }
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Some(at);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);
struct Array<'a>(Vec<&'a RawValue>);
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some((Text(key), value)) = map.next_entry()? {
                    entries.push((key, value));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

impl<'de> Deserialize<'de> for Array<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ArrayVisitor;
        impl<'de> Visitor<'de> for ArrayVisitor {
            type Value = Array<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = items.next_element()? {
                    values.push(value);
                }
                Ok(Array(values))
            }
        }
        deserializer.deserialize_seq(ArrayVisitor)
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: serde::de::Error>(
                self,
                text: &'de str,
            ) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

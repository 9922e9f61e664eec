//! Properties of an endpoint, with their values filled in.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// A property of a resolved endpoint. `Display` writes it as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropertyValue {
    /// A text.
    String(Cow<'static, str>),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A list.
    List(Vec<PropertyValue>),
    /// A map, in the order of the rules.
    Map(Vec<(&'static str, PropertyValue)>),
}

impl PropertyValue {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// An entry of a map.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries
                .iter()
                .find(|entry| entry.0 == name)
                .map(|entry| &entry.1),
            _ => None,
        }
    }
}

impl fmt::Display for PropertyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => json_string(text, f),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::List(items) => {
                f.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{item}")?;
                }
                f.write_char(']')
            }
            Self::Map(entries) => {
                f.write_char('{')?;
                for (index, (name, value)) in entries.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    json_string(name, f)?;
                    write!(f, ":{value}")?;
                }
                f.write_char('}')
            }
        }
    }
}

fn json_string(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}

/// One entry of the property `authSchemes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthScheme<'a> {
    /// `sigv4`, `sigv4-s3express`, …
    pub name: &'a str,
    /// The service name to sign for.
    pub signing_name: Option<&'a str>,
    /// The region to sign for.
    pub signing_region: Option<&'a str>,
    /// Whether the path is signed as it is sent.
    pub disable_double_encoding: bool,
}

impl<'a> AuthScheme<'a> {
    pub(super) fn read(value: &'a PropertyValue) -> Option<Self> {
        let text = |name| value.get(name).and_then(PropertyValue::as_str);
        Some(Self {
            name: text("name")?,
            signing_name: text("signingName"),
            signing_region: text("signingRegion"),
            disable_double_encoding: value.get("disableDoubleEncoding")
                == Some(&PropertyValue::Bool(true)),
        })
    }
}

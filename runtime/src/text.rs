//! Values as text in paths, queries, headers and XML elements.

mod utc;

use std::borrow::Cow;
use std::fmt;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::Secret;

/// A value that can be written as text.
pub trait ToText {
    /// Whether the text must not be shown; a header that carries it is marked sensitive.
    const SENSITIVE: bool = false;

    /// The text as it is sent, before any percent-encoding.
    fn to_text(&self) -> Cow<'_, str>;
}

/// A value that can be read from text.
pub trait FromText: Sized {
    /// Reads the text; the error says what was expected and never quotes the text.
    fn from_text(text: Cow<'_, str>) -> Result<Self, TextError>;
}

/// A text that is not what it should be. It names what was expected, never what was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextError {
    expected: &'static str,
}

impl TextError {
    /// An error that says `expected`, such as "a whole number".
    pub const fn expected(expected: &'static str) -> Self {
        Self { expected }
    }

    pub(crate) const fn what(self) -> &'static str {
        self.expected
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for TextError {}

impl ToText for str {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl ToText for String {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl FromText for String {
    fn from_text(text: Cow<'_, str>) -> Result<Self, TextError> {
        Ok(text.into_owned())
    }
}

impl ToText for Secret {
    const SENSITIVE: bool = true;

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.expose())
    }
}

/// An empty text is no secret: it is refused.
impl FromText for Secret {
    fn from_text(text: Cow<'_, str>) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(TextError::expected("a value that is not empty"));
        }
        Ok(match text {
            Cow::Borrowed(text) => Self::from(text),
            Cow::Owned(text) => Self::from(text),
        })
    }
}

/// Bytes are written in base64.
impl ToText for Bytes {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(STANDARD.encode(self))
    }
}

impl FromText for Bytes {
    fn from_text(text: Cow<'_, str>) -> Result<Self, TextError> {
        let bytes = STANDARD.decode(trimmed(&text));
        bytes
            .map(Self::from)
            .map_err(|_| TextError::expected("base64"))
    }
}

impl ToText for bool {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(if *self { "true" } else { "false" })
    }
}

impl FromText for bool {
    fn from_text(text: Cow<'_, str>) -> Result<Self, TextError> {
        match trimmed(&text) {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(TextError::expected("true or false")),
        }
    }
}

macro_rules! whole_numbers {
    ($($type:ty: $expected:literal),* $(,)?) => {$(
        impl ToText for $type {
            fn to_text(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }
        }

        impl FromText for $type {
            fn from_text(text: Cow<'_, str>) -> Result<Self, TextError> {
                trimmed(&text).parse().map_err(|_| TextError::expected($expected))
            }
        }
    )*};
}

whole_numbers! {
    i8: "a whole number of 8 bits",
    i16: "a whole number of 16 bits",
    i32: "a whole number of 32 bits",
    i64: "a whole number of 64 bits",
}

macro_rules! floating_point_numbers {
    ($($type:ty),*) => {$(
        impl ToText for $type {
            fn to_text(&self) -> Cow<'_, str> {
                if self.is_nan() {
                    Cow::Borrowed("NaN")
                } else if self.is_infinite() {
                    Cow::Borrowed(if *self > 0.0 { "Infinity" } else { "-Infinity" })
                } else {
                    Cow::Owned(self.to_string())
                }
            }
        }

        impl FromText for $type {
            fn from_text(text: Cow<'_, str>) -> Result<Self, TextError> {
                match trimmed(&text) {
                    "NaN" => Ok(<$type>::NAN),
                    "Infinity" => Ok(<$type>::INFINITY),
                    "-Infinity" => Ok(<$type>::NEG_INFINITY),
                    // Rust would also take "inf", "nan" and "infinity"
                    number if number.bytes().any(|byte| byte.is_ascii_alphabetic() && byte != b'e' && byte != b'E') => {
                        Err(TextError::expected("a number"))
                    }
                    number => number.parse().map_err(|_| TextError::expected("a number")),
                }
            }
        }
    )*};
}

floating_point_numbers!(f32, f64);

/// White space around a number or a truth value means nothing.
fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// How a point in time is written (`@timestampFormat` of Smithy).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampFormat {
    /// RFC 3339: `2026-11-22T00:45:15Z`.
    DateTime,
    /// The date of HTTP: `Sun, 22 Nov 2026 00:45:15 GMT`.
    HttpDate,
    /// Seconds since 1970, with a fraction if there is one.
    EpochSeconds,
}

/// A time as servers write it that are no S3: in the other forms of Smithy. A short number is none.
#[cold]
fn other_time(text: &str) -> Option<DateTime> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let date = DateTime::from_str(text, Format::HttpDate).ok();
    let seconds = || DateTime::from_str(text, Format::EpochSeconds).ok();
    date.or_else(|| (digits >= 9).then(seconds)?)
}

impl TimestampFormat {
    /// The text of a point in time; `None` where the format cannot say it (a year past 9999).
    pub(crate) fn write(self, time: &DateTime) -> Option<String> {
        match self {
            Self::DateTime => time.fmt(Format::DateTime),
            // HTTP has no fractions of a second
            Self::HttpDate => DateTime::from_secs(time.secs()).fmt(Format::HttpDate),
            Self::EpochSeconds => time.fmt(Format::EpochSeconds),
        }
        .ok()
    }

    /// Reads a point in time. RFC 3339 texts may have a fraction and an offset.
    pub(crate) fn read(self, text: &str) -> Result<DateTime, TextError> {
        let time = match self {
            Self::DateTime => utc::read(text),
            Self::HttpDate => utc::read_http(text),
            Self::EpochSeconds => None,
        };
        if let Some(time) = time {
            return Ok(time);
        }
        let (format, expected) = match self {
            Self::DateTime => (
                Format::DateTimeWithOffset,
                "a time such as 2026-11-22T00:45:15Z",
            ),
            Self::HttpDate => (
                Format::HttpDate,
                "a time such as Sun, 22 Nov 2026 00:45:15 GMT",
            ),
            Self::EpochSeconds => (Format::EpochSeconds, "a time in seconds since 1970"),
        };
        let text = trimmed(text);
        let time = DateTime::from_str(text, format).ok();
        let time = time.or_else(|| (self == Self::DateTime).then(|| other_time(text))?);
        time.ok_or_else(|| TextError::expected(expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: FromText>(text: &str) -> Result<T, TextError> {
        T::from_text(Cow::Borrowed(text))
    }

    #[test]
    fn numbers_have_the_forms_of_smithy() {
        assert_eq!(f64::NAN.to_text(), "NaN");
        assert_eq!(f32::NEG_INFINITY.to_text(), "-Infinity");
        assert_eq!(1.5f64.to_text(), "1.5");
        assert!(read::<f64>("NaN").unwrap().is_nan());
        assert_eq!(read::<f32>("Infinity"), Ok(f32::INFINITY));
        assert_eq!(read::<f64>(" 1e3\n"), Ok(1000.0));
        for wrong in ["inf", "nan", "infinity", "", "1.x"] {
            assert!(read::<f64>(wrong).is_err(), "{wrong}");
        }
        assert_eq!(read::<i8>("-128"), Ok(-128));
        assert!(read::<i8>("128").is_err());
        assert_eq!(read::<bool>("true"), Ok(true));
        assert!(read::<bool>("True").is_err());
    }

    #[test]
    fn an_error_never_quotes_the_text() {
        assert!(
            !read::<i32>("MARKER")
                .unwrap_err()
                .to_string()
                .contains("MARKER")
        );
        assert!(read::<Secret>("").is_err());
    }

    #[test]
    fn timestamps_are_read_with_fraction_and_offset() {
        let plain = TimestampFormat::DateTime
            .read("2026-11-22T00:45:15Z")
            .unwrap();
        let offset = TimestampFormat::DateTime
            .read("2026-11-22T02:45:15.000+02:00")
            .unwrap();
        assert_eq!(plain, offset);
        assert_eq!(
            TimestampFormat::HttpDate.write(&plain).unwrap(),
            "Sun, 22 Nov 2026 00:45:15 GMT"
        );
        assert_eq!(
            TimestampFormat::EpochSeconds.write(&plain).unwrap(),
            "1795308315"
        );
        assert!(TimestampFormat::HttpDate.read("yesterday").is_err());
        for other in ["Sun, 22 Nov 2026 00:45:15 GMT", "1795308315"] {
            assert_eq!(TimestampFormat::DateTime.read(other).unwrap(), plain);
        }
        for wrong in ["yesterday", "0", "12345678", ""] {
            assert!(TimestampFormat::DateTime.read(wrong).is_err(), "{wrong}");
        }
    }
}

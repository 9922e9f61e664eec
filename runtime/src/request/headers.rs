//! Headers of a request.

use std::borrow::Cow;
use std::sync::Arc;

use aws_smithy_types::DateTime;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::{EMPTY, NOT_WRITABLE, Request, written};
use crate::Secret;
use crate::error::EncodeError;
use crate::secret::header_value;
use crate::source::{CopySource, RenameSource};
use crate::text::{TimestampFormat, ToText};

/// Headers that no map of a request may bring along: they say where the request goes and who sent it,
/// are what the signature writes, or frame the message.
const RESERVED: [&str; 17] = [
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-s3session-token",
    "x-amz-security-token",
];

const NOT_YOURS: &str =
    "cannot be set: the client sets that header itself, or the connection depends on it";
const NO_NAME: &str = "needs another name: this is not a header name";
const NO_VALUE: &str =
    "has a line break, a NUL or another control character, which no header can carry";

/// Whether the client itself sets a header of this name.
fn is_reserved(name: &str) -> bool {
    let mut reserved = RESERVED.iter();
    reserved.any(|reserved| name.eq_ignore_ascii_case(reserved))
}

/// A header that a caller adds to those of the operation. Where the client does not sign, it may be the one that says
/// who calls.
pub(crate) fn added_header(
    name: &str,
    value: &str,
    is_signed: bool,
) -> Result<(HeaderName, HeaderValue), EncodeError> {
    let header = header_name(name)?;
    let says_who = header == AUTHORIZATION && !is_signed;
    if is_reserved(name) && !says_who {
        return Err(not_yours(&header));
    }
    match HeaderValue::from_bytes(value.as_bytes()) {
        Ok(mut value) => {
            value.set_sensitive(says_who);
            Ok((header, value))
        }
        Err(_) => Err(EncodeError::header(header.as_str().to_owned(), NO_VALUE)),
    }
}

/// Why the caller cannot add this header.
pub(crate) fn not_yours(name: &HeaderName) -> EncodeError {
    EncodeError::header(name.as_str().to_owned(), NOT_YOURS)
}

fn header_name(name: &str) -> Result<HeaderName, EncodeError> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        let name: String = name.escape_debug().take(80).collect();
        EncodeError::header(name, NO_NAME)
    })
}

impl Request {
    /// Sets a header if it has a value; an empty text is a value.
    pub fn header<T: ToText>(
        &mut self,
        name: &'static str,
        value: &Option<T>,
    ) -> Result<&mut Self, EncodeError> {
        match value {
            Some(value) => self.insert_header(name, &value.to_text(), T::SENSITIVE),
            None => Ok(self),
        }
    }

    /// Sets a header; an empty text is refused. Without it the request would be another one: a copy
    /// without a source is the upload of an empty object.
    pub fn required_header<T: ToText + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<&mut Self, EncodeError> {
        let text = value.to_text();
        if text.is_empty() {
            Err(EncodeError::header(name, EMPTY))
        } else {
            self.insert_header(name, &text, T::SENSITIVE)
        }
    }

    /// Sets a header that names the object to copy.
    pub fn copy_source(
        &mut self,
        name: &'static str,
        source: &CopySource,
    ) -> Result<&mut Self, EncodeError> {
        let text = source.header();
        let text = text.map_err(|problem| EncodeError::header(name, problem))?;
        self.required_header(name, text.as_str())
    }

    /// Sets a header that names the object to rename, which is in this bucket.
    pub fn rename_source(
        &mut self,
        name: &'static str,
        source: &RenameSource,
        bucket: &str,
    ) -> Result<&mut Self, EncodeError> {
        let text = source.header(bucket);
        let text = text.map_err(|problem| EncodeError::header(name, problem))?;
        self.required_header(name, text.as_str())
    }

    /// Sets a header to a text in base64, if there is one.
    pub fn header_base64<T: ToText>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<&mut Self, EncodeError> {
        let Some(value) = value else {
            return Ok(self);
        };
        let text = STANDARD.encode(value.to_text().as_bytes());
        self.insert_header(name, &text, T::SENSITIVE)
    }

    /// Sets a header to a list of values if there is one, quoting those with a comma or a quote. A
    /// list without values is an empty header.
    pub fn header_list<'a, T: ToText + 'a>(
        &mut self,
        name: &'static str,
        values: Option<impl IntoIterator<Item = &'a T>>,
    ) -> Result<&mut Self, EncodeError> {
        let Some(values) = values else {
            return Ok(self);
        };
        let texts: Vec<_> = values.into_iter().map(|v| quoted(v.to_text())).collect();
        self.insert_header(name, &texts.join(", "), T::SENSITIVE)
    }

    /// The same for a list that must have values: without them the request would be another one.
    pub fn required_header_list<'a, T: ToText + 'a>(
        &mut self,
        name: &'static str,
        values: impl IntoIterator<Item = &'a T>,
    ) -> Result<&mut Self, EncodeError> {
        self.header_list(name, Some(values))?.filled_header(name)
    }

    /// Sets a header to a point in time, if there is one.
    pub fn header_timestamp(
        &mut self,
        name: &'static str,
        time: Option<&DateTime>,
        format: TimestampFormat,
    ) -> Result<&mut Self, EncodeError> {
        let Some(time) = time else { return Ok(self) };
        let text = written(time, format, || EncodeError::header(name, NOT_WRITABLE))?;
        self.insert_header(name, &text, false)
    }

    /// Sets a header to a list of points in time if there is one; without any it is empty.
    pub fn header_timestamps<'a>(
        &mut self,
        name: &'static str,
        times: Option<impl IntoIterator<Item = &'a DateTime>>,
        format: TimestampFormat,
    ) -> Result<&mut Self, EncodeError> {
        let Some(times) = times else {
            return Ok(self);
        };
        let texts = times
            .into_iter()
            .map(|time| written(time, format, || EncodeError::header(name, NOT_WRITABLE)));
        let texts: Vec<_> = texts.collect::<Result<_, _>>()?;
        self.insert_header(name, &texts.join(", "), false)
    }

    /// The same for a list that must have values.
    pub fn required_header_timestamps<'a>(
        &mut self,
        name: &'static str,
        times: impl IntoIterator<Item = &'a DateTime>,
        format: TimestampFormat,
    ) -> Result<&mut Self, EncodeError> {
        let headers = self.header_timestamps(name, Some(times), format)?;
        headers.filled_header(name)
    }

    /// An error if there is nothing in a header.
    fn filled_header(&mut self, name: &'static str) -> Result<&mut Self, EncodeError> {
        let value = self.headers.get(name);
        if value.is_none_or(HeaderValue::is_empty) {
            Err(EncodeError::header(name, EMPTY))
        } else {
            Ok(self)
        }
    }

    /// Sets a header for every entry of a map, its name being `prefix` and the key.
    pub fn prefix_headers<'a, K, V>(
        &mut self,
        prefix: &'static str,
        entries: impl IntoIterator<Item = (&'a K, &'a V)>,
    ) -> Result<&mut Self, EncodeError>
    where
        K: ToText + 'a,
        V: ToText + 'a,
    {
        for (key, value) in entries {
            let name = format!("{prefix}{}", key.to_text());
            if is_reserved(&name) {
                return Err(EncodeError::header(name, NOT_YOURS));
            }
            self.insert_header(name, &value.to_text(), V::SENSITIVE)?;
        }
        Ok(self)
    }

    fn insert_header(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        text: &str,
        sensitive: bool,
    ) -> Result<&mut Self, EncodeError> {
        let name = name.into();
        let header = header_name(&name)?;
        let value = if sensitive {
            header_value(Arc::new(Secret::from(text)))
        } else {
            HeaderValue::from_bytes(text.as_bytes()).ok()
        };
        let Some(value) = value else {
            return Err(EncodeError::header(name, NO_VALUE));
        };
        self.headers.insert(header, value);
        Ok(self)
    }
}

fn quoted(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains([',', '"']) {
        return text;
    }
    Cow::Owned(format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

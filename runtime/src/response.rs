//! [`Response`]: a complete answer, read within its limit.

use std::borrow::Cow;
use std::fmt;

use aws_smithy_types::DateTime;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::{DecodeError, Problem};
use crate::text::{FromText, TextError, TimestampFormat};
use crate::xml::Document;

/// Status, headers and body of an answer.
///
/// Its `Debug` shows the status and the length only: a body can hold secrets.
#[derive(Clone)]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Response {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            status,
            headers,
            body,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// A header as a value; `None` if it is not there. An empty one counts as absent where the
    /// type has no empty text.
    pub fn header<T: FromText>(&self, name: &str) -> Result<Option<T>, DecodeError> {
        let Some(text) = self.header_text(name)? else {
            return Ok(None);
        };
        let is_empty = text.is_empty();
        match T::from_text(text) {
            Ok(value) => Ok(Some(value)),
            Err(_) if is_empty => Ok(None),
            Err(error) => Err(DecodeError::header(name, error)),
        }
    }

    /// A header that must be there.
    pub fn required_header<T: FromText>(&self, name: &'static str) -> Result<T, DecodeError> {
        self.header(name)?
            .ok_or_else(|| DecodeError::new(Problem::MissingHeader { name }))
    }

    /// A header as a point in time.
    pub fn header_timestamp(
        &self,
        name: &str,
        format: TimestampFormat,
    ) -> Result<Option<DateTime>, DecodeError> {
        match self.header_text(name)? {
            Some(text) if !text.is_empty() => format
                .read(&text)
                .map(Some)
                .map_err(|error| DecodeError::header(name, error)),
            _ => Ok(None),
        }
    }

    fn header_text(&self, name: &str) -> Result<Option<Cow<'_, str>>, DecodeError> {
        let Some(value) = self.headers.get(name) else {
            return Ok(None);
        };
        match std::str::from_utf8(value.as_bytes()) {
            Ok(text) => Ok(Some(Cow::Borrowed(text))),
            Err(_) => Err(DecodeError::header(name, TextError::expected("UTF-8"))),
        }
    }

    /// Opens the body as XML. `root` is the name that the root should have; another name is an
    /// error only where something required turns out to be missing. An error document is an error.
    pub fn xml(&self, root: &'static str) -> Result<Document<'_>, DecodeError> {
        let document = Document::parse(&self.body, root)?;
        match document.root() {
            Some("Error") if root != "Error" => Err(DecodeError::new(Problem::ErrorDocument)),
            _ => Ok(document),
        }
    }

    #[cfg(test)]
    pub(crate) fn for_test(status: u16, headers: &[(&'static str, &str)], body: &str) -> Self {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        let status = StatusCode::from_u16(status).unwrap();
        Self::new(status, headers, Bytes::copy_from_slice(body.as_bytes()))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_typed_and_empty_ones_absent() {
        let response =
            Response::for_test(200, &[("x-n", "7"), ("x-e", ""), ("x-bad", "MARKER")], "");
        assert_eq!(response.header::<i32>("x-n"), Ok(Some(7)));
        assert_eq!(response.header::<i32>("x-e"), Ok(None));
        assert_eq!(response.header::<String>("x-e"), Ok(Some(String::new())));
        assert_eq!(response.header::<bool>("x-none"), Ok(None));
        let error = response.header::<bool>("x-bad").unwrap_err().to_string();
        assert!(
            error.contains("x-bad") && !error.contains("MARKER"),
            "{error}"
        );
    }

    #[test]
    fn an_error_document_is_no_result() {
        let response = Response::for_test(200, &[], "\n <Error><Code>InternalError</Code></Error>");
        let error = response.xml("CopyObjectResult").unwrap_err();
        assert_eq!(*error.problem(), Problem::ErrorDocument);
        assert!(!format!("{response:?}").contains("InternalError"));
    }
}

//! [`Refusal`]: why the endpoint refuses a request, as the document that S3 would send.

use http::StatusCode;
use zonal::__private::codegen::Xml;
use zonal::{Error, ErrorKind};

/// Status, code and message of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    code: String,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
    }

    pub(super) fn denied(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", message)
    }

    pub(super) fn unknown_key() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "InvalidAccessKeyId",
            "zonal exec takes the keys of this run only, which are in the environment of its command.",
        )
    }

    pub(super) fn wrong_signature() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "SignatureDoesNotMatch",
            "The signature is not that of this request with the keys that zonal exec gave to its command.",
        )
    }

    pub(super) fn wrong_time() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "RequestTimeTooSkewed",
            "The time of the signature is too far from now, or the URL has expired.",
        )
    }

    pub(super) fn wrong_body(message: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "XAmzContentSHA256Mismatch",
            message,
        )
    }

    pub(super) fn not_here(message: &str) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }

    /// The same request will succeed when it is sent again.
    pub(super) fn again(message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailable",
            message,
        )
    }

    /// The document.
    pub(super) fn document(&self) -> String {
        let mut xml = Xml::new();
        let written = xml.element("Error", |xml| {
            xml.text("Code", &*self.code)?;
            // XML cannot carry every message
            xml.text("Message", &*self.message).or(Ok(()))
        });
        written.map(|()| xml.finish()).unwrap_or_default()
    }
}

/// A request that could not be sent, or whose session could not be opened.
impl<E> From<Error<E>> for Refusal {
    fn from(error: Error<E>) -> Self {
        match (error.status(), error.code(), error.kind()) {
            (Some(status), Some(code), ErrorKind::Service | ErrorKind::Session) => {
                let message = error.message().unwrap_or(code);
                Self::new(status, code, message)
            }
            _ if error.is_retryable() || error.is_timeout() => Self::again(error.to_string()),
            // the same request would fail again, and a status of 500 would have it sent again
            _ => Self::invalid(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_escaped_and_those_that_xml_cannot_carry_are_left_out() {
        for (message, expected) in [
            ("a < b & c", "<Message>a &lt; b &amp; c</Message>"),
            ("a\0b", ""),
        ] {
            let document = Refusal::again(message).document();
            let expected = format!("<Error><Code>ServiceUnavailable</Code>{expected}</Error>");
            assert_eq!(document, expected);
        }
    }
}

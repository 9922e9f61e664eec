//! [`Refusal`]: why the endpoint refuses a request, as the document that S3 would send.

use http::StatusCode;
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
        let (code, message) = (escaped(&self.code), escaped(&self.message));
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        )
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
            _ => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalError",
                error.to_string(),
            ),
        }
    }
}

/// A text in XML.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

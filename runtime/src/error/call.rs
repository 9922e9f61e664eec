//! [`Error`]: why a call failed.

use std::error::Error as StdError;
use std::fmt;

use http::{StatusCode, Uri};

use super::failure::{Cause, Doubt, Failure};
use super::{ErrorDocument, ServiceError};
use crate::body::BodyError;
use crate::operation::NoModeledError;
use crate::transport::TransportErrorKind;

/// Why a call failed. `E` is the operation's own error type, see [`Error::as_service_error`].
///
/// The message says which operation failed, why, and what to do if that is known. It contains no secrets, and no
/// control characters from a server.
pub struct Error<E = NoModeledError> {
    pub(super) inner: Box<Inner<E>>,
}

pub(super) struct Inner<E> {
    pub(super) failure: Failure,
    pub(super) modeled: Option<E>,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request is invalid; nothing was sent.
    InvalidInput,
    /// The endpoint rules refused the parameters, or gave an unsafe URL; nothing was sent.
    Endpoint,
    /// There are no usable credentials; nothing was sent.
    Credentials,
    /// No session could be opened for the call, for another reason than time, so the call was not sent. [`code`](Error::code),
    /// [`request_id`](Error::request_id) and similar are those of the failure to open the session.
    Session,
    /// The answer would hold a secret and the endpoint is plain HTTP; nothing was sent.
    InsecureTransport,
    /// The body of the request could not be read, or its length differs from the given length.
    RequestBody,
    /// The body of an answer could not be read to its end, or is not what was stored: a [`BodyError`](crate::BodyError).
    ResponseBody,
    /// The network failed: no connection, a TLS error, or a connection that was closed in the middle.
    Transport,
    /// A timeout, of the call, of its session or of the body of its answer.
    Timeout,
    /// The service refused the request.
    Service,
    /// The answer of the service is invalid.
    Decode,
}

impl<E> Error<E> {
    /// The failure without the operation's own error type.
    pub(crate) fn into_failure(self) -> Failure {
        self.inner.failure
    }

    /// Returns the kind of the failure.
    pub fn kind(&self) -> ErrorKind {
        match &self.inner.failure.cause {
            Cause::Encode(_) => ErrorKind::InvalidInput,
            Cause::Endpoint(_) => ErrorKind::Endpoint,
            Cause::Credentials(_) => ErrorKind::Credentials,
            Cause::Insecure => ErrorKind::InsecureTransport,
            Cause::Body(_) => ErrorKind::RequestBody,
            Cause::Read(error) if error.is_timeout() => ErrorKind::Timeout,
            Cause::Read(_) => ErrorKind::ResponseBody,
            Cause::Transport(error) if error.is_timeout() => ErrorKind::Timeout,
            Cause::Transport(_) => ErrorKind::Transport,
            Cause::Service(_) => ErrorKind::Service,
            Cause::Session(error, _) if error.is_late() => ErrorKind::Timeout,
            Cause::Session(..) => ErrorKind::Session,
            Cause::TooLong { .. } | Cause::Decode(_) => ErrorKind::Decode,
        }
    }

    /// Returns the error as the model defines it for this operation, if the service answered with one.
    pub fn as_service_error(&self) -> Option<&E> {
        self.inner.modeled.as_ref()
    }

    /// What went wrong, for messages that say the rest in words of their own: without the operation, the
    /// status, ids and host, and without what came of it (`no connection`, `there is no endpoint for it`).
    /// Of a call whose session could not be opened, it is why not.
    pub fn reason(&self) -> String {
        self.inner.failure.reason()
    }

    /// Returns the error code of the service, such as `NoSuchBucket`. If the answer has no error document, the code
    /// follows from the HTTP status.
    pub fn code(&self) -> Option<&str> {
        self.service().map(|error| &*error.code)
    }

    /// Returns whether the answer had an error document with a code. Otherwise the code follows from the HTTP status.
    pub fn has_document(&self) -> bool {
        self.service().is_some_and(|error| error.from_body)
    }

    /// Whether the answer had an error document, with a code or without, and whether all of it came.
    pub fn document(&self) -> ErrorDocument {
        self.service()
            .map_or(ErrorDocument::None, |error| error.document)
    }

    /// What kind of trouble the network made, if that was it, to the call or as a session was opened.
    pub fn transport_kind(&self) -> Option<TransportErrorKind> {
        match &self.inner.failure.root().cause {
            Cause::Transport(error) => Some(error.kind()),
            Cause::Read(error) => match error.last() {
                BodyError::Transport(error) => Some(error.kind()),
                BodyError::Timeout { .. } => Some(TransportErrorKind::ReadTimeout),
                _ => None,
            },
            Cause::Session(error, _) if error.is_late() => Some(TransportErrorKind::SessionTimeout),
            _ => None,
        }
    }

    /// Whether the answer was cut short or no XML at all, as opposed to XML that lacks something.
    pub fn is_malformed(&self) -> bool {
        match &self.inner.failure.cause {
            Cause::Decode(error) => error.is_malformed(),
            _ => false,
        }
    }

    /// Returns the message of the service.
    pub fn message(&self) -> Option<&str> {
        let error = self.service().filter(|error| error.from_body)?;
        error.message.as_deref()
    }

    /// The message of an error document that lacks its code. Whoever wrote that is no S3: no text of this error has it.
    pub fn message_without_code(&self) -> Option<&str> {
        let error = self.service().filter(|error| !error.from_body)?;
        error.message.as_deref()
    }

    /// Returns the HTTP status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.failure.root().status
    }

    /// The id under which the service knows the request.
    pub fn request_id(&self) -> Option<&str> {
        self.inner.failure.root().request_id.as_deref()
    }

    /// The second id of S3 (`x-amz-id-2`), which AWS support needs.
    pub fn extended_request_id(&self) -> Option<&str> {
        self.inner.failure.root().extended_request_id.as_deref()
    }

    /// The name of the operation.
    pub fn operation(&self) -> &'static str {
        self.inner.failure.operation
    }

    /// The operation that failed: the one that opens sessions, where there is none to make the call in.
    pub fn failed_operation(&self) -> &'static str {
        self.inner.failure.root().operation
    }

    /// The URL that was asked, by the call or to open a session for it; none where nothing was sent. Its path
    /// and its query hold what the caller gave, no secrets.
    pub fn url(&self) -> Option<&Uri> {
        self.inner.failure.root().url.as_ref()
    }

    /// The host that was asked, or would have been.
    pub fn host(&self) -> Option<&str> {
        self.inner.failure.host.as_deref()
    }

    /// The region that the service says the bucket is in.
    pub fn bucket_region(&self) -> Option<&str> {
        self.service()?.bucket_region.as_deref()
    }

    /// Returns whether the same call may succeed if it is repeated.
    pub fn is_retryable(&self) -> bool {
        self.inner.failure.is_retryable()
    }

    /// Returns whether a call that failed may have been carried out: the operation changes something, and the answer to
    /// an attempt was lost, cannot be read, or was an error of the service itself. A refusal of a later attempt may
    /// then be the result of the earlier one: `PreconditionFailed` because this call has written the object, or
    /// `NoSuchUpload` because it has completed the upload. Check the state before you repeat the call.
    ///
    /// It is `false` if no request was sent, if the service refused every attempt, and for operations that only read.
    pub fn may_have_succeeded(&self) -> bool {
        self.inner.failure.doubt != Doubt::None
    }

    /// Returns the number of attempts; zero if the call failed before the first. If no session could be opened, these
    /// are the attempts to open it.
    pub fn attempts(&self) -> u32 {
        self.inner.failure.root().attempts
    }

    /// Returns whether the failure is a timeout.
    pub fn is_timeout(&self) -> bool {
        match &self.inner.failure.cause {
            Cause::Session(error, _) => error.is_timeout(),
            Cause::Body(failure) => failure.is_timeout(),
            _ => self.kind() == ErrorKind::Timeout,
        }
    }

    fn service(&self) -> Option<&ServiceError> {
        match &self.inner.failure.root().cause {
            Cause::Service(error) => Some(error),
            _ => None,
        }
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.inner.failure, f)
    }
}

/// `{:?}` prints the same as `Display`, because a `main` that returns the error prints this. `{:#?}` shows the parts.
impl<E: fmt::Debug> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("service_error", &self.inner.modeled)
            .field("text", &self.to_string())
            .finish()
    }
}

impl<E: fmt::Debug> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.inner.failure.cause {
            // the others are already in the text
            Cause::Credentials(error) => error.source(),
            Cause::Body(failure) => failure.cause(),
            Cause::Read(error) => error.source(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::Response;

    fn service_error(status: u16, headers: &[(&'static str, &str)], body: &str) -> Error {
        let response = Response::for_test(status, headers, body);
        let cause = Cause::Service(Box::new(ServiceError::read(&response)));
        let mut failure = Failure::new("CreateSession", cause).answered(&response);
        failure.host = Some("b.example".to_owned());
        failure.into_error(|_, _| None)
    }

    #[test]
    fn an_error_says_everything_in_one_line() {
        let error = service_error(
            404,
            &[
                ("x-amz-request-id", "4442587FB7D0A2F9"),
                ("x-amz-id-2", "x="),
            ],
            "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>",
        );
        assert_eq!(
            error.to_string(),
            "CreateSession failed: NoSuchBucket: The specified bucket does not exist \
             (HTTP 404, request id 4442587FB7D0A2F9, host b.example)"
        );
        assert_eq!(error.code(), Some("NoSuchBucket"));
        assert_eq!(error.extended_request_id(), Some("x="));
        assert!(!error.is_retryable());
    }

    #[test]
    fn a_redirect_is_an_error_with_a_checked_hint() {
        let error = service_error(301, &[("x-amz-bucket-region", "eu-west-1")], "");
        assert_eq!(error.bucket_region(), Some("eu-west-1"));
        assert!(
            error
                .to_string()
                .contains("PermanentRedirect: the server redirects"),
            "{error}"
        );
        let evil = service_error(307, &[("x-amz-bucket-region", "x@evil.com/#")], "");
        assert_eq!(evil.bucket_region(), None);
    }

    #[test]
    fn a_foreign_error_page_is_named_as_such() {
        let error = service_error(503, &[], "<html>MARKER</html>");
        assert!(
            error
                .to_string()
                .contains("ServiceUnavailable: the answer has no S3 error document")
        );
        assert!(error.is_retryable());
        assert!(!format!("{error:?}").contains("MARKER"));
    }

    #[test]
    fn the_error_stays_small() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}

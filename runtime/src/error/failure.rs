//! [`Failure`]: what is known of a call that failed, before the operation's own error is read from it.

use std::time::{Duration, SystemTime};

use http::{StatusCode, Uri};

use super::call::Inner;
use super::{DecodeError, EncodeError, Error, ErrorBody, ServiceError};
use crate::body::{BodyError, BodyFailure};
use crate::credentials::CredentialsError;
use crate::endpoint::ResolveError;
use crate::response::Response;
use crate::retry::{Class, RetryRules, Stop, retry_after, server_date};
use crate::session::SessionError;
use crate::transport::TransportError;

/// A failure without the operation's own error type.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) operation: &'static str,
    pub(crate) host: Option<String>,
    /// What was asked, once the request was made.
    pub(crate) url: Option<Uri>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) request_id: Option<String>,
    pub(crate) extended_request_id: Option<String>,
    pub(crate) cause: Cause,
    /// What says whether another attempt is worth it.
    pub(crate) rules: &'static RetryRules,
    /// How many attempts were made, and why there was no other.
    pub(crate) attempts: u32,
    pub(crate) stop: Option<Stop>,
    /// Whether one of them may have been carried out.
    pub(crate) doubt: Doubt,
    /// How long the service wants us to wait.
    pub(crate) retry_after: Option<Duration>,
    /// The time of the answer by the service's clock.
    pub(crate) server_time: Option<SystemTime>,
    /// The document is still to come, as S3 says it may be: another attempt may bring it.
    pub(crate) is_unfinished: bool,
    /// The service rejected the session, or may have, and not the request: the next attempt is made
    /// in another.
    pub(crate) may_be_signer: bool,
    /// The response, kept only to read a modelled error from it.
    pub(crate) response: Option<Box<Response>>,
}

#[derive(Debug)]
pub(crate) enum Cause {
    Encode(EncodeError),
    Endpoint(ResolveError),
    Credentials(CredentialsError),
    Insecure,
    Body(BodyFailure),
    /// The body of an answer, which its caller read.
    Read(BodyError),
    Transport(TransportError),
    TooLong {
        limit: usize,
    },
    Service(Box<ServiceError>),
    Decode(DecodeError),
    /// With the bucket that it was for.
    Session(SessionError, String),
}

/// Whether a call that failed may have been carried out all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Doubt {
    #[default]
    None,
    /// The last attempt may have been: its answer was lost, or cannot be read.
    Last,
    /// An attempt before the last may have been, whatever the service said to the last.
    Earlier,
}

impl Doubt {
    /// The doubt that an attempt leaves after those before it.
    pub(crate) fn and(self, attempt: bool) -> Self {
        match (self, attempt) {
            (Self::None, false) => Self::None,
            (Self::None, true) => Self::Last,
            (Self::Last | Self::Earlier, _) => Self::Earlier,
        }
    }
}

impl Failure {
    pub(crate) fn new(operation: &'static str, cause: Cause) -> Box<Self> {
        Box::new(Self {
            operation,
            host: None,
            url: None,
            status: None,
            request_id: None,
            extended_request_id: None,
            cause,
            rules: &RetryRules::CLIENT,
            attempts: 0,
            stop: None,
            doubt: Doubt::None,
            is_unfinished: false,
            may_be_signer: false,
            retry_after: None,
            server_time: None,
            response: None,
        })
    }

    /// Adds what is known from the response: status, ids, and what it says about time.
    pub(crate) fn answered(mut self: Box<Self>, response: &Response) -> Box<Self> {
        self.status = Some(response.status());
        self.retry_after = retry_after(response.headers());
        self.server_time = server_date(response.headers());
        self.request_id = super::request_id(response);
        self.extended_request_id = super::extended_request_id(response);
        if let Cause::Service(error) = &mut self.cause {
            self.request_id = self.request_id.or_else(|| error.request_id.take());
            let from_body = || error.extended_request_id.take();
            self.extended_request_id = self.extended_request_id.or_else(from_body);
            let time = error.server_time.and_then(|time| time.try_into().ok());
            self.server_time = self.server_time.or(time);
        }
        self
    }

    /// The error for the caller, with the modelled error that `read` finds.
    pub(crate) fn into_error<E>(
        mut self,
        read: impl FnOnce(&str, &ErrorBody<'_>) -> Option<E>,
    ) -> Error<E> {
        let response = self.response.take();
        let modeled = match &self.cause {
            Cause::Service(error) => read(&error.code, &ErrorBody::new(error, response.as_deref())),
            _ => None,
        };
        let failure = self;
        Error {
            inner: Box::new(Inner { failure, modeled }),
        }
    }

    /// The answer is a success without a document, or with one of somebody else.
    pub(crate) fn lacks_document(&self) -> bool {
        matches!(&self.cause, Cause::Decode(error) if error.lacks_document())
    }

    /// Whether the request that failed so may have been carried out: it went out, and nothing that
    /// came back says that it was refused.
    pub(crate) fn leaves_doubt(&self) -> bool {
        match &self.cause {
            Cause::Transport(error) => !error.is_unsent(),
            Cause::TooLong { .. } | Cause::Decode(_) => true,
            Cause::Service(error) => {
                let is_broken = |status: StatusCode| matches!(status.as_u16(), 500 | 502 | 504);
                self.status.is_some_and(is_broken) || error.is_internal()
            }
            _ => false,
        }
    }

    /// The failure that this one comes of: that of opening a session, or itself.
    pub(super) fn root(&self) -> &Self {
        match &self.cause {
            Cause::Session(error, _) => error.failure().map_or(self, |failure| failure),
            _ => self,
        }
    }

    pub(crate) fn is_retryable(&self) -> bool {
        Class::of(self).is_retryable()
    }
}

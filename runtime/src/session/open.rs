//! [`OpenSession`]: opens sessions, and the errors of that.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::OpenedSession;
use crate::clock::BoxFuture;
use crate::error::{Cause, Error, Failure};
use crate::lease::WaitError;

/// Opens sessions under one key.
pub trait OpenSession: Send + Sync {
    /// The name of the operation that does it, as errors say it.
    fn operation(&self) -> &'static str;

    /// Opens one. The future runs on its own, apart from the calls that wait for the session.
    fn open(&self) -> BoxFuture<'static, Result<OpenedSession, OpenError>>;
}

/// What kind of failure keeps a session from being opened. It decides how long it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureClass {
    /// The service refuses, or the request cannot be sent as it is. The same error is given to all
    /// calls for a quarter of a second, then the service is asked again: the bucket may be there by
    /// now. The more often it refuses the longer it is left alone, up to 5 seconds.
    Refused,
    /// The service is throttling or in trouble. Calls wait for up to 5 seconds before it is asked
    /// again, the longer the more often it failed.
    Busy,
    /// No complete answer came. As above, for up to 1 second.
    Transport,
}

/// Why a session could not be opened. It is shared by all calls that waited for it.
#[derive(Clone)]
pub struct OpenError {
    class: FailureClass,
    failure: Arc<Failure>,
}

impl OpenError {
    pub(crate) fn new(failure: impl Into<Box<Failure>>) -> Self {
        let mut failure: Box<Failure> = failure.into();
        // it was kept for a modelled error, which nobody reads here
        failure.response = None;
        Self {
            class: FailureClass::of(&failure),
            failure: Arc::from(failure),
        }
    }

    /// What kind of failure it is.
    pub fn class(&self) -> FailureClass {
        self.class
    }
}

impl<E> From<Error<E>> for OpenError {
    fn from(error: Error<E>) -> Self {
        Self::new(error.into_failure())
    }
}

/// The server knows no such operation.
fn is_not_implemented(failure: &Failure) -> bool {
    failure.status.is_some_and(|status| status == 501)
}

impl FailureClass {
    fn of(failure: &Failure) -> Self {
        match &failure.cause {
            Cause::Transport(_) | Cause::TooLong { .. } => Self::Transport,
            Cause::Decode(_) => Self::Busy,
            _ if failure.is_retryable() => Self::Busy,
            _ if is_not_implemented(failure) => Self::Refused,
            _ if failure
                .status
                .is_some_and(|status| status.is_server_error()) =>
            {
                Self::Busy
            }
            _ => Self::Refused,
        }
    }

    /// How long nothing is asked after a failure, the `count`th in a row; without jitter. While a
    /// session is still in use there is time.
    pub(super) fn hold_off(self, count: u32, has_session: bool) -> Duration {
        let (first, longest) = match self {
            // often enough to have a new one in the few seconds between the end of an outage and
            // that of the session
            _ if has_session => (Duration::from_millis(500), Duration::from_secs(3)),
            Self::Refused => (Duration::from_millis(250), Duration::from_secs(5)),
            Self::Busy => (Duration::from_millis(500), Duration::from_secs(5)),
            Self::Transport => (Duration::from_millis(100), Duration::from_secs(1)),
        };
        let doublings = count.saturating_sub(1).min(16);
        (first * (1 << doublings)).min(longest)
    }
}

impl OpenError {
    /// Whether the failure is one of a server that knows sessions: others take the request for one
    /// they do not have, or for a listing.
    fn has_sessions(&self) -> bool {
        let is_of_another = match &self.failure.cause {
            Cause::Decode(error) => error.lacks_document(),
            _ => is_not_implemented(&self.failure),
        };
        !is_of_another
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.failure, f)
    }
}

impl fmt::Debug for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.failure, f)
    }
}

impl StdError for OpenError {}

/// Why a call got no session.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SessionError {
    /// It could not be opened.
    Open(OpenError),
    /// The time limit of the call was exceeded. It has the last error, if there was one.
    Timeout {
        /// How long the call waited.
        limit: Duration,
        /// The failure that the wait followed.
        last: Option<OpenError>,
    },
    /// What was opening it went away, again and again: it panics, or its runtime is shut down.
    Abandoned,
    /// The call is not made from a tokio runtime, which opening a session needs.
    NoRuntime,
}

impl From<WaitError<OpenError>> for SessionError {
    fn from(error: WaitError<OpenError>) -> Self {
        match error {
            WaitError::Failed(error) => Self::Open(error),
            WaitError::Timeout { limit, last } => Self::Timeout { limit, last },
            WaitError::Abandoned => Self::Abandoned,
            WaitError::NoRuntime => Self::NoRuntime,
        }
    }
}

impl SessionError {
    /// What went wrong when a session was asked for.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Open(error)
            | Self::Timeout {
                last: Some(error), ..
            } => Some(&error.failure),
            _ => None,
        }
    }

    /// Returns whether the same call may succeed if it is repeated.
    pub(crate) fn is_retryable(&self) -> bool {
        match self {
            Self::Open(error) => match &error.failure.cause {
                Cause::Transport(error) => error.is_retryable(),
                _ => error.class != FailureClass::Refused,
            },
            Self::Timeout { .. } | Self::Abandoned => true,
            Self::NoRuntime => false,
        }
    }

    /// Whether time ran out and nothing else went wrong.
    pub(crate) fn is_late(&self) -> bool {
        match self.failure() {
            Some(failure) => {
                matches!(&failure.cause, Cause::Transport(error) if error.is_timeout())
            }
            None => matches!(self, Self::Timeout { .. }),
        }
    }

    pub(crate) fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. }) || self.is_late()
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => {
                write!(f, "no session: {error}")?;
                if error.has_sessions() {
                    Ok(())
                } else {
                    f.write_str(
                        "; where the server knows no sessions, `session_auth(false)` on the client or \
                         AWS_S3_DISABLE_EXPRESS_SESSION_AUTH=true does without",
                    )
                }
            }
            Self::Timeout { limit, last } => {
                write!(f, "no session within {limit:?}")?;
                match last {
                    Some(error) => write!(f, ": {error}"),
                    None => Ok(()),
                }
            }
            Self::Abandoned => {
                f.write_str("no session: what was opening it stopped before it was done")
            }
            Self::NoRuntime => {
                f.write_str("no session: opening one needs a tokio runtime around the call")
            }
        }
    }
}

impl StdError for SessionError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{DecodeError, ServiceError};
    use crate::response::Response;
    use crate::transport::{TransportError, TransportErrorKind};

    const LIMIT: Duration = Duration::from_secs(1);

    fn failed(cause: Cause) -> OpenError {
        OpenError::new(Failure::new("CreateSession", cause))
    }

    fn answered(status: u16, code: &str) -> OpenError {
        let body = format!("<Error><Code>{code}</Code></Error>");
        let response = Response::for_test(status, &[], &body);
        let cause = Cause::Service(Box::new(ServiceError::read(&response)));
        OpenError::new(Failure::new("CreateSession", cause).answered(&response))
    }

    fn transport(kind: TransportErrorKind) -> OpenError {
        failed(Cause::Transport(TransportError::new(kind, "failed")))
    }

    fn decode(error: DecodeError) -> OpenError {
        failed(Cause::Decode(error))
    }

    #[test]
    fn failures_have_their_class_and_some_may_pass() {
        use FailureClass::{Busy, Refused, Transport};
        for (error, class, is_retryable) in [
            (answered(403, "AccessDenied"), Refused, false),
            (answered(501, "NotImplemented"), Refused, false),
            (answered(400, "SlowDown"), Busy, true),
            (answered(503, "SlowDown"), Busy, true),
            (answered(505, "Unknown"), Busy, true),
            (decode(DecodeError::missing("SessionToken")), Busy, true),
            (
                transport(TransportErrorKind::AttemptTimeout),
                Transport,
                true,
            ),
            (transport(TransportErrorKind::Tls), Transport, false),
        ] {
            assert_eq!(error.class(), class, "{error}");
            assert_eq!(format!("{error:?}"), error.to_string());
            assert!(error.to_string().contains("CreateSession"), "{error}");
            let error = SessionError::Open(error);
            assert_eq!(error.is_retryable(), is_retryable, "{error}");
        }
        let last = Some(answered(403, "AccessDenied"));
        assert!(SessionError::Timeout { limit: LIMIT, last }.is_retryable());
        assert!(SessionError::Abandoned.is_retryable());
        assert!(!SessionError::NoRuntime.is_retryable());
    }

    #[test]
    fn an_error_knows_whether_time_ran_out_and_what_failed() {
        let late = || transport(TransportErrorKind::AttemptTimeout);
        let refused = || answered(403, "AccessDenied");
        let timeout = |last| SessionError::Timeout { limit: LIMIT, last };
        for (error, has_failure, is_late, is_timeout) in [
            (SessionError::Open(late()), true, true, true),
            (SessionError::Open(refused()), true, false, false),
            (timeout(Some(late())), true, true, true),
            (timeout(Some(refused())), true, false, true),
            (timeout(None), false, true, true),
            (SessionError::Abandoned, false, false, false),
        ] {
            assert_eq!(error.failure().is_some(), has_failure, "{error}");
            assert_eq!(error.is_late(), is_late, "{error}");
            assert_eq!(error.is_timeout(), is_timeout, "{error}");
        }
    }

    #[test]
    fn a_server_without_sessions_is_told_from_one_that_refuses() {
        for (error, has_sessions) in [
            (answered(403, "AccessDenied"), true),
            (answered(501, "NotImplemented"), false),
            (decode(DecodeError::missing("SessionToken")), true),
            (decode(DecodeError::wrong_root("List", "Session")), false),
        ] {
            let text = SessionError::Open(error).to_string();
            assert_eq!(
                !text.contains("session_auth(false)"),
                has_sessions,
                "{text}"
            );
        }
    }

    #[test]
    fn a_session_in_use_is_tried_again_in_half_a_second() {
        for class in [FailureClass::Refused, FailureClass::Transport] {
            assert_eq!(class.hold_off(1, true), Duration::from_millis(500));
        }
        assert_eq!(FailureClass::Transport.hold_off(1, false), LIMIT / 10);
    }
}

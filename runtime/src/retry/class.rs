//! What a failure says about another attempt.

use crate::error::{Cause, Failure};

/// The kinds of failure that retries tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Another attempt would fail as well.
    Fatal,
    /// May pass by itself: the connection, the service's inside.
    Transient,
    /// Something took too long.
    Timeout,
    /// The service asks for fewer requests.
    Throttled,
    /// The service took the session for none, or may have. The next one is opened once for all calls,
    /// and later where the service goes on so.
    Rejected,
    /// The service's clock is not ours. Worth one attempt with the clock corrected.
    Skewed,
    /// The same, and the clock could be corrected by a part only: the next refusal corrects more.
    FarSkewed,
}

impl Class {
    /// The class of a failed attempt.
    pub(crate) fn of(failure: &Failure) -> Self {
        let status = failure.status.map_or(0, |status| status.as_u16());
        match &failure.cause {
            Cause::Transport(error) if error.is_timeout() => Self::Timeout,
            Cause::Transport(error) if error.is_retryable() => Self::Transient,
            Cause::Service(_) if failure.may_be_signer => Self::Rejected,
            Cause::Service(error) => Self::of_service(&error.code, status),
            Cause::Decode(error) if error.is_truncated() || failure.is_unfinished => {
                Self::Transient
            }
            Cause::Session(error, _) if error.is_retryable() => Self::Transient,
            _ => Self::Fatal,
        }
    }

    /// The class of a refusal. A code that is known counts whatever the status is: S3 says
    /// `RequestTimeout` with 400, and says `SlowDown` under 200 in the middle of a copy.
    pub(super) fn of_service(code: &str, status: u16) -> Self {
        match code {
            "RequestTimeTooSkewed" => Self::Skewed,
            "RequestTimeout"
            | "RequestTimeoutException"
            | "InternalError"
            | "InternalFailure"
            | "InternalServerError"
            | "ServiceUnavailable"
            // another write to the same key or bucket was under way
            | "ConditionalRequestConflict"
            | "OperationAborted" => Self::Transient,
            "BandwidthLimitExceeded"
            | "LimitExceededException"
            | "PriorRequestNotComplete"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "SlowDown"
            | "ThrottledException"
            | "Throttling"
            | "ThrottlingException"
            | "TooManyRequests"
            | "TooManyRequestsException"
            | "TransactionInProgressException" => Self::Throttled,
            _ => match status {
                429 => Self::Throttled,
                500 | 502 | 503 | 504 => Self::Transient,
                _ => Self::Fatal,
            },
        }
    }

    /// Whether the same call may succeed when it is made again.
    pub(crate) fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::Transient | Self::Timeout | Self::Throttled | Self::Rejected
        )
    }
}

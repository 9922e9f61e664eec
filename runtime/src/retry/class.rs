//! Classifies failures for retries.

use super::RetryRules;
use crate::error::{Cause, Doubt, Failure};

/// The classes of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Another attempt would fail too.
    Fatal,
    /// May pass by itself: the connection, the service's inside.
    Transient,
    /// A timeout.
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
        let rules = failure.rules;
        match &failure.cause {
            _ if !rules.in_doubt && failure.doubt != Doubt::None => Self::Fatal,
            Cause::Transport(error) if error.is_timeout() => Self::Timeout,
            Cause::Transport(error) if error.is_retryable() => Self::Transient,
            Cause::Service(_) if rules.rejected_sessions && failure.may_be_signer => Self::Rejected,
            Cause::Service(error) => Self::of_service(rules, &error.code, status),
            Cause::Decode(error) if error.is_truncated() || failure.is_unfinished => {
                Self::Transient
            }
            Cause::Decode(_) if rules.unreadable => Self::Transient,
            Cause::Decode(error) if rules.malformed && error.is_malformed() => Self::Transient,
            Cause::Session(error, _) if error.is_retryable() => Self::Transient,
            Cause::Read(error) if error.is_retryable() => Self::Transient,
            _ => Self::Fatal,
        }
    }

    /// The class of a refusal.
    pub(super) fn of_service(rules: &RetryRules, code: &str, status: u16) -> Self {
        let is_late = rules.late_errors && status == 200;
        let is_bad = status == 400 && rules.bad_requests.contains(&code);
        match code {
            "RequestTimeTooSkewed" if rules.skewed_clock => Self::Skewed,
            code if rules.throttled.contains(&code) => Self::Throttled,
            code if rules.codes.contains(&code) || is_bad || is_late => Self::Transient,
            _ if !rules.statuses.contains(&status) => Self::Fatal,
            _ if status == 429 => Self::Throttled,
            _ => Self::Transient,
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

//! The settings of retries.

use std::sync::Arc;
use std::time::Duration;

use super::{BuildError, Builder};
use crate::random::Random;
use crate::retry::RetryRules;

/// The variable for the number of attempts of a call.
pub(super) const VARIABLE: &str = "AWS_MAX_ATTEMPTS";

impl<C> Builder<C> {
    /// Sets how many attempts a call may make, including the first. Default: 3; 1 means no retries.
    ///
    /// The client retries connection failures, timeouts, incomplete answers, the statuses 429, 500, 502, 503 and 504,
    /// and error codes with the same meaning, such as `SlowDown`, under any status. A body that is a stream is sent
    /// only once. All calls of a client share a quota of retries, which runs out if most calls fail and recovers when
    /// they succeed.
    #[must_use]
    pub fn max_attempts(mut self, number: u32) -> Self {
        self.retries.max_attempts = number;
        self
    }

    /// Sets which answers are retried. Default: [`RetryRules::CLIENT`].
    #[must_use]
    pub fn retry_rules(mut self, rules: &'static RetryRules) -> Self {
        self.retries.rules = rules;
        self
    }

    /// Sets how long to wait before a retry: a random time between zero and `first`, between zero and twice that before
    /// the next retry, and so on up to `longest`. Defaults: 50 milliseconds and 20 seconds. If the service asks for a
    /// longer wait, the client waits that long, up to `longest`. Opening a session never waits longer than a second.
    #[must_use]
    pub fn retry_wait(mut self, first: Duration, longest: Duration) -> Self {
        self.retries.base = first;
        self.retries.cap = longest;
        self
    }

    /// Sets how often the streamed body of an answer, such as that of `GetObject`, may resume after its connection
    /// broke or became silent. Default: 0, which makes this an error of the body. The number counts all resumptions of
    /// one body, whether data has come in between or not. The error of a body that breaks once more is
    /// [`BodyError::BrokeAgain`](crate::BodyError::BrokeAgain).
    ///
    /// The client requests the rest with a range, on the condition that the object still has the same entity tag
    /// (`If-Match`), and verifies the checksum over the whole body. The answer must have an entity tag and a length.
    /// Each request for the rest is a separate call with its own attempts.
    #[must_use]
    pub fn resume_reads(mut self, times: u32) -> Self {
        self.resumptions = times;
        self
    }

    /// Uses another source of random numbers for waiting times. WebAssembly has none that Rust knows, so it is required
    /// there.
    #[must_use]
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Some(Arc::new(random));
        self
    }
}

/// The number in the variable: digits and nothing else.
pub(super) fn max_attempts(text: &str) -> Result<u32, BuildError> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| *number > 0 && is_number);
    number.ok_or_else(|| BuildError::variable(VARIABLE, "must be a whole number from 1 on"))
}

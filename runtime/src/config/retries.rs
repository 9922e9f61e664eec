//! The settings of retries.

use std::sync::Arc;
use std::time::Duration;

use super::{BuildError, Builder};
use crate::random::Random;
use crate::retry::RetryRules;

/// The variable that says how many attempts a call may make.
pub(super) const VARIABLE: &str = "AWS_MAX_ATTEMPTS";

impl<C> Builder<C> {
    /// How many attempts a call may make, the first included; 3 unless set, and 1 means no retries.
    ///
    /// What is worth another attempt: no connection or a broken one, a timeout, an answer that was
    /// cut off, the statuses 429, 500, 502, 503 and 504, and error codes that mean the same,
    /// `SlowDown` for one, under whatever status. A body that is a stream is sent once. All calls
    /// of a client draw their retries from one quota, which runs out while most of them fail and
    /// fills again as they succeed.
    #[must_use]
    pub fn max_attempts(mut self, number: u32) -> Self {
        self.retries.max_attempts = number;
        self
    }

    /// Which answers are worth another attempt; [`RetryRules::CLIENT`] unless set.
    #[must_use]
    pub fn retry_rules(mut self, rules: &'static RetryRules) -> Self {
        self.retries.rules = rules;
        self
    }

    /// How long to wait before a retry: a random time from zero to `first`, to twice that before
    /// the next, and so on up to `longest`; 50 milliseconds and 20 seconds unless set. A service
    /// that names a time itself gets it, up to `longest` as well. Opening a session never waits for
    /// more than a second.
    #[must_use]
    pub fn retry_wait(mut self, first: Duration, longest: Duration) -> Self {
        self.retries.base = first;
        self.retries.cap = longest;
        self
    }

    /// How often the body of an answer that is streamed, such as that of `GetObject`, goes on where its connection
    /// broke or fell silent; 0 unless set, which makes that an error of the body.
    ///
    /// The rest is asked for with a range, under the condition that the object still has the same entity tag
    /// (`If-Match`); the checksum is still verified over the whole. It needs an answer with an entity tag and a
    /// length. Each request for the rest is a call of its own, with its own attempts.
    #[must_use]
    pub fn resume_reads(mut self, times: u32) -> Self {
        self.resumptions = times;
        self
    }

    /// Draws waiting times from another source of random numbers. WebAssembly has none that Rust knows, so it is
    /// required there.
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

//! When a part is tried again, beyond the attempts of the client itself.

use std::time::Duration;

use zonal::runtime::random::{Random, SystemRandom};
use zonal::{AnyError, ErrorKind, ModeledError};

use crate::limit::{Outcome, Permit};
use crate::transfers::Transfers;

/// How often and how fast parts are tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    /// How many calls in a row may fail that bring nothing.
    pub(crate) attempts: u32,
    /// The longest wait before the second, before it doubles each time.
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
}

impl Default for RetryPolicy {
    /// The client makes three attempts of each call; a throttled service wants some ten seconds.
    fn default() -> Self {
        Self {
            attempts: 6,
            first: Duration::from_millis(200),
            longest: Duration::from_secs(10),
        }
    }
}

impl RetryPolicy {
    pub(crate) fn start(self) -> Retries {
        Retries {
            policy: self,
            failed: 0,
        }
    }
}

/// The attempts at one part.
#[derive(Debug)]
pub(crate) struct Retries {
    policy: RetryPolicy,
    failed: u32,
}

impl Retries {
    /// Something came through: the count begins anew.
    pub(crate) fn progressed(&mut self) {
        self.failed = 0;
    }

    /// How long to wait before another attempt; `None` if there were enough.
    pub(crate) fn next(&mut self) -> Option<Duration> {
        self.failed += 1;
        if self.failed >= self.policy.attempts {
            return None;
        }
        let doubled = 1_u32.checked_shl(self.failed - 1).unwrap_or(u32::MAX);
        let limit = self.policy.first.saturating_mul(doubled);
        let limit = limit.min(self.policy.longest);
        // from half of it to all of it: it must not be nothing while a service is in trouble
        let share = (SystemRandom.number() >> 11) as f64 / (1_u64 << 53) as f64;
        Some(limit.mul_f64(0.5 + share / 2.0))
    }
}

impl Transfers {
    /// Makes a call again for as long as that may help.
    pub(crate) async fn repeat<T, E, F>(
        &self,
        permit: &Permit,
        call: impl Fn() -> F,
    ) -> Result<T, AnyError>
    where
        F: Future<Output = Result<T, zonal::Error<E>>>,
        E: ModeledError,
    {
        let mut retries = self.settings.retries.start();
        loop {
            let error = match call().await {
                Ok(output) => {
                    permit.tell(Outcome::Moved(0));
                    return Ok(output);
                }
                Err(error) => AnyError::from(error),
            };
            if is_throttled(&error) {
                permit.tell(Outcome::Throttled);
            }
            let again = is_worth_another(&error).then(|| retries.next()).flatten();
            let Some(wait) = again else {
                return Err(error);
            };
            tokio::time::sleep(wait).await;
        }
    }
}

/// Whether another attempt at the same part may succeed.
pub(crate) fn is_worth_another(error: &AnyError) -> bool {
    // damaged on the way there, or the acknowledgement on the way back
    let is_damage = matches!(
        error.code(),
        Some("BadDigest" | "XAmzContentSHA256Mismatch" | "RequestTimeout")
    );
    error.is_retryable() || is_damage || error.kind() == ErrorKind::Decode
}

/// Whether the service asks for fewer requests.
pub(crate) fn is_throttled(error: &AnyError) -> bool {
    let by_status = |status: u16| matches!(status, 429 | 503);
    error
        .status()
        .is_some_and(|status| by_status(status.as_u16()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let policy = RetryPolicy {
            attempts: 4,
            first: Duration::from_millis(100),
            longest: Duration::from_millis(300),
        };
        let mut retries = policy.start();
        for longest in [100, 200, 300] {
            let wait = retries.next().unwrap().as_millis();
            assert!((longest / 2..=longest).contains(&wait), "{wait}");
        }
        assert_eq!(retries.next(), None);
        retries.progressed();
        assert!(retries.next().is_some());
    }
}

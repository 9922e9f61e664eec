//! How calls are retried: by the retry loop of the client, with more attempts than its default. The shared limit learns
//! of each refusal at once.

use std::time::Duration;

use zonal::runtime::Operation;
use zonal::runtime::hook::{AttemptEnd, Hook};
use zonal::runtime::random::SystemRandom;
use zonal::runtime::retry::{RetryRules, backoff};

use crate::event::{Event, Teller};
use crate::limit::{Limit, Outcome};
use crate::transfers::Transfers;

/// Which failures of a call are retried. Transfers do not use the retry quota of the client: their limit slows them
/// down while the service is overloaded.
static RULES: RetryRules = RetryRules {
    // the request was damaged in transit
    bad_requests: &["BadDigest", "XAmzContentSHA256Mismatch"],
    // or the answer was
    unreadable: true,
    unopened_sessions: true,
    quota: false,
    ..RetryRules::CLIENT
};

/// The same for calls that must not be carried out twice.
static ONCE: RetryRules = RetryRules {
    in_doubt: false,
    ..RULES
};

/// How often and how fast calls are retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    pub(crate) attempts: u32,
    /// The longest wait before the second attempt. It doubles each time.
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
}

impl Default for RetryPolicy {
    /// Eight attempts wait some eleven seconds in total; a throttled service needs about ten.
    fn default() -> Self {
        Self {
            attempts: 8,
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

/// Counts failures after a successful call: a body that breaks off, some keys of a thousand.
#[derive(Debug)]
pub(crate) struct Retries {
    policy: RetryPolicy,
    failed: u32,
}

impl Retries {
    /// Restarts the count after progress.
    pub(crate) fn progressed(&mut self) {
        self.failed = 0;
    }

    /// How long to wait before another attempt; `None` if no attempts are left.
    pub(crate) fn next(&mut self) -> Option<Duration> {
        let RetryPolicy {
            attempts,
            first,
            longest,
        } = self.policy;
        self.failed += 1;
        (self.failed < attempts).then(|| backoff(self.failed, first, longest, &SystemRandom))
    }
}

impl Transfers {
    /// A call with the attempts of a transfer, for one of its parts.
    pub(crate) fn patient<O: Operation>(
        &self,
        call: zonal::Call<O>,
        teller: &Teller,
        part: u64,
    ) -> zonal::Call<O> {
        let RetryPolicy {
            attempts,
            first,
            longest,
        } = self.settings.retries;
        call.max_attempts(attempts)
            .retry_wait(first, longest)
            .retry_rules(&RULES)
            .hook(Ear {
                limit: self.settings.limit.clone(),
                teller: teller.clone(),
                part,
            })
    }

    /// The same without events.
    pub(crate) fn quiet<O: Operation>(&self, call: zonal::Call<O>) -> zonal::Call<O> {
        self.patient(call, &Teller::default(), 0)
    }

    /// The same for a call that is not retried if it may have been carried out.
    pub(crate) fn once<O: Operation>(
        &self,
        call: zonal::Call<O>,
        teller: &Teller,
    ) -> zonal::Call<O> {
        self.patient(call, teller, 0).retry_rules(&ONCE)
    }
}

/// Observes how the attempts of a call end.
#[derive(Debug)]
struct Ear {
    limit: Limit,
    teller: Teller,
    part: u64,
}

impl Hook for Ear {
    fn after_attempt(&self, attempt: &AttemptEnd<'_>) {
        let status = attempt.status().map(|status| status.as_u16());
        if matches!(status, Some(429 | 503)) {
            self.limit.tell(Outcome::Throttled);
        }
        if let Some((error, wait)) = attempt.error().zip(attempt.retry_in()) {
            self.teller.tell(Event::Retrying {
                part: self.part,
                error: error.to_string(),
                wait,
            });
        }
    }
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
            assert!(wait <= longest, "{wait}");
        }
        assert_eq!(retries.next(), None);
        retries.progressed();
        assert!(retries.next().is_some());
    }
}

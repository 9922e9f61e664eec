//! Retries: which failures are retried, when, and how often.
//!
//! This is the "standard" mode of the AWS SDKs. A call makes at most [`max_attempts`]; before each
//! retry it waits for a random time that may grow with every attempt; and all calls of a client
//! draw on one quota, so that a service in trouble is not hit by three times its load. Nothing here
//! sleeps or sends: `Attempts` is told how an attempt ended and says what to do.
//!
//! [`max_attempts`]: crate::Builder::max_attempts

mod class;
mod quota;
mod rules;
mod skew;
mod wait;

pub use rules::RetryRules;
pub use skew::ClockSkew;

pub(crate) use class::Class;
pub(crate) use skew::{Correction, FARTHEST};
pub(crate) use wait::{retry_after, server_date};

use std::sync::Arc;
use std::time::Duration;

use crate::random::{Random, up_to};
use quota::Quota;

/// The first longest wait, before it doubles with every attempt.
const BASE: Duration = Duration::from_millis(50);
/// The longest wait of all.
const CAP: Duration = Duration::from_secs(20);
/// The same where a session is opened: callers wait for it, and it has little time.
const SESSION_CAP: Duration = Duration::from_secs(1);

/// How often and how fast calls are retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    pub(crate) max_attempts: u32,
    pub(crate) rules: &'static RetryRules,
    /// The longest wait before the first retry.
    pub(crate) base: Duration,
    /// The longest wait before any retry, whatever the service asks for.
    pub(crate) cap: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            rules: &RetryRules::CLIENT,
            base: BASE,
            cap: CAP,
        }
    }
}

impl RetryPolicy {
    /// The policy for opening a session.
    pub(crate) fn for_session(self) -> Self {
        Self {
            cap: self.cap.min(SESSION_CAP),
            ..self
        }
    }

    /// How long to wait before the retry that follows attempt `number`: any time up to a limit
    /// that doubles, after the time that the service asks for.
    fn wait(&self, number: u32, asked: Option<Duration>, random: &dyn Random) -> Duration {
        let wait = asked.unwrap_or_default();
        wait.saturating_add(backoff(number, self.base, self.cap, random))
            .min(self.cap)
    }
}

/// How long to wait after attempt `number`, from 1: a random time up to `first`, to twice that after the next, and so on
/// up to `longest`.
pub fn backoff(number: u32, first: Duration, longest: Duration, random: &dyn Random) -> Duration {
    let doublings = number.saturating_sub(1);
    let doubled = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
    up_to(random, first.saturating_mul(doubled).min(longest))
}

/// What all calls of a client share.
#[derive(Debug)]
pub(crate) struct Retries {
    policy: RetryPolicy,
    random: Arc<dyn Random>,
    quota: Quota,
}

impl Retries {
    pub(crate) fn new(policy: RetryPolicy, random: Arc<dyn Random>) -> Self {
        Self {
            policy,
            random,
            quota: Quota::default(),
        }
    }

    pub(crate) fn policy(&self) -> RetryPolicy {
        self.policy
    }

    /// The attempts of one call. A body that is not replayable is sent once.
    pub(crate) fn attempts(&self, policy: RetryPolicy, replayable: bool) -> Attempts<'_> {
        Attempts {
            retries: self,
            policy,
            replayable,
            number: 1,
            paid: 0,
            corrected: false,
        }
    }
}

/// The attempts of one call, the present one included.
#[derive(Debug)]
pub(crate) struct Attempts<'a> {
    retries: &'a Retries,
    policy: RetryPolicy,
    replayable: bool,
    number: u32,
    /// What the last retry took from the quota.
    paid: u32,
    /// The clock was corrected once.
    corrected: bool,
}

/// How an attempt failed, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed {
    pub(crate) class: Class,
    /// The wait that the service asks for.
    pub(crate) asked: Option<Duration>,
}

/// Why no further attempt is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Another attempt would fail too.
    Fatal,
    /// The body was a stream, which is gone.
    NotReplayable,
    /// The limit of attempts is reached.
    Attempts,
    /// The quota of the client is used up.
    Quota,
    /// There is no time for another attempt.
    Time,
}

impl Stop {
    /// What an error says of it, where it is not plain.
    pub(crate) fn reason(self) -> Option<&'static str> {
        match self {
            Self::Fatal | Self::Attempts => None,
            Self::NotReplayable => Some("not retried because its body can be sent only once"),
            Self::Quota => Some("not retried because too many calls of this client fail"),
            Self::Time => Some("no time left for another attempt"),
        }
    }
}

impl Attempts<'_> {
    /// The number of the present attempt, from 1.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// The present attempt succeeded: the quota recovers.
    pub(crate) fn succeeded(self) {
        self.retries.quota.refund(self.paid);
    }

    /// The present attempt failed and the call has `left` to go: how long to wait before the next.
    pub(crate) fn failed(
        &mut self,
        failed: Failed,
        left: Option<Duration>,
    ) -> Result<Duration, Stop> {
        let cost = match failed.class {
            Class::Fatal => return Err(Stop::Fatal),
            Class::Skewed if self.corrected => return Err(Stop::Fatal),
            Class::Skewed | Class::FarSkewed | Class::Rejected => 0,
            Class::Transient | Class::Throttled => quota::COST,
            Class::Timeout => quota::TIMEOUT_COST,
        };
        if self.number >= self.policy.max_attempts {
            return Err(Stop::Attempts);
        }
        if !self.replayable {
            return Err(Stop::NotReplayable);
        }
        let wait = match failed.class {
            // the clock was corrected, there is nothing to wait for
            Class::Skewed | Class::FarSkewed => Duration::ZERO,
            _ => {
                let random = &*self.retries.random;
                self.policy.wait(self.number, failed.asked, random)
            }
        };
        if left.is_some_and(|left| wait >= left) {
            return Err(Stop::Time);
        }
        let cost = if self.policy.rules.quota { cost } else { 0 };
        if !self.retries.quota.take(cost) {
            return Err(Stop::Quota);
        }
        self.corrected |= failed.class == Class::Skewed;
        self.paid = cost;
        self.number += 1;
        Ok(wait)
    }
}

#[cfg(test)]
mod tests;

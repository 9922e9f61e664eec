//! The retry quota of a client.

use std::sync::atomic::{AtomicU32, Ordering};

const CAPACITY: u32 = 500;
/// The cost of a retry.
pub(super) const COST: u32 = 5;
/// The cost of a retry after a timeout, which kept the service busy for longer.
pub(super) const TIMEOUT_COST: u32 = 10;
/// The tokens that a call without retries returns.
const EARNED: u32 = 1;

/// A token bucket. Retries take tokens; a call that succeeds returns those of its last retry, or
/// one. While a service is down, the bucket becomes empty and retries stop. When the service
/// recovers, successful first attempts fill it again.
#[derive(Debug)]
pub(super) struct Quota(AtomicU32);

impl Default for Quota {
    fn default() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }
}

impl Quota {
    /// Takes `cost` if there is as much.
    pub(super) fn take(&self, cost: u32) -> bool {
        let take = |tokens: u32| tokens.checked_sub(cost);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.is_ok()
    }

    /// Gives back what the last retry of a successful call took; zero if there was none.
    pub(super) fn refund(&self, paid: u32) {
        // a full bucket is the rule, and reading it costs other threads nothing
        if self.0.load(Ordering::Relaxed) >= CAPACITY {
            return;
        }
        let earned = paid.max(EARNED);
        let put = |tokens: u32| Some(tokens.saturating_add(earned).min(CAPACITY));
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, put);
    }

    #[cfg(test)]
    pub(super) fn tokens(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

//! [`SessionObserver`]: events of sessions, for metrics.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::FailureClass;

/// Observes the events of sessions. They contain no secrets. The client calls it during calls, so
/// it must return quickly.
pub trait SessionObserver: fmt::Debug + Send + Sync {
    /// A call found a session of this age.
    fn hit(&self, age: Duration) {
        let _ = age;
    }

    /// A call found no session and waits.
    fn miss(&self) {}

    /// A session was opened for waiting calls.
    fn open(&self) {}

    /// A session was replaced in the background before its end.
    fn refresh(&self) {}

    /// A session could not be opened or replaced.
    fn failure(&self, class: FailureClass) {
        let _ = class;
    }

    /// The service rejected a session before its end; another will be opened.
    fn heal(&self) {}

    /// A session was removed.
    fn evict(&self, reason: Eviction) {
        let _ = reason;
    }
}

/// Why a session was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Eviction {
    /// There were too many sessions, and this one was unused for the longest time.
    Capacity,
    /// It has not been used since it was opened or replaced.
    Idle,
    /// It expired, and no new one could be opened.
    Stale,
}

/// An observer that counts.
#[derive(Debug, Default)]
pub struct SessionCounters {
    hits: AtomicU64,
    misses: AtomicU64,
    opens: AtomicU64,
    refreshes: AtomicU64,
    failures: AtomicU64,
    heals: AtomicU64,
    evictions: AtomicU64,
    oldest_use: AtomicU64,
}

/// The counts of [`SessionCounters`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionCounts {
    /// Calls that found a session.
    pub hits: u64,
    /// Calls that had to wait for one.
    pub misses: u64,
    /// Sessions that were opened for waiting calls.
    pub opens: u64,
    /// Sessions that were replaced in the background.
    pub refreshes: u64,
    /// Failures of either.
    pub failures: u64,
    /// Sessions that the service rejected before their end.
    pub heals: u64,
    /// Sessions that were removed.
    pub evictions: u64,
    /// The greatest age at which a session was used.
    pub oldest_use: Duration,
}

impl SessionCounters {
    /// The counts.
    pub fn counts(&self) -> SessionCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SessionCounts {
            hits: read(&self.hits),
            misses: read(&self.misses),
            opens: read(&self.opens),
            refreshes: read(&self.refreshes),
            failures: read(&self.failures),
            heals: read(&self.heals),
            evictions: read(&self.evictions),
            oldest_use: Duration::from_millis(read(&self.oldest_use)),
        }
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl SessionObserver for SessionCounters {
    fn hit(&self, age: Duration) {
        count(&self.hits);
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        if age > self.oldest_use.load(Ordering::Relaxed) {
            self.oldest_use.fetch_max(age, Ordering::Relaxed);
        }
    }

    fn miss(&self) {
        count(&self.misses);
    }

    fn open(&self) {
        count(&self.opens);
    }

    fn refresh(&self) {
        count(&self.refreshes);
    }

    fn failure(&self, _: FailureClass) {
        count(&self.failures);
    }

    fn heal(&self) {
        count(&self.heals);
    }

    fn evict(&self, _: Eviction) {
        count(&self.evictions);
    }
}

/// An observer that can be shared is one.
impl<T: SessionObserver + ?Sized> SessionObserver for std::sync::Arc<T> {
    fn hit(&self, age: Duration) {
        (**self).hit(age);
    }

    fn miss(&self) {
        (**self).miss();
    }

    fn open(&self) {
        (**self).open();
    }

    fn refresh(&self) {
        (**self).refresh();
    }

    fn failure(&self, class: FailureClass) {
        (**self).failure(class);
    }

    fn heal(&self) {
        (**self).heal();
    }

    fn evict(&self, reason: Eviction) {
        (**self).evict(reason);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// The second through an `Arc`, as those who share it do.
    #[test]
    fn each_event_is_counted_once() {
        let counters = Arc::new(SessionCounters::default());
        let tell = |observer: &dyn SessionObserver, seconds| {
            observer.hit(Duration::from_secs(seconds));
            observer.miss();
            observer.open();
            observer.refresh();
            observer.failure(FailureClass::Busy);
            observer.heal();
            observer.evict(Eviction::Idle);
        };
        let counted = |count, seconds| SessionCounts {
            hits: count,
            misses: count,
            opens: count,
            refreshes: count,
            failures: count,
            heals: count,
            evictions: count,
            oldest_use: Duration::from_secs(seconds),
        };
        for (count, seconds, oldest) in [(1, 20, 20), (2, 10, 20), (3, 30, 30)] {
            if count == 2 {
                tell(&counters, seconds);
            } else {
                tell(&*counters, seconds);
            }
            assert_eq!(counters.counts(), counted(count, oldest));
        }
    }
}

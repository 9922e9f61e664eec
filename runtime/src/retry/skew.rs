//! [`ClockSkew`]: the service's clock where it is not ours.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use crate::clock::Clock;

/// A service that refuses for less than this is not to be helped by a correction.
const LEAST: Duration = Duration::from_secs(60);

/// How far the service's clock is ahead of the machine's, for signing.
///
/// It is learned from nothing but a refusal that says so, `RequestTimeTooSkewed`, and from that
/// answer's own time: the date of just any answer may come from a cache.
#[derive(Debug, Default)]
pub struct ClockSkew {
    millis: AtomicI64,
}

impl ClockSkew {
    /// The time to sign with.
    pub fn now(&self, clock: &dyn Clock) -> SystemTime {
        let now = clock.now();
        let millis = self.millis.load(Ordering::Relaxed);
        let offset = Duration::from_millis(millis.unsigned_abs());
        let corrected = match millis < 0 {
            true => now.checked_sub(offset),
            false => now.checked_add(offset),
        };
        corrected.unwrap_or(now)
    }

    /// The service refused a request signed at `signed` and said that its clock stands at `server`.
    /// Whether that is a reason to try again.
    pub(crate) fn learn(&self, server: SystemTime, signed: SystemTime, clock: &dyn Clock) -> bool {
        let (ahead, now) = (distance(server, signed), clock.now());
        if ahead < LEAST {
            return false;
        }
        let millis = i64::try_from(distance(server, now).as_millis()).unwrap_or(i64::MAX);
        let millis = if server < now { -millis } else { millis };
        self.millis.store(millis, Ordering::Relaxed);
        true
    }
}

fn distance(one: SystemTime, other: SystemTime) -> Duration {
    one.duration_since(other)
        .unwrap_or_else(|error| error.duration())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::BoxFuture;
    use std::time::UNIX_EPOCH;

    #[derive(Debug)]
    struct Frozen(SystemTime);

    impl Clock for Frozen {
        fn now(&self) -> SystemTime {
            self.0
        }
        fn monotonic(&self) -> Duration {
            Duration::ZERO
        }
        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(async {})
        }
    }

    #[test]
    fn the_clock_is_set_to_the_service_s_either_way() {
        let ours = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let (clock, hour) = (Frozen(ours), Duration::from_secs(3600));
        let skew = ClockSkew::default();
        assert_eq!(skew.now(&clock), ours);
        for server in [ours + hour, ours - hour, UNIX_EPOCH] {
            assert!(skew.learn(server, ours, &clock));
            assert_eq!(skew.now(&clock), server);
        }
        // refused although the clocks agree: nothing to learn
        assert!(!skew.learn(ours, ours + Duration::from_secs(59), &clock));
        assert_eq!(skew.now(&clock), UNIX_EPOCH);
        // a call that was signed before another one learned: try again
        assert!(skew.learn(ours + hour, ours, &clock) && skew.learn(ours + hour, ours, &clock));
        // no time that cannot be written
        assert!(skew.learn(ours + hour * 1_000_000, ours, &clock));
        let late = Frozen(UNIX_EPOCH + Duration::from_secs(i64::MAX as u64));
        assert_eq!(skew.now(&late), late.0);
    }
}

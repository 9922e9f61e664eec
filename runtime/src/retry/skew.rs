//! [`ClockSkew`]: corrects for a different clock of the service.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use crate::clock::Clock;

/// A service that refuses for less than this is not to be helped by a correction.
const LEAST: Duration = Duration::from_secs(60);
/// One answer moves the clock by this much at most. A clock that is off is mostly off by minutes,
/// or by an hour where summer time was mistaken; and a server that lies cannot have requests signed
/// that somebody keeps for a later day.
const STEP: Duration = Duration::from_secs(3600);
/// All answers together move it by this much at most: more than any two time zones are apart. A
/// machine whose date is wrong needs to be set.
pub(crate) const FARTHEST: Duration = Duration::from_secs(24 * 3600);

/// How far the service's clock is ahead of the machine's, for signing.
///
/// The client learns it only from the refusal `RequestTimeTooSkewed` and the time in that answer,
/// because the date of other answers may come from a cache. An answer changes it by at most an
/// hour, and all answers together by at most a day.
#[derive(Debug, Default)]
pub struct ClockSkew {
    millis: AtomicI64,
}

/// What was learned from a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Correction {
    /// Nothing: the same request would be refused again.
    None,
    /// The clock is as right as it gets.
    Done,
    /// The clock is closer, and the next answer will bring it closer still.
    Closer,
}

impl ClockSkew {
    /// The time to sign with.
    pub fn now(&self, clock: &dyn Clock) -> SystemTime {
        let now = clock.now();
        let millis = self.millis.load(Ordering::Relaxed);
        let offset = Duration::from_millis(millis.unsigned_abs());
        let corrected = if millis < 0 {
            now.checked_sub(offset)
        } else {
            now.checked_add(offset)
        };
        corrected.unwrap_or(now)
    }

    /// Whether the service has said that the machine's clock is wrong.
    pub(crate) fn is_known(&self) -> bool {
        self.millis.load(Ordering::Relaxed) != 0
    }

    /// The service refused a request signed at `signed` and said that its clock stands at `server`.
    pub(crate) fn learn(
        &self,
        server: SystemTime,
        signed: SystemTime,
        clock: &dyn Clock,
    ) -> Correction {
        let now = clock.now();
        let least = millis(LEAST);
        let (goal, from) = (ahead(server, now), ahead(signed, now));
        if goal.abs_diff(from) < least.unsigned_abs() {
            return Correction::None;
        }
        let (step, farthest) = (millis(STEP), millis(FARTHEST));
        let moved = goal.clamp(from.saturating_sub(step), from.saturating_add(step));
        let moved = moved.clamp(-farthest, farthest);
        // another call may have come closer meanwhile
        let known = self.millis.load(Ordering::Relaxed);
        let best = if goal.abs_diff(known) < goal.abs_diff(moved) {
            known
        } else {
            moved
        };
        self.millis.store(best, Ordering::Relaxed);
        let is_near = goal.abs_diff(best) < least.unsigned_abs();
        if is_near || goal.abs() > farthest {
            Correction::Done
        } else {
            Correction::Closer
        }
    }
}

/// How far one time is ahead of another, in milliseconds.
fn ahead(one: SystemTime, other: SystemTime) -> i64 {
    match one.duration_since(other) {
        Ok(time) => millis(time),
        Err(error) => -millis(error.duration()),
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
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

    const HOUR: Duration = Duration::from_secs(3600);

    fn frozen() -> (Frozen, SystemTime) {
        let ours = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        (Frozen(ours), ours)
    }

    #[test]
    fn the_clock_is_set_to_the_service_s_either_way() {
        let (clock, ours) = frozen();
        let skew = ClockSkew::default();
        assert_eq!(skew.now(&clock), ours);
        for server in [ours + HOUR, ours - HOUR, ours - HOUR / 2] {
            let learned = skew.learn(server, ours, &clock);
            assert_eq!(learned, Correction::Done);
            assert_eq!(skew.now(&clock), server);
        }
        // refused although the clocks agree: nothing to learn
        let learned = skew.learn(ours, ours + Duration::from_secs(59), &clock);
        assert_eq!(learned, Correction::None);
        assert_eq!(skew.now(&clock), ours - HOUR / 2);
        // a call that was signed before another one learned: try again
        for _ in 0..2 {
            let learned = skew.learn(ours + HOUR, ours, &clock);
            assert_eq!(learned, Correction::Done);
        }
    }

    #[test]
    fn an_answer_moves_the_clock_by_an_hour_and_all_of_them_by_a_day() {
        let (clock, ours) = frozen();
        for is_ahead in [true, false] {
            let at = |hours: u32| {
                if is_ahead {
                    ours + hours * HOUR
                } else {
                    ours - hours * HOUR
                }
            };
            let skew = ClockSkew::default();
            for hours in 1..=4 {
                let learned = skew.learn(at(5), skew.now(&clock), &clock);
                assert_eq!((learned, skew.now(&clock)), (Correction::Closer, at(hours)));
            }
            // many calls that were signed together move it once, and the last does not undo it
            for _ in 0..10 {
                skew.learn(at(5), ours, &clock);
                assert_eq!(skew.now(&clock), at(4));
            }
            let learned = skew.learn(at(5), skew.now(&clock), &clock);
            assert_eq!((learned, skew.now(&clock)), (Correction::Done, at(5)));
            // nobody is believed who says another century
            let skew = ClockSkew::default();
            for hours in 1..100 {
                let learned = skew.learn(at(300_000), skew.now(&clock), &clock);
                assert_eq!(learned, Correction::Done);
                assert_eq!(skew.now(&clock), at(hours.min(24)));
            }
            // and whoever is honest is believed after that
            for _ in 0..24 {
                skew.learn(ours, skew.now(&clock), &clock);
            }
            assert_eq!(skew.now(&clock), ours);
        }
    }

    #[test]
    fn limits_belong_to_what_they_limit() {
        let (clock, ours) = frozen();
        // a minute is worth a correction
        let skew = ClockSkew::default();
        assert_eq!(skew.learn(ours + LEAST, ours, &clock), Correction::Done);
        assert_eq!(skew.now(&clock), ours + LEAST);
        // and so is the minute behind an hour
        let skew = ClockSkew::default();
        let learned = skew.learn(ours + STEP + LEAST, ours, &clock);
        assert_eq!(learned, Correction::Closer);
        // the service may be as far away as the clock can be moved
        let learned = skew.learn(ours + FARTHEST, ours, &clock);
        assert_eq!(learned, Correction::Closer);
    }

    #[test]
    fn no_time_is_signed_that_cannot_be_written() {
        let (clock, ours) = frozen();
        let skew = ClockSkew::default();
        skew.learn(ours + HOUR, ours, &clock);
        let late = Frozen(UNIX_EPOCH + Duration::from_secs(i64::MAX as u64));
        assert_eq!(skew.now(&late), late.0);
        let learned = skew.learn(UNIX_EPOCH, late.0, &late);
        assert_eq!(learned, Correction::Done);
    }
}

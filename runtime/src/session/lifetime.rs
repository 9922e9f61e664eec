//! [`ServerClock`]: the lifetime of sessions by the clock of the server.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::OpenedSession;
use crate::lease::Times;

/// What the service promises today. It stands in where the answer has no date to compare with.
const USUAL: Duration = Duration::from_secs(300);
/// How much later than its date an answer may have been made.
const PRECISION: Duration = Duration::from_secs(1);
/// Nothing that a server says keeps a session for longer than this.
const LONGEST: Duration = Duration::from_secs(3600);
/// One that lasts for less is no use, and would be replaced all the time.
const SHORTEST: Duration = Duration::from_millis(100);
/// Two clocks drift apart by no more than a part in so many.
const DRIFT: u32 = 2000;

/// What is known of the clock of a server. The date of an answer is cut to the second and so leaves
/// a second open. The date of the next leaves another one open, and what both leave open is less:
/// after a few answers it is as good as nothing.
#[derive(Debug, Default)]
pub(crate) struct ServerClock(Option<Bounds>);

/// How far the server's time of day is ahead of the monotonic clock, in nanoseconds.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    least: i128,
    most: i128,
    /// When they held.
    at: Duration,
}

impl ServerClock {
    /// How long a session lasts, seen from the moment of the request; `None` where that is nothing.
    /// A wrong clock on this side does no harm: all times of day are the server's.
    pub(super) fn lifetime(&mut self, opened: &OpenedSession, times: Times) -> Option<Duration> {
        let until = |from: SystemTime| opened.expiration.duration_since(from).unwrap_or_default();
        let lifetime = match (opened.date, until(opened.date.unwrap_or(times.wall))) {
            (Some(_), Duration::ZERO) => Duration::ZERO,
            (Some(date), time) => {
                let most = self.learn(date, times).most;
                let end = nanos(opened.expiration) - most;
                let known = end - i128::try_from(times.sent.as_nanos()).unwrap_or(i128::MAX);
                let known = u64::try_from(known).map_or(Duration::ZERO, Duration::from_nanos);
                // by this answer alone: it is younger than it says
                let certain = time - (time / 2).min(PRECISION);
                certain.max(known).min(LONGEST)
            }
            // by two clocks that may not agree
            (None, Duration::ZERO) => USUAL,
            (None, time) => time.min(USUAL),
        };
        (lifetime >= SHORTEST).then_some(lifetime)
    }

    /// Takes in the date of an answer. What contradicts it was another server's, or its clock was
    /// set: it is forgotten.
    fn learn(&mut self, date: SystemTime, times: Times) -> Bounds {
        let (sent, received) = (times.sent.as_nanos(), times.received.as_nanos());
        let ahead_of = |time: u128| nanos(date) - i128::try_from(time).unwrap_or(i128::MAX);
        let precision = i128::try_from(PRECISION.as_nanos()).unwrap_or(i128::MAX);
        let new = Bounds {
            least: ahead_of(received),
            most: ahead_of(sent) + precision,
            at: times.received,
        };
        let both = self.0.map(|known| {
            let drift = times.received.saturating_sub(known.at) / DRIFT;
            let drift = i128::try_from(drift.as_nanos()).unwrap_or(i128::MAX);
            Bounds {
                least: new.least.max(known.least - drift),
                most: new.most.min(known.most + drift),
                at: new.at,
            }
        });
        let bounds = both.filter(|both| both.least <= both.most).unwrap_or(new);
        self.0 = Some(bounds);
        bounds
    }
}

/// Since 1970, or before it.
fn nanos(time: SystemTime) -> i128 {
    let signed = |time: Duration| i128::try_from(time.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => signed(since),
        Err(before) => -signed(before.duration()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::SessionCredentials;

    const MS: Duration = Duration::from_millis(1);

    /// A session that ends and an answer that was made at these milliseconds of the server's clock,
    /// told in whole seconds.
    fn opened(expiration: u64, date: Option<u64>) -> OpenedSession {
        let at = |millis: u64| UNIX_EPOCH + Duration::from_secs(millis / 1000);
        OpenedSession {
            credentials: SessionCredentials::new("A".into(), "MARKER".into(), "MARKER".into()),
            expiration: at(expiration),
            date: date.map(at),
            encryption: None,
        }
    }

    fn times(sent: u32, received: u32, wall: u64) -> Times {
        Times {
            sent: sent * MS,
            received: received * MS,
            wall: UNIX_EPOCH + Duration::from_secs(wall),
        }
    }

    #[test]
    fn the_servers_own_clock_gives_the_lifetime() {
        let lifetime = |expiration: u64, date: Option<u64>, wall| {
            let opened = opened(expiration * 1000, date.map(|date| date * 1000));
            assert!(!format!("{opened:?}").contains("MARKER"));
            let lifetime = ServerClock::default().lifetime(&opened, times(0, 10, wall));
            lifetime.map(|time| time.as_secs())
        };
        for wall in [0, 5_000, 9_999] {
            assert_eq!(lifetime(5_300, Some(5_000), wall), Some(299));
        }
        assert_eq!(lifetime(5_000, Some(5_000), 0), None);
        assert_eq!(lifetime(4_999, Some(5_000), 0), None);
        assert_eq!(lifetime(99_999, Some(5_000), 0), Some(3600));
        // no date: this side's clock counts only where it shortens the usual life
        assert_eq!(lifetime(5_300, None, 5_100), Some(200));
        assert_eq!(lifetime(5_300, None, 9_999), Some(300));
        assert_eq!(lifetime(5_300, None, 0), Some(300));
    }

    #[test]
    fn a_lifetime_of_next_to_nothing_is_none() {
        let mut opened = opened(5_000, Some(5_000));
        let lifetime = |opened: &_| ServerClock::default().lifetime(opened, times(0, 10, 0));
        for (millis, is_some) in [(150, false), (250, true)] {
            opened.expiration = UNIX_EPOCH + 5_000 * MS + millis * MS;
            assert_eq!(lifetime(&opened).is_some(), is_some, "{millis}");
        }
    }

    /// The server's clock is 5 seconds and 400 ms ahead. Whatever the seconds leave open, no
    /// session is thought to last for longer than it does.
    #[test]
    fn every_answer_leaves_less_open() {
        let mut clock = ServerClock::default();
        let mut left_open = Vec::new();
        for sent in [0_u32, 1_150, 2_300, 3_450, 4_550, 5_000] {
            let (asked, made) = (u64::from(sent) + 5_400, u64::from(sent) + 5_405);
            let opened = opened(made + 2_000, Some(made));
            let lifetime = clock.lifetime(&opened, times(sent, sent + 10, 0)).unwrap();
            let end = (made + 2_000) / 1000 * 1000;
            let true_life = Duration::from_millis(end - asked);
            assert!(lifetime <= true_life, "{lifetime:?}, not {true_life:?}");
            left_open.push((true_life - lifetime).as_millis());
        }
        assert_eq!(
            left_open[0], 600,
            "one second, less the part that has passed"
        );
        assert!(left_open[4] <= 60, "{left_open:?}");
        // of the last answer alone nearly a second would be open
        assert!(left_open[5] <= 60, "{left_open:?}");
        // another server, or a clock that was set: only the last answer counts
        let opened = opened(90_000, Some(60_000));
        let lifetime = clock.lifetime(&opened, times(6_000, 6_010, 0));
        assert_eq!(lifetime, Some(29_000 * MS));
    }

    /// What is known of a clock holds less and less: a part in 2,000 of the time in between.
    #[test]
    fn what_was_learned_gets_wider_with_time() {
        let at = |seconds: u64| UNIX_EPOCH + Duration::from_secs(seconds);
        let mut clock = ServerClock::default();
        let first = clock.learn(at(5_000), times(1_000, 1_200, 0));
        let ms = |millis: i128| millis * 1_000_000;
        let bounds = |bounds: Bounds| (bounds.least, bounds.most);
        assert_eq!(bounds(first), (ms(4_998_800), ms(5_000_000)));
        // asked at once and answered late: it says no more of either bound
        let second = clock.learn(at(5_000), times(800, 201_200, 0));
        assert_eq!(bounds(second), (ms(4_998_700), ms(5_000_100)));
        assert_eq!(second.at, Duration::from_millis(201_200));
        assert_eq!(nanos(UNIX_EPOCH - MS), -ms(1));
    }

    #[test]
    fn clocks_may_drift() {
        let mut clock = ServerClock::default();
        clock
            .lifetime(&opened(300_900, Some(900)), times(0, 1, 0))
            .unwrap();
        let first = clock.0.unwrap();
        // its clock loses a part in 4,000, which is nothing that contradicts
        let (hour, lost) = (3_600_000, 900);
        let date = u64::from(hour) + 900 - lost;
        clock
            .lifetime(
                &opened(date + 300_000, Some(date)),
                times(hour, hour + 1, 0),
            )
            .unwrap();
        let second = clock.0.unwrap();
        let truth = (i128::from(date) - i128::from(hour)) * 1_000_000;
        assert!(second.least <= truth && truth <= second.most, "{second:?}");
        assert!(second.most - second.least <= first.most - first.least);
    }
}

//! The time of the peer, which tests can change.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

#[derive(Debug, Clone, Copy)]
enum Mode {
    System,
    Ahead(Duration),
    Behind(Duration),
    Frozen(SystemTime),
}

/// The peer's clock: the system's, shifted, or frozen.
#[derive(Debug)]
pub struct Clock(Mutex<Mode>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Mode::System))
    }

    /// Returns the current time of the peer.
    pub fn now(&self) -> SystemTime {
        let system = SystemTime::now();
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Mode::System => system,
            Mode::Ahead(by) => system.checked_add(by).unwrap_or(system),
            Mode::Behind(by) => system.checked_sub(by).unwrap_or(SystemTime::UNIX_EPOCH),
            Mode::Frozen(at) => at,
        }
    }

    /// Runs this much ahead of the system clock.
    pub fn set_ahead(&self, by: Duration) {
        self.set(Mode::Ahead(by));
    }

    /// Runs this much behind the system clock.
    pub fn set_behind(&self, by: Duration) {
        self.set(Mode::Behind(by));
    }

    /// Stands still at that time.
    pub fn freeze(&self, at: SystemTime) {
        self.set(Mode::Frozen(at));
    }

    /// Moves forward: a frozen clock from where it stands, a running one from its present offset.
    pub fn advance(&self, by: Duration) {
        let mut mode = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *mode = match *mode {
            Mode::System => Mode::Ahead(by),
            Mode::Ahead(ahead) => Mode::Ahead(ahead.saturating_add(by)),
            Mode::Behind(behind) if behind >= by => Mode::Behind(behind - by),
            Mode::Behind(behind) => Mode::Ahead(by - behind),
            Mode::Frozen(at) => Mode::Frozen(at.checked_add(by).unwrap_or(at)),
        };
    }

    /// Runs with the system clock again.
    pub fn reset(&self) {
        self.set(Mode::System);
    }

    fn set(&self, mode: Mode) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    }
}

/// `2026-11-22T00:45:15Z`, whole seconds.
pub(crate) fn iso8601(at: SystemTime) -> String {
    DateTime::from_secs(epoch_seconds(at))
        .fmt(Format::DateTime)
        .unwrap_or_default()
}

/// `Sun, 22 Nov 2026 00:45:15 GMT`.
pub(crate) fn http_date(at: SystemTime) -> String {
    DateTime::from_secs(epoch_seconds(at))
        .fmt(Format::HttpDate)
        .unwrap_or_default()
}

pub(crate) fn epoch_seconds(at: SystemTime) -> i64 {
    let since = at
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Reads SigV4's `20261122T004515Z`.
pub(crate) fn parse_basic(text: &str) -> Option<SystemTime> {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    if bytes.len() != 16 || bytes[8] != b'T' || bytes[15] != b'Z' || !digits(0..8) || !digits(9..15)
    {
        return None;
    }
    let extended = format!(
        "{}-{}-{}T{}:{}:{}Z",
        &text[0..4],
        &text[4..6],
        &text[6..8],
        &text[9..11],
        &text[11..13],
        &text[13..15]
    );
    let parsed = DateTime::from_str(&extended, Format::DateTime).ok()?;
    let seconds = u64::try_from(parsed.secs()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_timestamps() {
        let at = parse_basic("20261122T004515Z").expect("time");
        assert_eq!(iso8601(at), "2026-11-22T00:45:15Z");
        assert_eq!(http_date(at), "Sun, 22 Nov 2026 00:45:15 GMT");
        for bad in [
            "",
            "20261122T004515",
            "20261122 004515Z",
            "20261322T004515Z",
            "2026112éT00451Z",
            "20261122T004515z",
        ] {
            assert_eq!(parse_basic(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_clock_moves() {
        let clock = Clock::new();
        let start = parse_basic("20261122T004515Z").expect("time");
        clock.freeze(start);
        clock.advance(Duration::from_secs(60));
        assert_eq!(clock.now(), start + Duration::from_secs(60));
        clock.set_behind(Duration::from_secs(100));
        clock.advance(Duration::from_secs(400));
        let ahead = clock
            .now()
            .duration_since(SystemTime::now())
            .expect("ahead");
        assert!(
            ahead > Duration::from_secs(290) && ahead <= Duration::from_secs(300),
            "{ahead:?}"
        );
        clock.reset();
        assert!(clock.now() <= SystemTime::now());
    }
}

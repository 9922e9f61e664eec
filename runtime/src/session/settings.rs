//! [`SessionSettings`]: the settings of the session cache.

use std::time::Duration;

use crate::lease::Limits;

/// As much memory for sessions as no process that uses thousands of buckets misses.
const MEMORY: usize = 64 << 20;

/// The settings of a client's session cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSettings {
    capacity: usize,
    memory: usize,
    pub(super) refresh_before: Duration,
    pub(super) refresh_jitter: Duration,
    pub(super) stale_before: Duration,
    pub(crate) open_timeout: Duration,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            capacity: usize::MAX,
            memory: MEMORY,
            refresh_before: Duration::from_secs(60),
            refresh_jitter: Duration::from_secs(20),
            stale_before: Duration::from_secs(10),
            open_timeout: Duration::from_secs(10),
        }
    }
}

impl SessionSettings {
    /// Sets the largest number of sessions. Default: no limit, within [`memory`](Self::memory). The
    /// client removes the session that was unused for the longest time first. It never removes
    /// sessions that calls wait for, so it may exceed this number while they open.
    #[must_use]
    pub fn capacity(mut self, sessions: usize) -> Self {
        self.capacity = sessions.max(1);
        self
    }

    /// Sets how much memory sessions may take, in bytes. Default: 64 MiB, which is enough for some
    /// 15,000 sessions. A session takes about 3 KiB and the length of its token. The client removes
    /// the session that was unused for the longest time first.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets how long before its expiration a session is replaced in the background. Default: 60
    /// seconds, and never more than a quarter of its lifetime.
    #[must_use]
    pub fn refresh_before(mut self, time: Duration) -> Self {
        self.refresh_before = time;
        self
    }

    /// Sets by how much that moment varies between sessions, so that sessions that were opened
    /// together are not replaced together. Default: 20 seconds, and never more than a third of
    /// [`refresh_before`](Self::refresh_before).
    #[must_use]
    pub fn refresh_jitter(mut self, time: Duration) -> Self {
        self.refresh_jitter = time;
        self
    }

    /// Sets how long before its expiration a session is no longer used. Default: 10 seconds, and
    /// never more than a tenth of its lifetime.
    #[must_use]
    pub fn stale_before(mut self, time: Duration) -> Self {
        self.stale_before = time;
        self
    }

    /// Sets how long opening a session may take with all attempts. Default: 10 seconds. A single
    /// attempt may take a third of it.
    #[must_use]
    pub fn open_timeout(mut self, limit: Duration) -> Self {
        self.open_timeout = limit.max(Duration::from_millis(1));
        self
    }

    pub(super) fn limits(&self) -> Limits {
        Limits {
            capacity: self.capacity,
            memory: self.memory,
            obtain: self.open_timeout,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_kept() {
        let seconds = Duration::from_secs;
        let settings = SessionSettings::default()
            .capacity(0)
            .memory(1)
            .refresh_before(seconds(2))
            .refresh_jitter(seconds(3))
            .stale_before(seconds(4))
            .open_timeout(Duration::ZERO);
        let expected = SessionSettings {
            capacity: 1,
            memory: 1,
            refresh_before: seconds(2),
            refresh_jitter: seconds(3),
            stale_before: seconds(4),
            open_timeout: Duration::from_millis(1),
        };
        assert_eq!(settings, expected);
        // enough for the buckets of any program
        assert_eq!(SessionSettings::default().limits().memory, 67_108_864);
    }
}

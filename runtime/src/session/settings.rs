//! [`SessionSettings`]: how sessions are kept.

use std::time::Duration;

use crate::lease::Limits;

/// As much memory for sessions as no process that uses thousands of buckets misses.
const MEMORY: usize = 64 << 20;

/// How a client keeps its sessions.
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
    /// How many sessions are kept; any number unless set, as far as [`memory`](Self::memory) goes.
    /// The one unused for longest goes first. Sessions that somebody waits for are never dropped,
    /// and may exceed this number while they open.
    #[must_use]
    pub fn capacity(mut self, sessions: usize) -> Self {
        self.capacity = sessions.max(1);
        self
    }

    /// How much memory the sessions may take, in bytes; 64 MiB unless set, which is room for some
    /// 15,000 sessions. A session takes about 3 KiB and the length of its token. The one unused for
    /// longest goes first.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// How long before its end a session is replaced in the background; 60 seconds unless set,
    /// and never more than a quarter of its lifetime.
    #[must_use]
    pub fn refresh_before(mut self, time: Duration) -> Self {
        self.refresh_before = time;
        self
    }

    /// By how much that moment differs at most from session to session, so that sessions opened
    /// together are not replaced together; 20 seconds unless set, and never more than a third of
    /// the time that [`refresh_before`](Self::refresh_before) comes to.
    #[must_use]
    pub fn refresh_jitter(mut self, time: Duration) -> Self {
        self.refresh_jitter = time;
        self
    }

    /// How long before its end a session is no longer used; 10 seconds unless set, and never more
    /// than a tenth of its lifetime.
    #[must_use]
    pub fn stale_before(mut self, time: Duration) -> Self {
        self.stale_before = time;
        self
    }

    /// How long opening a session may take, with all attempts; 10 seconds unless set. A single
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

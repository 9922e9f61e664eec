//! [`SessionSettings`]: how sessions are kept.

use std::time::Duration;

/// How a client keeps its sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSettings {
    pub(super) capacity: usize,
    pub(super) refresh_before: Duration,
    pub(super) refresh_jitter: Duration,
    pub(super) stale_before: Duration,
    pub(crate) open_timeout: Duration,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            capacity: 100,
            refresh_before: Duration::from_secs(60),
            refresh_jitter: Duration::from_secs(20),
            stale_before: Duration::from_secs(10),
            open_timeout: Duration::from_secs(10),
        }
    }
}

impl SessionSettings {
    /// How many sessions are kept; 100 unless set. The one unused for longest goes first. Sessions
    /// that somebody waits for are never dropped, and may exceed this number while they open.
    #[must_use]
    pub fn capacity(mut self, sessions: usize) -> Self {
        self.capacity = sessions.max(1);
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
}

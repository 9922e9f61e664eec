//! [`Session`]: an open session.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::{Encryption, SessionMode, SessionSettings};
use crate::credentials::SessionCredentials;
use crate::lease::{Probe, YOUNG};
use crate::random::{SystemRandom, up_to};
use crate::signing::KeyCache;

/// A session as the service gave it.
#[derive(Clone, Debug)]
pub struct OpenedSession {
    /// What signs requests in it.
    pub credentials: SessionCredentials,
    /// When it ends, by the server's clock.
    pub expiration: SystemTime,
    /// The time of the server's answer, by the same clock.
    pub date: Option<SystemTime>,
    /// The encryption that the service says it has.
    pub encryption: Option<Encryption>,
}

/// An open session. Its `Debug` shows no secret.
pub struct Session {
    credentials: SessionCredentials,
    signing_keys: KeyCache,
    probe: Probe,
    generation: u64,
    mode: Option<SessionMode>,
    encryption: Option<Encryption>,
    /// All on the monotonic clock.
    sent: Duration,
    pub(super) refresh_at: Duration,
    pub(super) stale_at: Duration,
    ends_at: Duration,
}

impl Session {
    /// `sent` is when it was asked for; it lasts for `lifetime` from then on.
    pub(super) fn new(
        opened: OpenedSession,
        mode: Option<SessionMode>,
        generation: u64,
        (sent, lifetime): (Duration, Duration),
        settings: &SessionSettings,
    ) -> Self {
        let window = settings.refresh_before.min(lifetime / 4);
        let jitter = up_to(&SystemRandom, settings.refresh_jitter.min(window / 3));
        let stale = settings.stale_before.min(lifetime / 10);
        let stale_at = sent + lifetime - stale;
        Self {
            credentials: opened.credentials,
            signing_keys: KeyCache::default(),
            probe: Probe::default(),
            generation,
            mode,
            encryption: opened.encryption,
            sent,
            refresh_at: (sent + lifetime - window + jitter).min(stale_at),
            stale_at,
            ends_at: sent + lifetime,
        }
    }

    /// What signs requests in it.
    pub fn credentials(&self) -> &SessionCredentials {
        &self.credentials
    }

    /// The signing keys that were derived from its credentials.
    pub fn signing_keys(&self) -> &KeyCache {
        &self.signing_keys
    }

    /// Whether the service still takes it.
    pub(crate) fn probe(&self) -> &Probe {
        &self.probe
    }

    /// Tells sessions under the same key apart.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The requested mode; `None` if the service chose it.
    pub fn mode(&self) -> Option<SessionMode> {
        self.mode
    }

    /// The encryption of what is written in it, as far as the service said.
    pub fn encryption(&self) -> Option<&Encryption> {
        self.encryption.as_ref()
    }

    /// How old it is, at a time of the monotonic clock.
    pub fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.sent)
    }

    /// How long it still lasts, at a time of the monotonic clock.
    pub fn time_left(&self, now: Duration) -> Duration {
        self.ends_at.saturating_sub(now)
    }

    /// Whether it has hardly been used at all: the first tenth of its life, at most 5 seconds.
    pub(crate) fn is_young(&self, now: Duration) -> bool {
        let life = self.ends_at.saturating_sub(self.sent);
        self.age(now) < (life / 10).min(YOUNG)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("generation", &self.generation)
            .field("mode", &self.mode)
            .field("encryption", &self.encryption)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lease::Lease;

    #[test]
    fn a_session_says_what_it_is_and_keeps_what_it_learned() {
        let opened = OpenedSession {
            credentials: SessionCredentials::new("ID".into(), "MARKER".into(), "MARKER".into()),
            expiration: SystemTime::UNIX_EPOCH,
            date: None,
            encryption: Some(Encryption::aes256()),
        };
        let life = (Duration::from_secs(100), Duration::from_secs(20));
        let session = Session::new(opened, None, 7, life, &SessionSettings::default());
        assert_eq!(session.encryption(), Some(&Encryption::aes256()));
        assert_eq!(Lease::bytes(&session), "IDMARKERMARKERAES256".len());
        assert!(std::ptr::eq(session.signing_keys(), session.signing_keys()));
        assert!(std::ptr::eq(session.probe(), session.probe()));
        // a tenth of its life
        assert!(session.is_young(Duration::from_millis(101_999)));
        assert!(!session.is_young(Duration::from_secs(102)));
        let shown = format!("{session:?}");
        assert!(shown.starts_with("Session { generation: 7,"), "{shown}");
        assert!(!shown.contains("MARKER"));
    }
}

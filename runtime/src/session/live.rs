//! [`Session`]: an open session.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::{Encryption, SessionMode, SessionSettings};
use crate::credentials::SessionCredentials;
use crate::random::{SystemRandom, up_to};
use crate::signing::KeyCache;

/// What the service promises today. It stands in where the answer has no date to compare with.
const USUAL_LIFETIME: Duration = Duration::from_secs(300);
/// How much later than its date an answer may have been made.
const PRECISION: Duration = Duration::from_secs(1);
/// Nothing that a server says keeps a session for longer than this.
const LONGEST_LIFETIME: Duration = Duration::from_secs(3600);

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

impl OpenedSession {
    /// How long it lasts, seen from the moment of the request. A wrong clock on this side does no
    /// harm: both times are the server's.
    fn lifetime(&self, wall: SystemTime) -> Option<Duration> {
        let until = |from: SystemTime| self.expiration.duration_since(from).unwrap_or_default();
        let lifetime = match (self.date, until(self.date.unwrap_or(wall))) {
            // the date was cut to the second: the answer is younger than it says
            (Some(_), time) => (time - (time / 2).min(PRECISION)).min(LONGEST_LIFETIME),
            // by two clocks that may not agree
            (None, Duration::ZERO) => USUAL_LIFETIME,
            (None, time) => time.min(USUAL_LIFETIME),
        };
        (!lifetime.is_zero()).then_some(lifetime)
    }
}

/// An open session. Its `Debug` shows no secret.
pub struct Session {
    credentials: SessionCredentials,
    signing_keys: KeyCache,
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
    /// `None` if it had ended before it arrived. `sent` is when it was asked for.
    pub(super) fn new(
        opened: OpenedSession,
        mode: Option<SessionMode>,
        generation: u64,
        (sent, wall): (Duration, SystemTime),
        settings: &SessionSettings,
    ) -> Option<Self> {
        let lifetime = opened.lifetime(wall)?;
        let window = settings.refresh_before.min(lifetime / 4);
        let jitter = up_to(&SystemRandom, settings.refresh_jitter.min(window / 3));
        let stale = settings.stale_before.min(lifetime / 10);
        let stale_at = sent + lifetime - stale;
        Some(Self {
            credentials: opened.credentials,
            signing_keys: KeyCache::default(),
            generation,
            mode,
            encryption: opened.encryption,
            sent,
            refresh_at: (sent + lifetime - window + jitter).min(stale_at),
            stale_at,
            ends_at: sent + lifetime,
        })
    }

    /// What signs requests in it.
    pub fn credentials(&self) -> &SessionCredentials {
        &self.credentials
    }

    /// The signing keys that were derived from its credentials.
    pub fn signing_keys(&self) -> &KeyCache {
        &self.signing_keys
    }

    /// Tells sessions under the same key apart.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The mode that was asked for; `None` where it was left to the service.
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

    /// Whether calls may still be made in it.
    pub(super) fn is_usable(&self, now: Duration) -> bool {
        now < self.stale_at
    }

    /// Whether it has hardly been used at all: the first tenth of its life, at most 5 seconds.
    pub(crate) fn is_young(&self, now: Duration) -> bool {
        let life = self.ends_at.saturating_sub(self.sent);
        self.age(now) < (life / 10).min(Duration::from_secs(5))
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
    use std::time::UNIX_EPOCH;

    #[test]
    fn the_servers_own_clock_gives_the_lifetime() {
        let credentials = SessionCredentials::new("A".into(), "MARKER".into(), "MARKER".into());
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let lifetime = |expiration, date: Option<u64>, wall| {
            let opened = OpenedSession {
                credentials: credentials.clone(),
                expiration: at(expiration),
                date: date.map(at),
                encryption: None,
            };
            assert!(!format!("{opened:?}").contains("MARKER"));
            opened.lifetime(at(wall)).map(|time| time.as_secs())
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
}

//! [`SessionStore`]: keeps sessions for other clients.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{OpenError, OpenedSession, SessionMode};
use crate::Secret;
use crate::blocking::off_thread;
use crate::clock::Clock;
use crate::credentials::SessionCredentials;

/// A session that is kept is not used in its last 30 seconds: a client that starts with it needs time for its calls,
/// and the clocks of two machines may differ.
pub(crate) const LEAST: Duration = Duration::from_secs(30);
/// One that claims to last for longer was not written by a client.
const MOST: Duration = Duration::from_secs(3600);
/// By so much the date of an answer may be earlier than the answer.
const PRECISION: Duration = Duration::from_secs(1);

/// Keeps sessions for other clients, such as the next run of a program.
///
/// A client looks for a session in the store before it opens the first one for a bucket, and stores each session that
/// it opens. A stored session allows its holder to read and write the bucket, so only the user must be able to read the
/// store. All methods may block: the client calls them on a thread for blocking work.
///
/// The client does not store sessions with their own encryption settings.
pub trait SessionStore: fmt::Debug + Send + Sync {
    /// Returns the session of this name, if there is one that can be trusted. The client checks its expiration.
    fn load(&self, name: &SessionName) -> Option<StoredSession>;

    /// Stores a session under this name, in place of an earlier one. A store that fails does nothing; the client still
    /// has its session.
    fn save(&self, name: &SessionName, session: &StoredSession);

    /// Removes the session with this key id, because the service rejects it. Must not remove another session of the
    /// same name.
    fn forget(&self, name: &SessionName, access_key_id: &str);
}

/// What clients must have in common to share a session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionName {
    /// The bucket.
    pub bucket: String,
    /// The requested mode; `None` if the service chose it.
    pub mode: Option<SessionMode>,
    /// The region that is signed for.
    pub region: String,
    /// The URL of the endpoint.
    pub endpoint: String,
    /// The key id of the account.
    pub account_key_id: String,
}

/// A session as it is kept. Its `Debug` shows no secret.
#[derive(Clone)]
pub struct StoredSession {
    /// The key id.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: Secret,
    /// The token.
    pub session_token: Secret,
    /// When it ends, by the clock of this machine.
    pub ends: SystemTime,
}

impl fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSession")
            .field("ends", &self.ends)
            .finish_non_exhaustive()
    }
}

impl StoredSession {
    /// `sent` is when it was asked for.
    fn of(opened: &OpenedSession, sent: SystemTime) -> Self {
        let (access_key_id, secret_access_key, session_token) = opened.credentials.parts();
        let lifetime = opened.date.map(|date| {
            let lifetime = opened.expiration.duration_since(date).unwrap_or_default();
            lifetime.saturating_sub(PRECISION).min(MOST)
        });
        Self {
            access_key_id: access_key_id.to_owned(),
            secret_access_key,
            session_token,
            ends: lifetime.map_or(opened.expiration, |lifetime| sent + lifetime),
        }
    }

    fn is_usable(&self, now: SystemTime) -> bool {
        let left = self.ends.duration_since(now).unwrap_or_default();
        (LEAST..=MOST).contains(&left)
    }
}

impl From<StoredSession> for OpenedSession {
    fn from(stored: StoredSession) -> Self {
        Self {
            credentials: SessionCredentials::new(
                stored.access_key_id,
                stored.secret_access_key,
                stored.session_token,
            ),
            expiration: stored.ends,
            // so that the end is taken for one by the clock of this machine
            date: None,
            encryption: None,
        }
    }
}

/// A session in a store.
#[derive(Clone, Debug)]
pub(crate) struct StoredPlace {
    pub(crate) store: Arc<dyn SessionStore>,
    pub(crate) name: SessionName,
}

impl StoredPlace {
    /// What is kept there, if it is of use.
    pub(crate) async fn load(self, clock: &dyn Clock) -> Option<OpenedSession> {
        let loaded = off_thread(move || Ok(self.store.load(&self.name))).await;
        let session = loaded.ok().flatten()?;
        let is_usable = session.is_usable(clock.now());
        tracing::debug!(is_usable, "a session was kept");
        is_usable.then(|| session.into())
    }

    /// Opens a session, and keeps it.
    pub(crate) async fn open(
        self,
        clock: &dyn Clock,
        open: impl Future<Output = Result<OpenedSession, OpenError>>,
    ) -> Result<OpenedSession, OpenError> {
        let sent = clock.now();
        let opened = open.await?;
        let session = StoredSession::of(&opened, sent);
        let saved = off_thread(move || {
            self.store.save(&self.name, &session);
            Ok(())
        });
        // it fails where the runtime is being shut down
        let _ = saved.await;
        Ok(opened)
    }

    pub(crate) async fn forget(self, access_key_id: String) {
        let forgotten = off_thread(move || {
            self.store.forget(&self.name, &access_key_id);
            Ok(())
        });
        let _ = forgotten.await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::clock::SystemClock;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn opened(expiration: u64, date: Option<u64>) -> OpenedSession {
        OpenedSession {
            credentials: SessionCredentials::new("I".into(), "MARKER".into(), "MARKER".into()),
            expiration: at(expiration),
            date: date.map(at),
            encryption: None,
        }
    }

    #[test]
    fn the_end_is_that_of_the_clock_of_this_machine() {
        // the server's clock is an hour ahead
        let stored = StoredSession::of(&opened(3_900, Some(3_600)), at(0));
        assert_eq!(stored.ends, at(299));
        let stored = StoredSession::of(&opened(300, None), at(0));
        assert_eq!(stored.ends, at(300));
        let never = StoredSession::of(&opened(u64::from(u32::MAX), Some(0)), at(10));
        assert_eq!(never.ends, at(3_610));
        let shown = format!("{stored:?}");
        assert!(shown.starts_with("StoredSession {"), "{shown}");
        assert!(!shown.contains("MARKER"));
    }

    #[test]
    fn the_last_seconds_are_not_used_and_endless_sessions_are_not_believed() {
        let stored = StoredSession::of(&opened(3_600, None), at(0));
        for (now, is_usable) in [(3_570, true), (3_571, false), (3_601, false), (0, true)] {
            assert_eq!(stored.is_usable(at(now)), is_usable, "{now}");
        }
        let stored = StoredSession::of(&opened(3_601, None), at(0));
        assert!(!stored.is_usable(at(0)));
    }

    /// Holds one session, and the key id that was to be forgotten last.
    #[derive(Debug, Default)]
    struct OneSession(Mutex<(Option<StoredSession>, String)>);

    impl SessionStore for OneSession {
        fn load(&self, _: &SessionName) -> Option<StoredSession> {
            self.0.lock().unwrap().0.clone()
        }

        fn save(&self, _: &SessionName, session: &StoredSession) {
            self.0.lock().unwrap().0 = Some(session.clone());
        }

        fn forget(&self, _: &SessionName, access_key_id: &str) {
            self.0.lock().unwrap().1 = access_key_id.to_owned();
        }
    }

    #[tokio::test]
    async fn what_was_opened_is_kept_loaded_and_forgotten() {
        let store = Arc::new(OneSession::default());
        let place = StoredPlace {
            store: store.clone(),
            name: SessionName {
                bucket: "demo".to_owned(),
                mode: None,
                region: "us-west-2".to_owned(),
                endpoint: "https://demo.example".to_owned(),
                account_key_id: "ID".to_owned(),
            },
        };
        let clock = SystemClock;
        assert!(place.clone().load(&clock).await.is_none());
        let mut new = opened(0, None);
        new.expiration = SystemTime::now() + Duration::from_secs(300);
        let open = std::future::ready(Ok(new.clone()));
        let used = place.clone().open(&clock, open).await.unwrap();
        let loaded = place.clone().load(&clock).await.unwrap();
        assert_eq!(used.credentials.parts().0, "I");
        assert_eq!(loaded.credentials.parts().0, "I");
        assert_eq!(loaded.expiration, new.expiration);
        place.forget("I".to_owned()).await;
        assert_eq!(store.0.lock().unwrap().1, "I");
    }
}

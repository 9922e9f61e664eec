//! [`SessionCache`]: finds sessions without waiting, and opens each once for all waiting calls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::key::KeyParts;
use super::lifetime::ServerClock;
use super::{
    FailureClass, KeyRef, OpenError, OpenSession, OpenedSession, Session, SessionError, SessionKey,
    SessionObserver, SessionSettings,
};
use crate::clock::{BoxFuture, Clock};
use crate::error::{Cause, DecodeError, Failure};
use crate::lease::{Arrival, Cache, FEW, Lease, Map, Slot};
use crate::text::TextError;
use crate::transport::{TransportError, TransportErrorKind};

/// The sessions of a client. Dropping it stops its tasks.
pub struct SessionCache(Cache<Session>);

impl SessionCache {
    /// An empty cache.
    pub fn new(
        settings: SessionSettings,
        clock: Arc<dyn Clock>,
        observer: Option<Arc<dyn SessionObserver>>,
    ) -> Self {
        Self(Cache::new(settings.limits(), settings, clock, observer))
    }

    /// Finds a usable session without waiting. If it is about to expire, this replaces it in the
    /// background.
    pub fn lookup(&self, key: &KeyRef<'_>) -> Option<Arc<Session>> {
        let (session, now) = self.0.lookup(*key)?;
        self.0.observe(|observer| observer.hit(session.age(now)));
        Some(session)
    }

    /// Finds a session, or waits for one for at most `limit`. All calls that wait under the same
    /// key share one session, or one error. A separate task opens it, so dropping this future does
    /// not affect others.
    pub async fn get(
        &self,
        key: &KeyRef<'_>,
        limit: Duration,
        opener: impl Fn() -> Arc<dyn OpenSession>,
    ) -> Result<Arc<Session>, SessionError> {
        if let Some(session) = self.lookup(key) {
            return Ok(session);
        }
        self.0.observe(|observer| observer.miss());
        // boxed, so that a call that finds its session stays small
        Ok(Box::pin(self.0.wait(*key, limit, opener)).await?)
    }

    /// Removes a session that the service rejects, if it is still in use. The next call opens
    /// another.
    pub fn reject(&self, key: &KeyRef<'_>, generation: u64) {
        self.0.reject(*key, generation);
    }

    /// How many sessions it holds, those included that are being opened.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How much memory they take, in bytes, about.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

impl fmt::Debug for SessionCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionCache")
            .field("sessions", &self.len())
            .field("settings", self.0.terms())
            .finish_non_exhaustive()
    }
}

/// What a session takes beside its texts: its places in the maps, the task that keeps it with its
/// timer, what opens it, a signing key. It is what `sessions_take_as_much_memory_as_is_counted`
/// measures.
const ENTRY_BYTES: usize = 3 * 1024;

impl Lease for Session {
    type Key = SessionKey;
    type Ref<'k> = KeyRef<'k>;
    type Source = dyn OpenSession;
    type Obtained = OpenedSession;
    type Error = OpenError;
    type Terms = SessionSettings;
    type Lesson = ServerClock;

    // the transport of `hyper` needs a runtime itself, and then a session outlives the call that opens it
    const BY_CALLER: bool = cfg!(not(feature = "hyper"));

    fn slot<'s>(slots: &'s Map<Self>, key: KeyRef<'_>) -> Option<&'s Slot<Self>> {
        if slots.len() <= FEW {
            let mut all = slots.iter();
            return all.find_map(|(known, slot)| (known.as_ref() == key).then_some(slot));
        }
        slots.get(&key as &dyn KeyParts)
    }

    fn slot_mut<'s>(slots: &'s mut Map<Self>, key: KeyRef<'_>) -> Option<&'s mut Slot<Self>> {
        slots.get_mut(&key as &dyn KeyParts)
    }

    fn key(key: KeyRef<'_>) -> SessionKey {
        key.to_key()
    }

    fn borrow(key: &SessionKey) -> KeyRef<'_> {
        key.as_ref()
    }

    fn entry_bytes(key: KeyRef<'_>) -> usize {
        // in the map, with the keeper, and about as much again with the opener
        let encryption = key.encryption.map_or(0, |encryption| encryption.bytes());
        ENTRY_BYTES + 3 * (key.authority.len() + key.path.len() + encryption)
    }

    fn bytes(&self) -> usize {
        self.credentials().bytes() + self.encryption().map_or(0, |encryption| encryption.bytes())
    }

    fn obtain(
        source: Arc<dyn OpenSession>,
    ) -> BoxFuture<'static, Result<OpenedSession, OpenError>> {
        source.open()
    }

    fn late(source: &dyn OpenSession, key: &SessionKey, limit: Duration) -> OpenError {
        let kind = TransportErrorKind::AttemptTimeout;
        let cause = Cause::Transport(TransportError::timeout(kind, limit));
        error(source, key, cause)
    }

    fn accept(
        opened: OpenedSession,
        arrival: Arrival<'_, Self>,
        server: &mut ServerClock,
    ) -> Result<Self, OpenError> {
        let refuse = |member, wanted| {
            let cause = Cause::Decode(DecodeError::value(member, TextError::expected(wanted)));
            Err(error(arrival.source, arrival.key, cause))
        };
        if let Some((member, wanted)) = opened.credentials.unfit() {
            return refuse(member, wanted);
        }
        match server.lifetime(&opened, arrival.times) {
            Some(lifetime) => {
                let (mode, life) = (arrival.key.as_ref().mode, (arrival.times.sent, lifetime));
                let generation = arrival.generation;
                Ok(Session::new(opened, mode, generation, life, arrival.terms))
            }
            None => refuse("Expiration", "a time after the date of the answer"),
        }
    }

    fn generation(&self) -> u64 {
        Session::generation(self)
    }

    fn refresh_at(&self) -> Duration {
        self.refresh_at
    }

    fn stale_at(&self) -> Duration {
        self.stale_at
    }

    fn is_young(&self, now: Duration) -> bool {
        Session::is_young(self, now)
    }

    fn class(error: &OpenError) -> FailureClass {
        error.class()
    }

    fn is_final(error: &OpenError) -> bool {
        error.class() == FailureClass::Refused
    }

    fn hold_off(class: FailureClass, count: u32, has_session: bool) -> Duration {
        class.hold_off(count, has_session)
    }
}

/// An error of this side, with the host that it is about.
fn error(source: &dyn OpenSession, key: &SessionKey, cause: Cause) -> OpenError {
    let mut failure = Failure::new(source.operation(), cause);
    failure.host = Some(key.as_ref().authority.to_owned());
    OpenError::new(failure)
}

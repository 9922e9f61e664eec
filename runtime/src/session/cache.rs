//! [`SessionCache`]: sessions, found without waiting, and opened once for all who wait.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::key::KeyParts;
use super::shared::Shared;
use super::slot::{Doubt, Look, Outcome, Outcomes};
use super::{KeyRef, OpenSession, Session, SessionError, SessionObserver, SessionSettings};
use crate::clock::{Clock, within};

/// How often a call joins an attempt that ends without a result before it gives up.
const PATIENCE: u32 = 3;

/// The sessions of a client. When it is dropped, its tasks stop.
pub struct SessionCache {
    shared: Arc<Shared>,
}

impl SessionCache {
    /// An empty cache.
    pub fn new(
        settings: SessionSettings,
        clock: Arc<dyn Clock>,
        observer: Option<Arc<dyn SessionObserver>>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared::new(settings, clock, observer)),
        }
    }

    /// Finds a usable session, without waiting for anything. One that is near its end is replaced
    /// in the background, where that is not going on already.
    pub fn lookup(&self, key: &KeyRef<'_>) -> Option<Arc<Session>> {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let (session, due) = {
            let slots = shared.read();
            let (session, due) = slots.get(key as &dyn KeyParts)?.find(now)?;
            (Arc::clone(session), due)
        };
        if due {
            shared.refresh(key, now);
        }
        shared.observe(|observer| observer.hit(session.age(now)));
        Some(session)
    }

    /// Finds a session, or waits for one for at most `limit`. Any number of calls that wait under
    /// the same key make one session, and share what comes of it. The session is opened apart from
    /// them: dropping this future harms nobody.
    pub async fn get(
        &self,
        key: &KeyRef<'_>,
        limit: Duration,
        opener: impl Fn() -> Arc<dyn OpenSession>,
    ) -> Result<Arc<Session>, SessionError> {
        if let Some(session) = self.lookup(key) {
            return Ok(session);
        }
        self.shared.observe(|observer| observer.miss());
        // boxed, so that a call that finds its session stays small
        Box::pin(self.wait(key, limit, opener)).await
    }

    async fn wait(
        &self,
        key: &KeyRef<'_>,
        limit: Duration,
        opener: impl Fn() -> Arc<dyn OpenSession>,
    ) -> Result<Arc<Session>, SessionError> {
        let shared = &self.shared;
        let clock = &*shared.clock;
        let end = clock.monotonic().saturating_add(limit);
        let (mut last, mut abandoned) = (None, 0);
        loop {
            match shared.look_or_open(key, &opener)? {
                Look::Use(session) => return Ok(session),
                Look::Refuse(error) => return Err(SessionError::Open(error)),
                Look::Pause(until, error, _place) => {
                    last = error.or(last);
                    let pause = until.min(end).saturating_sub(clock.monotonic());
                    clock.sleep(pause).await;
                }
                Look::Join(outcomes, overdue_at, _place) => {
                    let wait = overdue_at.min(end).saturating_sub(clock.monotonic());
                    match within(clock, wait, outcome(outcomes)).await {
                        Ok(Some(outcome)) => return outcome.map_err(SessionError::Open),
                        Ok(None) if abandoned == PATIENCE => return Err(SessionError::Abandoned),
                        Ok(None) => abandoned += 1,
                        Err(_) => {}
                    }
                }
            }
            if clock.monotonic() >= end {
                return Err(SessionError::Timeout { limit, last });
            }
        }
    }

    /// Drops a session that the service rejects, if it is still the one in use. The next call opens
    /// another.
    pub fn reject(&self, key: &KeyRef<'_>, generation: u64) {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let is_dropped = {
            let mut slots = shared.write();
            let slot = slots.get_mut(key as &dyn KeyParts);
            slot.is_some_and(|slot| slot.reject(generation, now))
        };
        if is_dropped {
            shared.observe(|observer| observer.heal());
        }
    }

    /// Drops a session that the service may have rejected: its answer does not say. That is done
    /// once in 5 seconds at most, as what fails for another reason fails in the next session too.
    /// Whether there is reason to try again in another session.
    pub fn doubt(&self, key: &KeyRef<'_>, generation: u64) -> bool {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let doubt = {
            let mut slots = shared.write();
            let slot = slots.get_mut(key as &dyn KeyParts);
            slot.map_or(Doubt::Gone, |slot| slot.doubt(generation, now))
        };
        if doubt == Doubt::Dropped {
            shared.observe(|observer| observer.heal());
        }
        doubt != Doubt::Kept
    }

    /// How many sessions it holds, those included that are being opened.
    pub fn len(&self) -> usize {
        self.shared.read().len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for SessionCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionCache")
            .field("sessions", &self.len())
            .field("settings", &self.shared.settings)
            .finish_non_exhaustive()
    }
}

/// The outcome, once there is one; `None` where nobody is at it any more.
async fn outcome(mut outcomes: Outcomes) -> Option<Outcome> {
    let outcome = outcomes.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
}

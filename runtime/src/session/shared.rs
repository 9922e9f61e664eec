//! [`Shared`]: the slots, and everything that changes them.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::keeper::{Keeper, Next, Takeoff};
use super::key::KeyParts;
use super::lifetime::{ServerClock, Times};
use super::slot::{Look, Outcome, Slot, Tick};
use super::sync::{AtomicU64, RwLock, RwLockReadGuard, RwLockWriteGuard, Task};
use super::{
    Eviction, KeyRef, OpenError, OpenSession, OpenedSession, Session, SessionError, SessionKey,
    SessionObserver, SessionSettings,
};
use crate::clock::Clock;
use crate::error::{Cause, DecodeError, Failure};
use crate::text::TextError;

/// What calls and tasks share. Every change of a slot happens under the write lock, at once; no
/// task is waited for and nothing is sent while it is held.
pub(super) struct Shared {
    slots: RwLock<Slots>,
    pub(super) settings: SessionSettings,
    pub(super) clock: Arc<dyn Clock>,
    observer: Option<Arc<dyn SessionObserver>>,
    ids: AtomicU64,
}

pub(super) type Slots = HashMap<SessionKey, Slot>;

impl Shared {
    pub(super) fn new(
        settings: SessionSettings,
        clock: Arc<dyn Clock>,
        observer: Option<Arc<dyn SessionObserver>>,
    ) -> Self {
        Self {
            slots: RwLock::new(HashMap::new()),
            settings,
            clock,
            observer,
            ids: AtomicU64::new(1),
        }
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Slots> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Slots> {
        self.slots.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called without the lock: an observer is code of others.
    pub(super) fn observe(&self, tell: impl FnOnce(&dyn SessionObserver)) {
        if let Some(observer) = &self.observer {
            tell(&**observer);
        }
    }

    fn new_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Looks at the slot. If there is no session, none on its way and no reason to hold off, one is
    /// opened.
    pub(super) fn look_or_open(
        self: &Arc<Self>,
        key: &KeyRef<'_>,
        opener: &impl Fn() -> Arc<dyn OpenSession>,
    ) -> Result<Look, SessionError> {
        let now = self.clock.monotonic();
        let look = |slots: &Slots| slots.get(key as &dyn KeyParts)?.look(now);
        let found = look(&self.read());
        if let Some(found) = found {
            return Ok(found);
        }
        let opener = opener();
        let mut slots = self.write();
        // somebody may have been quicker
        if let Some(found) = look(&slots) {
            return Ok(found);
        }
        let evicted = self.make_room(&mut slots, key, now);
        let slot = slots.entry(key.to_key());
        let slot = slot.or_insert_with(|| Slot::new(opener, now));
        let look = self.launch(slot, key, now);
        drop(slots);
        for _ in 0..evicted {
            self.observe(|observer| observer.evict(Eviction::Capacity));
        }
        look.ok_or(SessionError::NoRuntime)
    }

    /// Replaces a session that is due in the background.
    pub(super) fn refresh(self: &Arc<Self>, key: &KeyRef<'_>, now: Duration) {
        let mut slots = self.write();
        let Some(slot) = slots.get_mut(key as &dyn KeyParts) else {
            return;
        };
        if slot.find(now).is_some_and(|(_, due)| due) {
            // without a runtime the session serves until it is stale
            let _ = self.launch(slot, key, now);
        }
    }

    /// Makes room for one more where the cache is full; says how many had to go.
    fn make_room(&self, slots: &mut Slots, key: &KeyRef<'_>, now: Duration) -> usize {
        let full = self.settings.capacity;
        let mut evicted = 0;
        while slots.len() >= full && !slots.contains_key(key as &dyn KeyParts) {
            let idle = slots.iter().filter(|(_, slot)| slot.may_go(now));
            let oldest = idle.min_by_key(|(_, slot)| slot.last_use());
            let Some(key) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            if let Some(slot) = slots.remove(&key) {
                slot.stop();
            }
            evicted += 1;
        }
        evicted
    }

    /// Opens a session, in a task that then keeps the slot; `None` outside of a runtime.
    fn launch(self: &Arc<Self>, slot: &mut Slot, key: &KeyRef<'_>, now: Duration) -> Option<Look> {
        let id = self.new_id();
        let (takeoff, look) = self.take_off(slot, now);
        let keeper = Keeper {
            id,
            key: key.to_key(),
            opener: Arc::clone(&slot.opener),
            shared: Arc::downgrade(self),
            clock: Arc::clone(&self.clock),
            limit: self.settings.open_timeout,
        };
        slot.set_keeper(id, Task::start(keeper.run(takeoff))?);
        Some(look)
    }

    fn take_off(&self, slot: &mut Slot, now: Duration) -> (Takeoff, Look) {
        let id = self.new_id();
        let (sender, outcomes) = watch::channel(None);
        // beyond its own limit nobody is at it: its runtime does not run
        let limit = self.settings.open_timeout;
        let overdue_at = now
            .saturating_add(limit)
            .saturating_add(Duration::from_secs(1));
        let look = slot.take_off(id, overdue_at, outcomes);
        (Takeoff { id, sender }, look)
    }

    /// Takes in what came of opening a session; `None` where it does not count any more.
    pub(super) fn land(
        &self,
        keeper: &Keeper,
        takeoff: Takeoff,
        (sent, result): (Duration, Result<OpenedSession, OpenError>),
    ) -> Option<Duration> {
        let wall = self.clock.now();
        let (outcome, landed) = {
            let mut slots = self.write();
            let received = self.clock.monotonic();
            let slot = slots.get_mut(&keeper.key);
            let mut slot = slot.filter(|slot| slot.is_flight(takeoff.id));
            let mut unknown = ServerClock::default();
            let server = match &mut slot {
                Some(slot) => &mut slot.server,
                None => &mut unknown,
            };
            let times = Times {
                sent,
                received,
                wall,
            };
            let outcome = result.and_then(|opened| self.session(keeper, opened, times, server));
            let landed = slot.map(|slot| slot.land(&outcome, received));
            (outcome, landed)
        };
        self.observe(|observer| match (&outcome, landed) {
            (Err(error), _) => observer.failure(error.class()),
            (Ok(_), Some((_, true))) => observer.refresh(),
            (Ok(_), _) => observer.open(),
        });
        // those who wait get it even where the slot has moved on
        takeoff.sender.send_replace(Some(outcome));
        landed.map(|(next, _)| next)
    }

    fn session(
        &self,
        keeper: &Keeper,
        opened: OpenedSession,
        times: Times,
        server: &mut ServerClock,
    ) -> Outcome {
        let mode = keeper.key.as_ref().mode;
        let refuse = |member, wanted| {
            let error = DecodeError::value(member, TextError::expected(wanted));
            let failure = Failure::new(keeper.opener.operation(), Cause::Decode(error));
            Err(keeper.error(failure))
        };
        if !opened.credentials.fit_headers() {
            return refuse("SessionToken", "characters that a header can carry");
        }
        match server.lifetime(&opened, times) {
            Some(lifetime) => {
                let life = (times.sent, lifetime);
                let session = Session::new(opened, mode, self.new_id(), life, &self.settings);
                Ok(Arc::new(session))
            }
            None => refuse("Expiration", "a time after the date of the answer"),
        }
    }

    /// What a keeper does at its time.
    pub(super) fn tick(&self, keeper: &Keeper) -> Next {
        let now = self.clock.monotonic();
        let reason = {
            let mut slots = self.write();
            let Some(slot) = slots.get_mut(&keeper.key) else {
                return Next::End;
            };
            match slot.tick(keeper.id, now) {
                Tick::Leave => return Next::End,
                Tick::Later(at) => return Next::Later(at),
                Tick::Open => return Next::Open(self.take_off(slot, now).0),
                Tick::Evict(reason) => {
                    let had_session = slot.has_session();
                    slots.remove(&keeper.key);
                    had_session.then_some(reason)
                }
            }
        };
        if let Some(reason) = reason {
            self.observe(|observer| observer.evict(reason));
        }
        Next::End
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let slots = std::mem::take(&mut *self.write());
        slots.into_values().for_each(Slot::stop);
    }
}

//! [`CacheState`]: the slots, and everything that changes them.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::keeper::{Keeper, Next, Takeoff};
use super::slot::{Look, Outcome, Slot, Tick};
use super::slots::Slots;
use super::sync::{AtomicU64, RwLock, RwLockReadGuard, RwLockWriteGuard, Task};
use super::{Arrival, Lease, Limits, Times};
use crate::clock::Clock;
use crate::session::{Eviction, SessionObserver};

/// What calls and tasks share. Every change of a slot happens under the write lock, at once; no
/// task is waited for and nothing is sent while it is held.
pub(super) struct CacheState<T: Lease> {
    pub(super) slots: RwLock<Slots<T>>,
    pub(super) limits: Limits,
    pub(super) terms: T::Terms,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) observer: Option<Arc<dyn SessionObserver>>,
    pub(super) ids: AtomicU64,
}

impl<T: Lease> CacheState<T> {
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Slots<T>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Slots<T>> {
        self.slots.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called without the lock: an observer is code of others.
    pub(super) fn observe(&self, tell: impl FnOnce(&dyn SessionObserver)) {
        if let Some(observer) = &self.observer {
            tell(&**observer);
        }
    }

    fn observe_evictions(&self, count: usize) {
        for _ in 0..count {
            self.observe(|observer| observer.evict(Eviction::Capacity));
        }
    }

    fn new_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Looks at the slot. If there is no value, none on its way and no reason to hold off, one is
    /// obtained; `None` where that is for a runtime to do and there is none.
    pub(super) fn look_or_open(
        self: &Arc<Self>,
        key: T::Ref<'_>,
        source: &impl Fn() -> Arc<T::Source>,
    ) -> Option<Look<T>> {
        let now = self.clock.monotonic();
        let look = |slots: &Slots<T>| slots.get(key)?.look(now);
        let found = look(&self.read());
        if found.is_some() {
            return found;
        }
        let source = source();
        let mut slots = self.write();
        // somebody may have been quicker
        if let Some(found) = look(&slots) {
            return Some(found);
        }
        let evicted = match slots.get(key) {
            Some(_) => 0,
            None => slots.make_room(&self.limits, 1, now),
        };
        let look = self.launch(slots.slot(key, source, now), key, now);
        drop(slots);
        self.observe_evictions(evicted);
        look
    }

    /// Replaces a value that is due in the background.
    pub(super) fn refresh(self: &Arc<Self>, key: T::Ref<'_>, now: Duration) {
        let mut slots = self.write();
        let Some(slot) = slots.get_mut(key) else {
            return;
        };
        if Task::can_start() && slot.find(now).is_some_and(|(_, due)| due) {
            // without a runtime the value serves until it is stale
            let _ = self.launch(slot, key, now);
        }
    }

    /// Obtains a value, in a task that then keeps the slot. Without a runtime that is for the call,
    /// or for nobody.
    pub(super) fn launch(
        self: &Arc<Self>,
        slot: &mut Slot<T>,
        key: T::Ref<'_>,
        now: Duration,
    ) -> Option<Look<T>> {
        let is_task = Task::can_start();
        if !is_task && !T::BY_CALLER {
            return None;
        }
        let id = self.new_id();
        let (takeoff, look) = self.take_off(slot, now);
        let keeper = Keeper {
            id,
            key: T::key(key),
            source: Arc::clone(&slot.source),
            state: Arc::downgrade(self),
            clock: Arc::clone(&self.clock),
            limit: self.limits.obtain,
        };
        if !is_task {
            return Some(Look::Lead(Box::new((keeper, takeoff))));
        }
        slot.set_keeper(id, Task::start(keeper.run(takeoff))?);
        Some(look)
    }

    fn take_off(&self, slot: &mut Slot<T>, now: Duration) -> (Takeoff<T>, Look<T>) {
        let id = self.new_id();
        let (sender, outcomes) = watch::channel(None);
        // beyond its own limit nobody is at it: its runtime does not run
        let overdue_at = now
            .saturating_add(self.limits.obtain)
            .saturating_add(Duration::from_secs(1));
        let look = slot.take_off(id, overdue_at, outcomes);
        (Takeoff { id, sender }, look)
    }

    /// Takes in what came of an attempt; `None` where it does not count any more.
    pub(super) fn land(
        &self,
        keeper: &Keeper<T>,
        takeoff: Takeoff<T>,
        sent: Duration,
        result: Result<T::Obtained, T::Error>,
    ) -> Option<Duration> {
        let wall = self.clock.now();
        let (outcome, landed, evicted) = {
            let mut slots = self.write();
            let received = self.clock.monotonic();
            let times = Times {
                sent,
                received,
                wall,
            };
            let accept = |result: Result<_, _>, lesson: &mut _| -> Outcome<T> {
                let arrival = Arrival {
                    source: &*keeper.source,
                    key: &keeper.key,
                    generation: self.new_id(),
                    terms: &self.terms,
                    times,
                };
                T::accept(result?, arrival, lesson).map(Arc::new)
            };
            let key = T::borrow(&keeper.key);
            let is_flight = |slot: &Slot<T>| slot.is_flight(takeoff.id);
            if slots.get(key).is_some_and(is_flight) {
                let landed = slots.change(key, |slot| {
                    let outcome = accept(result, &mut slot.lesson);
                    let landed = slot.land(&outcome, received);
                    (outcome, landed)
                });
                let (outcome, landed) = landed?;
                let evicted = slots.make_room(&self.limits, 0, received);
                (outcome, Some(landed), evicted)
            } else {
                (accept(result, &mut T::Lesson::default()), None, 0)
            }
        };
        self.observe_evictions(evicted);
        self.observe(|observer| match (&outcome, landed) {
            (Err(error), _) => observer.failure(T::class(error)),
            (Ok(_), Some((_, true))) => observer.refresh(),
            (Ok(_), _) => observer.open(),
        });
        // those who wait get it even where the slot has moved on
        takeoff.sender.send_replace(Some(outcome));
        landed.map(|(next, _)| next)
    }

    /// What a keeper does at its time.
    pub(super) fn tick(&self, keeper: &Keeper<T>) -> Next<T> {
        let now = self.clock.monotonic();
        let reason = {
            let mut slots = self.write();
            let Some(slot) = slots.get_mut(T::borrow(&keeper.key)) else {
                return Next::End;
            };
            match slot.tick(keeper.id, now) {
                Tick::Leave => return Next::End,
                Tick::Later(at) => return Next::Later(at),
                Tick::Open => return Next::Open(self.take_off(slot, now).0),
                Tick::Evict(reason) => {
                    let had_value = slot.has_value();
                    slots.remove(&keeper.key);
                    had_value.then_some(reason)
                }
            }
        };
        if let Some(reason) = reason {
            self.observe(|observer| observer.evict(reason));
        }
        Next::End
    }
}

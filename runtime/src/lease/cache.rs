//! [`Cache`]: values, found without waiting, and obtained once for all who wait.

use std::sync::Arc;
use std::time::Duration;

use super::shared::Shared;
use super::slot::{Look, Outcome, Outcomes};
use super::slots::Slots;
use super::sync::{AtomicU64, RwLock, Task};
use super::{Lease, Limits, Renewal};
use crate::clock::{Clock, within};
use crate::session::SessionObserver;

/// How often a call joins an attempt that ends without a result before it gives up.
const PATIENCE: u32 = 3;

/// The values of a client. When it is dropped, its tasks stop.
pub(crate) struct Cache<T: Lease> {
    shared: Arc<Shared<T>>,
}

/// Why a call got no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WaitError<E> {
    /// It could not be obtained.
    Failed(E),
    /// The call's own time was up first. What went wrong last is there if something did.
    Timeout { limit: Duration, last: Option<E> },
    /// What was obtaining it went away, again and again: it panics, or its runtime is shut down.
    Abandoned,
    /// The call is not made from a tokio runtime, which this needs.
    NoRuntime,
}

impl<T: Lease> Cache<T> {
    /// An empty cache.
    pub(crate) fn new(
        limits: Limits,
        terms: T::Terms,
        clock: Arc<dyn Clock>,
        observer: Option<Arc<dyn SessionObserver>>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                slots: RwLock::new(Slots::default()),
                limits,
                terms,
                clock,
                observer,
                ids: AtomicU64::new(1),
            }),
        }
    }

    pub(crate) fn terms(&self) -> &T::Terms {
        &self.shared.terms
    }

    pub(crate) fn observe(&self, tell: impl FnOnce(&dyn SessionObserver)) {
        self.shared.observe(tell);
    }

    /// Finds a usable value, without waiting for anything, and says what time it is. One that is
    /// near its end is replaced in the background, where that is not going on already.
    pub(crate) fn lookup(&self, key: T::Ref<'_>) -> Option<(Arc<T>, Duration)> {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let (value, due) = {
            let slots = shared.read();
            let (value, due) = slots.get(key)?.find(now)?;
            (Arc::clone(value), due)
        };
        if due {
            shared.refresh(key, now);
        }
        Some((value, now))
    }

    /// Waits for a value for at most `limit`. Any number of calls that wait under the same key make
    /// one, and share what comes of it. It is obtained apart from them: dropping this future harms
    /// nobody.
    pub(crate) async fn wait(
        &self,
        key: T::Ref<'_>,
        limit: Duration,
        source: impl Fn() -> Arc<T::Source>,
    ) -> Result<Arc<T>, WaitError<T::Error>> {
        let shared = &self.shared;
        let end = shared.clock.monotonic().saturating_add(limit);
        let (mut last, mut abandoned) = (None, 0);
        loop {
            let look = shared.look_or_open(key, &source);
            match look.ok_or(WaitError::NoRuntime)? {
                Look::Use(value) => return Ok(value),
                Look::Refuse(error) => return Err(WaitError::Failed(error)),
                Look::Pause(until, error, _place) => {
                    last = error.or(last);
                    let pause = until.min(end).saturating_sub(shared.clock.monotonic());
                    shared.clock.sleep(pause).await;
                }
                look => match self.outcome(look, end).await {
                    Some(Some(outcome)) => return outcome.map_err(WaitError::Failed),
                    Some(None) if abandoned == PATIENCE => return Err(WaitError::Abandoned),
                    Some(None) => abandoned += 1,
                    None => {}
                },
            }
            if shared.clock.monotonic() >= end {
                return Err(WaitError::Timeout { limit, last });
            }
        }
    }

    /// What came of an attempt: nothing where nobody is at it any more, or where the time is up.
    async fn outcome(&self, look: Look<T>, end: Duration) -> Option<Option<Outcome<T>>> {
        let (mut outcomes, overdue_at, _place) = match look {
            Look::Join(outcomes, overdue_at, place) => (outcomes, overdue_at, place),
            Look::Lead(flight) => {
                let (keeper, takeoff) = *flight;
                let (outcomes, place) = (takeoff.sender.subscribe(), Arc::default());
                keeper.fly(takeoff).await;
                (outcomes, end, place)
            }
            _ => return None,
        };
        let clock = &*self.shared.clock;
        match Task::can_start() {
            true => {
                let wait = overdue_at.min(end).saturating_sub(clock.monotonic());
                within(clock, wait, outcome::<T>(&mut outcomes)).await.ok()
            }
            // outside of a runtime there are no timers; whoever is at it has one or is bounded
            false => Some(outcome::<T>(&mut outcomes).await),
        }
    }

    /// Drops a value that was rejected, if it is still the one in use. The next call obtains
    /// another.
    pub(crate) fn reject(&self, key: T::Ref<'_>, generation: u64) {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let change = shared
            .write()
            .change(key, |slot| slot.reject(generation, now));
        if change == Some(true) {
            shared.observe(|observer| observer.heal());
        }
    }

    /// Obtains another value in place of one that was rejected, which serves until the other is
    /// there. That is done once in 5 seconds at most. `None` where there is no other.
    pub(crate) async fn renew(&self, key: T::Ref<'_>, generation: u64) -> Option<Arc<T>> {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let look = {
            let mut slots = shared.write();
            let slot = slots.get_mut(key)?;
            match slot.join(now) {
                Some(join) if slot.is_current(generation) || !slot.has_value() => join,
                _ => match slot.renew(generation, now) {
                    Renewal::TooSoon => return None,
                    Renewal::Done => return slot.find(now).map(|(value, _)| Arc::clone(value)),
                    Renewal::Due => shared.launch(slot, key, now)?,
                },
            }
        };
        self.outcome(look, Duration::MAX).await??.ok()
    }

    /// Puts other values in the place of that under a key, or none.
    pub(crate) fn amend(&self, key: T::Ref<'_>, amend: impl FnOnce(&T) -> Option<T>) {
        self.shared.write().change(key, |slot| slot.amend(amend));
    }

    /// How many values it holds, those included that are being obtained.
    pub(crate) fn len(&self) -> usize {
        self.shared.read().len()
    }

    /// How much memory they take, in bytes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.shared.read().bytes()
    }
}

/// The outcome, once there is one; `None` where nobody is at it any more.
async fn outcome<T: Lease>(outcomes: &mut Outcomes<T>) -> Option<Outcome<T>> {
    let outcome = outcomes.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
}

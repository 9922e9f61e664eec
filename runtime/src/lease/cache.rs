//! [`Cache`]: finds values without waiting, and obtains each once for all waiting calls.

use std::sync::Arc;
use std::time::Duration;

use super::slot::{Look, Outcome, Outcomes};
use super::slots::Slots;
use super::state::CacheState;
use super::sync::{AtomicU64, RwLock, Task};
use super::{Lease, Limits, Renewal};
use crate::clock::{Clock, within};
use crate::session::SessionObserver;

/// How often a call joins an attempt that ends without a result before it gives up.
const PATIENCE: u32 = 3;

/// The values of a client. Dropping it stops its tasks.
pub(crate) struct Cache<T: Lease> {
    state: Arc<CacheState<T>>,
}

/// Why a call got no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WaitError<E> {
    /// It could not be obtained.
    Failed(E),
    /// The time limit of the call was exceeded. It has the last error, if there was one.
    Timeout { limit: Duration, last: Option<E> },
    /// The task that obtains it ended several times: it panics, or its runtime is shut down.
    Abandoned,
    /// The call needs a tokio runtime.
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
            state: Arc::new(CacheState {
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
        &self.state.terms
    }

    pub(crate) fn observe(&self, tell: impl FnOnce(&dyn SessionObserver)) {
        self.state.observe(tell);
    }

    /// Finds a usable value without waiting, and returns the time. If the value is about to expire,
    /// this replaces it in the background.
    pub(crate) fn lookup(&self, key: T::Ref<'_>) -> Option<(Arc<T>, Duration)> {
        let state = &self.state;
        let now = state.clock.monotonic();
        let (value, due) = {
            let slots = state.read();
            let (value, due) = slots.get(key)?.find(now)?;
            (Arc::clone(value), due)
        };
        if due {
            state.refresh(key, now);
        }
        Some((value, now))
    }

    /// Waits for a value for at most `limit`. All calls that wait under the same key share one
    /// attempt and its result. A separate task obtains the value, so dropping this future does not
    /// affect others.
    pub(crate) async fn wait(
        &self,
        key: T::Ref<'_>,
        limit: Duration,
        source: impl Fn() -> Arc<T::Source>,
    ) -> Result<Arc<T>, WaitError<T::Error>> {
        let state = &self.state;
        let end = state.clock.monotonic().saturating_add(limit);
        let (mut last, mut abandoned) = (None, 0);
        loop {
            let look = state.look_or_open(key, &source);
            match look.ok_or(WaitError::NoRuntime)? {
                Look::Use(value) => return Ok(value),
                Look::Refuse(error) => return Err(WaitError::Failed(error)),
                Look::Pause(until, error, _waiter) => {
                    last = error.or(last);
                    let pause = until.min(end).saturating_sub(state.clock.monotonic());
                    state.clock.sleep(pause).await;
                }
                look => match self.outcome(look, end).await {
                    Some(Some(outcome)) => return outcome.map_err(WaitError::Failed),
                    Some(None) if abandoned == PATIENCE => return Err(WaitError::Abandoned),
                    Some(None) => abandoned += 1,
                    None => {}
                },
            }
            if state.clock.monotonic() >= end {
                return Err(WaitError::Timeout { limit, last });
            }
        }
    }

    /// What came of an attempt: nothing where nobody is at it any more, or where the time is up.
    async fn outcome(&self, look: Look<T>, end: Duration) -> Option<Option<Outcome<T>>> {
        let (mut outcomes, overdue_at, _waiter) = match look {
            Look::Join(outcomes, overdue_at, waiter) => (outcomes, overdue_at, waiter),
            Look::Lead(flight) => {
                let (keeper, takeoff) = *flight;
                let (outcomes, waiter) = (takeoff.sender.subscribe(), Arc::default());
                keeper.fly(takeoff).await;
                (outcomes, end, waiter)
            }
            _ => return None,
        };
        let clock = &*self.state.clock;
        if Task::can_start() {
            let wait = overdue_at.min(end).saturating_sub(clock.monotonic());
            within(clock, wait, outcome::<T>(&mut outcomes)).await.ok()
        } else {
            // outside of a runtime there are no timers; whoever is at it has one or is bounded
            Some(outcome::<T>(&mut outcomes).await)
        }
    }

    /// Removes a rejected value, if it is still in use. The next call obtains another.
    pub(crate) fn reject(&self, key: T::Ref<'_>, generation: u64) {
        let state = &self.state;
        let now = state.clock.monotonic();
        let change = state
            .write()
            .change(key, |slot| slot.reject(generation, now));
        if change == Some(true) {
            state.observe(|observer| observer.heal());
        }
    }

    /// Obtains another value in place of one that was rejected, which serves until the other is
    /// there. That is done once in 5 seconds at most. `None` where there is no other.
    pub(crate) async fn renew(&self, key: T::Ref<'_>, generation: u64) -> Option<Arc<T>> {
        let state = &self.state;
        let now = state.clock.monotonic();
        let look = {
            let mut slots = state.write();
            let slot = slots.get_mut(key)?;
            match slot.join(now) {
                Some(join) if slot.is_current(generation) || !slot.has_value() => join,
                _ => match slot.renew(generation, now) {
                    Renewal::TooSoon => return None,
                    Renewal::Done => return slot.find(now).map(|(value, _)| Arc::clone(value)),
                    Renewal::Due => state.launch(slot, key, now)?,
                },
            }
        };
        self.outcome(look, Duration::MAX).await??.ok()
    }

    /// Puts other values in the place of that under a key, or none.
    pub(crate) fn amend(&self, key: T::Ref<'_>, amend: impl FnOnce(&T) -> Option<T>) {
        self.state.write().change(key, |slot| slot.amend(amend));
    }

    /// How many values it holds, those included that are being obtained.
    pub(crate) fn len(&self) -> usize {
        self.state.read().len()
    }

    /// How much memory they take, in bytes, about.
    pub(crate) fn bytes(&self) -> usize {
        self.state.read().bytes()
    }
}

/// The outcome, once there is one; `None` where nobody is at it any more.
async fn outcome<T: Lease>(outcomes: &mut Outcomes<T>) -> Option<Outcome<T>> {
    let outcome = outcomes.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
}

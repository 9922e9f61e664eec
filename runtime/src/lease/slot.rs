//! [`Slot`]: an entry of a cache, as a state machine without lock, task and clock. The cache passes
//! the time and holds the lock.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::watch;

use super::Lease;
use super::keeper::{Keeper, Takeoff};
use super::sync::{AtomicU64, Task};
use crate::random::{SystemRandom, up_to};
use crate::session::{Eviction, FailureClass};

/// How an attempt to obtain a value ended.
pub(super) type Outcome<T> = Result<Arc<T>, <T as Lease>::Error>;

/// Where waiting calls see it. It closes without a value where the task that was at it is gone.
pub(super) type Outcomes<T> = watch::Receiver<Option<Outcome<T>>>;

/// Held by a call that waits; while there is one, the slot stays.
pub(super) type Waiter = Arc<()>;

/// A value is young for so long at most, and one is renewed in so long.
pub(crate) const YOUNG: Duration = Duration::from_secs(5);

pub(crate) struct Slot<T: Lease> {
    pub(super) source: Arc<T::Source>,
    current: Option<Arc<T>>,
    flight: Option<Flight<T>>,
    hold: Option<Hold<T>>,
    /// When the current value was last found, in milliseconds; zero if never.
    last_hit: AtomicU64,
    /// When the slot was made, or its value came.
    since: Duration,
    /// Values in a row that were rejected while they were young.
    rejections: u32,
    /// Before then no value is renewed.
    renewed_until: Duration,
    /// What is learned from one value for the next.
    pub(super) lesson: T::Lesson,
    keeper: Option<(u64, Task)>,
    waiter: Waiter,
    /// How much memory it takes without a value, about.
    own_bytes: usize,
}

/// A value that is being obtained.
struct Flight<T: Lease> {
    id: u64,
    /// When nobody believes in it any more.
    overdue_at: Duration,
    outcomes: Outcomes<T>,
}

/// The source is left alone for a while.
struct Hold<T: Lease> {
    until: Duration,
    /// Failures in a row.
    count: u32,
    /// None after rejections.
    error: Option<T::Error>,
    /// Nobody waited: there was a usable value still.
    in_background: bool,
}

/// What a call that wants a value does next.
pub(super) enum Look<T: Lease> {
    /// Uses this one.
    Use(Arc<T>),
    /// Waits for one that is being obtained.
    Join(Outcomes<T>, Duration, Waiter),
    /// Obtains it itself: there is no runtime for a task.
    Lead(Box<(Keeper<T>, Takeoff<T>)>),
    /// Waits until then, and looks again.
    Pause(Duration, Option<T::Error>, Waiter),
    /// Fails.
    Refuse(T::Error),
}

/// What becomes of the wish for another value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// There is another one already, or none.
    Done,
    /// Another one is to be obtained.
    Due,
    /// The last one was obtained for the same reason a moment ago.
    TooSoon,
}

/// What the task that keeps a slot does next.
pub(super) enum Tick {
    /// Nothing before this time.
    Later(Duration),
    /// Replaces the value.
    Open,
    /// Nobody has a use for the slot: it goes.
    Evict(Eviction),
    /// The slot has another keeper.
    Leave,
}

impl<T: Lease> Slot<T> {
    pub(super) fn new(source: Arc<T::Source>, own_bytes: usize, now: Duration) -> Self {
        Self {
            source,
            current: None,
            flight: None,
            hold: None,
            last_hit: AtomicU64::new(0),
            since: now,
            rejections: 0,
            renewed_until: Duration::ZERO,
            lesson: T::Lesson::default(),
            keeper: None,
            waiter: Waiter::default(),
            own_bytes,
        }
    }

    /// The value for a call. This is the hot path: nothing is allocated, and memory is written
    /// once a millisecond at most.
    pub(super) fn find(&self, now: Duration) -> Option<(&Arc<T>, bool)> {
        let value = self.usable(now)?;
        let tick = millis(now);
        if self.last_hit.load(Ordering::Relaxed) != tick {
            self.last_hit.store(tick, Ordering::Relaxed);
        }
        let due = now >= value.refresh_at() && self.may_refresh(now);
        Some((value, due))
    }

    /// What there is for a call; `None` where it has to see to it that a value is obtained.
    pub(super) fn look(&self, now: Duration) -> Option<Look<T>> {
        if let Some((value, _)) = self.find(now) {
            return Some(Look::Use(Arc::clone(value)));
        }
        if let Some(join) = self.join(now) {
            return Some(join);
        }
        // what failed in the background does not count against the first call that needs it
        let in_force = |hold: &&Hold<T>| now < hold.until && !hold.in_background;
        let hold = self.hold.as_ref().filter(in_force)?;
        Some(match &hold.error {
            Some(error) if T::is_final(error) => Look::Refuse(error.clone()),
            error => Look::Pause(hold.until, error.clone(), Arc::clone(&self.waiter)),
        })
    }

    /// The value that is being obtained.
    pub(super) fn join(&self, now: Duration) -> Option<Look<T>> {
        let flight = self.flight.as_ref()?;
        flight.is_alive(now).then(|| {
            let outcomes = flight.outcomes.clone();
            Look::Join(outcomes, flight.overdue_at, Arc::clone(&self.waiter))
        })
    }

    fn usable(&self, now: Duration) -> Option<&Arc<T>> {
        self.current.as_ref().filter(|value| now < value.stale_at())
    }

    fn may_refresh(&self, now: Duration) -> bool {
        let is_held = self.hold.as_ref().is_some_and(|hold| now < hold.until);
        let is_open = |flight: &Flight<T>| flight.is_alive(now);
        !is_held && !self.flight.as_ref().is_some_and(is_open)
    }

    /// A value is being obtained from now on.
    pub(super) fn take_off(
        &mut self,
        id: u64,
        overdue_at: Duration,
        outcomes: Outcomes<T>,
    ) -> Look<T> {
        self.flight = Some(Flight {
            id,
            overdue_at,
            outcomes: outcomes.clone(),
        });
        Look::Join(outcomes, overdue_at, Arc::clone(&self.waiter))
    }

    /// Whether this is still the attempt that counts.
    pub(super) fn is_flight(&self, id: u64) -> bool {
        self.flight.as_ref().is_some_and(|flight| flight.id == id)
    }

    /// Takes in what came of an attempt; says when the keeper looks again, and whether the value
    /// replaces one that was still usable.
    pub(super) fn land(&mut self, outcome: &Outcome<T>, now: Duration) -> (Duration, bool) {
        self.flight = None;
        let was_usable = self.usable(now).is_some();
        match outcome {
            Ok(value) => {
                // the last one was good to its end
                if was_usable {
                    self.rejections = 0;
                }
                self.current = Some(Arc::clone(value));
                self.hold = None;
                self.since = now;
                self.last_hit.store(0, Ordering::Relaxed);
                (value.refresh_at(), was_usable)
            }
            Err(error) => {
                let count = self.hold.as_ref().map_or(0, |hold| hold.count) + 1;
                let until = now + pause::<T>(T::class(error), count, was_usable);
                self.hold = Some(Hold {
                    until,
                    count,
                    error: Some(error.clone()),
                    in_background: was_usable,
                });
                let linger = if was_usable { 0 } else { 30 };
                (until + Duration::from_secs(linger), was_usable)
            }
        }
    }

    /// Drops the value if it is this one. Where one young value after the other is rejected,
    /// the next is put off.
    pub(super) fn reject(&mut self, generation: u64, now: Duration) -> bool {
        let is_it = |value: &mut Arc<T>| value.generation() == generation;
        let Some(value) = self.current.take_if(is_it) else {
            return false;
        };
        self.rejections = if value.is_young(now) {
            self.rejections + 1
        } else {
            0
        };
        if self.rejections > 1 {
            let count = self.rejections - 1;
            self.hold = Some(Hold {
                until: now + pause::<T>(FailureClass::Busy, count, false),
                count,
                error: None,
                in_background: false,
            });
        }
        true
    }

    /// Whether another value is to be obtained in place of this one, which was rejected and is kept
    /// until then.
    pub(super) fn renew(&mut self, generation: u64, now: Duration) -> Renewal {
        if !self.is_current(generation) {
            Renewal::Done
        } else if now < self.renewed_until {
            Renewal::TooSoon
        } else {
            self.renewed_until = now + YOUNG;
            Renewal::Due
        }
    }

    /// Puts another value in the place of the present one, or none.
    pub(super) fn amend(&mut self, amend: impl FnOnce(&T) -> Option<T>) {
        if let Some(value) = self.current.take() {
            self.current = amend(&value).map(Arc::new);
        }
    }

    /// What the keeper does at a time it was told, or that has come anyway.
    pub(super) fn tick(&self, keeper: u64, now: Duration) -> Tick {
        if self.keeper.as_ref().is_none_or(|(id, _)| *id != keeper) || self.flight.is_some() {
            return Tick::Leave;
        }
        let Some(value) = self.usable(now) else {
            return if self.has_waiters() {
                Tick::Later(now + Duration::from_secs(1))
            } else {
                Tick::Evict(Eviction::Stale)
            };
        };
        let held_until = self.hold.as_ref().map_or(Duration::ZERO, |hold| hold.until);
        let due = value.refresh_at().max(held_until);
        if now < due {
            Tick::Later(due)
        } else if self.last_hit.load(Ordering::Relaxed) == 0 {
            Tick::Evict(Eviction::Idle)
        } else {
            Tick::Open
        }
    }

    /// Puts the slot into the care of a task; the one before is stopped.
    pub(super) fn set_keeper(&mut self, id: u64, task: Task) {
        if let Some((_, former)) = self.keeper.replace((id, task)) {
            former.stop();
        }
    }

    /// Takes the slot out of its task's care.
    pub(super) fn stop(self) {
        if let Some((_, task)) = self.keeper {
            task.stop();
        }
    }

    pub(super) fn is_current(&self, generation: u64) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|value| value.generation() == generation)
    }

    pub(super) fn has_value(&self) -> bool {
        self.current.is_some()
    }

    fn has_waiters(&self) -> bool {
        Arc::strong_count(&self.waiter) > 1
    }

    /// Whether it may make room for others.
    pub(super) fn may_go(&self, now: Duration) -> bool {
        let is_open = |flight: &Flight<T>| flight.is_alive(now);
        !self.flight.as_ref().is_some_and(is_open) && !self.has_waiters()
    }

    /// How much memory it takes, about.
    pub(super) fn bytes(&self) -> usize {
        self.own_bytes + self.current.as_ref().map_or(0, |value| value.bytes())
    }

    /// When it was last of use, in milliseconds.
    pub(super) fn last_use(&self) -> u64 {
        millis(self.since).max(self.last_hit.load(Ordering::Relaxed))
    }
}

impl<T: Lease> Flight<T> {
    fn is_alive(&self, now: Duration) -> bool {
        now < self.overdue_at && self.outcomes.has_changed().is_ok()
    }
}

/// Never zero.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

/// How long the source is left alone, with jitter.
fn pause<T: Lease>(class: FailureClass, count: u32, has_value: bool) -> Duration {
    let longest = T::hold_off(class, count, has_value);
    let shortest = longest / 2;
    shortest + up_to(&SystemRandom, longest - shortest)
}

#[cfg(all(test, not(zonal_shuttle)))]
mod tests;

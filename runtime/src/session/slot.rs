//! [`Slot`]: one entry of the cache, as a state machine. It knows no lock, no task and no clock;
//! the cache tells it the time and holds the lock.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::watch;

use super::lifetime::ServerClock;
use super::live::YOUNG;
use super::sync::{AtomicU64, Task};
use super::{Eviction, FailureClass, OpenError, OpenSession, Session};
use crate::random::{SystemRandom, up_to};

/// How an attempt to open a session ended.
pub(super) type Outcome = Result<Arc<Session>, OpenError>;

/// Where waiting calls see it. It closes without a value where the task that was at it is gone.
pub(super) type Outcomes = watch::Receiver<Option<Outcome>>;

/// Held by a call that waits; while there is one, the slot stays.
pub(super) type Place = Arc<()>;

pub(super) struct Slot {
    pub(super) opener: Arc<dyn OpenSession>,
    current: Option<Arc<Session>>,
    flight: Option<Flight>,
    hold: Option<Hold>,
    /// When the current session was last found, in milliseconds; zero if never.
    last_hit: AtomicU64,
    /// When the slot was made, or its session came.
    since: Duration,
    /// Sessions in a row that were rejected while they were young.
    rejections: u32,
    /// When a session was last dropped on a mere suspicion.
    doubted_at: Option<Duration>,
    /// What is known of the clock of those who open sessions here.
    pub(super) server: ServerClock,
    keeper: Option<(u64, Task)>,
    place: Place,
}

/// A session that is being opened.
struct Flight {
    id: u64,
    /// When nobody believes in it any more.
    overdue_at: Duration,
    outcomes: Outcomes,
}

/// The service is left alone for a while.
struct Hold {
    until: Duration,
    /// Failures in a row.
    count: u32,
    /// None after rejections.
    error: Option<OpenError>,
    /// Nobody waited: there was a usable session still.
    in_background: bool,
}

/// What a call that wants a session does next.
pub(super) enum Look {
    /// Uses this one.
    Use(Arc<Session>),
    /// Waits for one that is being opened.
    Join(Outcomes, Duration, Place),
    /// Waits until then, and looks again.
    Pause(Duration, Option<OpenError>, Place),
    /// Fails.
    Refuse(OpenError),
}

/// What becomes of a session that may have been rejected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It was dropped before.
    Gone,
    /// It is dropped now.
    Dropped,
    /// It stays.
    Kept,
}

/// What the task that keeps a slot does next.
pub(super) enum Tick {
    /// Nothing before this time.
    Later(Duration),
    /// Replaces the session.
    Open,
    /// Nobody has a use for the slot: it goes.
    Evict(Eviction),
    /// The slot has another keeper.
    Leave,
}

impl Slot {
    pub(super) fn new(opener: Arc<dyn OpenSession>, now: Duration) -> Self {
        Self {
            opener,
            current: None,
            flight: None,
            hold: None,
            last_hit: AtomicU64::new(0),
            since: now,
            rejections: 0,
            doubted_at: None,
            server: ServerClock::default(),
            keeper: None,
            place: Place::default(),
        }
    }

    /// The session for a call. This is the hot path: nothing is allocated, and memory is written
    /// once a millisecond at most.
    pub(super) fn find(&self, now: Duration) -> Option<(&Arc<Session>, bool)> {
        let session = self.usable(now)?;
        let tick = millis(now);
        if self.last_hit.load(Ordering::Relaxed) != tick {
            self.last_hit.store(tick, Ordering::Relaxed);
        }
        let due = now >= session.refresh_at && self.may_refresh(now);
        Some((session, due))
    }

    /// What there is for a call; `None` where it has to see to it that a session is opened.
    pub(super) fn look(&self, now: Duration) -> Option<Look> {
        if let Some((session, _)) = self.find(now) {
            return Some(Look::Use(Arc::clone(session)));
        }
        let place = || Arc::clone(&self.place);
        if let Some(flight) = self.flight.as_ref().filter(|flight| flight.is_alive(now)) {
            let outcomes = flight.outcomes.clone();
            return Some(Look::Join(outcomes, flight.overdue_at, place()));
        }
        // what failed in the background does not count against the first call that needs it
        let in_force = |hold: &&Hold| now < hold.until && !hold.in_background;
        let hold = self.hold.as_ref().filter(in_force)?;
        Some(match &hold.error {
            Some(error) if error.class() == FailureClass::Refused => Look::Refuse(error.clone()),
            error => Look::Pause(hold.until, error.clone(), place()),
        })
    }

    fn usable(&self, now: Duration) -> Option<&Arc<Session>> {
        self.current
            .as_ref()
            .filter(|session| session.is_usable(now))
    }

    fn may_refresh(&self, now: Duration) -> bool {
        let is_held = self.hold.as_ref().is_some_and(|hold| now < hold.until);
        let is_open = |flight: &Flight| flight.is_alive(now);
        !is_held && !self.flight.as_ref().is_some_and(is_open)
    }

    /// A session is being opened from now on.
    pub(super) fn take_off(&mut self, id: u64, overdue_at: Duration, outcomes: Outcomes) -> Look {
        self.flight = Some(Flight {
            id,
            overdue_at,
            outcomes: outcomes.clone(),
        });
        Look::Join(outcomes, overdue_at, Arc::clone(&self.place))
    }

    /// Whether this is still the attempt that counts.
    pub(super) fn is_flight(&self, id: u64) -> bool {
        self.flight.as_ref().is_some_and(|flight| flight.id == id)
    }

    /// Takes in what came of an attempt; says when the keeper looks again, and whether the session
    /// replaces one that was still usable.
    pub(super) fn land(&mut self, outcome: &Outcome, now: Duration) -> (Duration, bool) {
        self.flight = None;
        let was_usable = self.usable(now).is_some();
        match outcome {
            Ok(session) => {
                // the last one was good to its end
                if was_usable {
                    self.rejections = 0;
                }
                self.current = Some(Arc::clone(session));
                self.hold = None;
                self.since = now;
                self.last_hit.store(0, Ordering::Relaxed);
                (session.refresh_at, was_usable)
            }
            Err(error) => {
                let count = self.hold.as_ref().map_or(0, |hold| hold.count) + 1;
                let until = now + pause(error.class(), count, was_usable);
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

    /// Drops the session if it is this one. Where one young session after the other is rejected,
    /// the next is put off.
    pub(super) fn reject(&mut self, generation: u64, now: Duration) -> bool {
        let is_it = |session: &mut Arc<Session>| session.generation() == generation;
        let Some(session) = self.current.take_if(is_it) else {
            return false;
        };
        self.rejections = if session.is_young(now) {
            self.rejections + 1
        } else {
            0
        };
        if self.rejections > 1 {
            let count = self.rejections - 1;
            self.hold = Some(Hold {
                until: now + pause(FailureClass::Busy, count, false),
                count,
                error: None,
                in_background: false,
            });
        }
        true
    }

    /// Drops the session if it is this one, though it may be good: the answer does not say. What
    /// fails for another reason fails in the next session as well, so that this is done once in a
    /// while only. Whether another session is worth a try.
    pub(super) fn doubt(&mut self, generation: u64, now: Duration) -> Doubt {
        let is_it = |session: &Arc<Session>| session.generation() == generation;
        let is_recent = |at: Duration| now < at.saturating_add(YOUNG);
        match () {
            () if !self.current.as_ref().is_some_and(is_it) => Doubt::Gone,
            () if self.doubted_at.is_some_and(is_recent) => Doubt::Kept,
            () => {
                self.doubted_at = Some(now);
                // no rejection: nobody has to wait for it
                self.current = None;
                Doubt::Dropped
            }
        }
    }

    /// What the keeper does at a time it was told, or that has come anyway.
    pub(super) fn tick(&self, keeper: u64, now: Duration) -> Tick {
        if self.keeper.as_ref().is_none_or(|(id, _)| *id != keeper) || self.flight.is_some() {
            return Tick::Leave;
        }
        let Some(session) = self.usable(now) else {
            return match self.has_waiters() {
                true => Tick::Later(now + Duration::from_secs(1)),
                false => Tick::Evict(Eviction::Stale),
            };
        };
        let held_until = self.hold.as_ref().map_or(Duration::ZERO, |hold| hold.until);
        let due = session.refresh_at.max(held_until);
        match now < due {
            true => Tick::Later(due),
            false if self.last_hit.load(Ordering::Relaxed) == 0 => Tick::Evict(Eviction::Idle),
            false => Tick::Open,
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

    pub(super) fn has_session(&self) -> bool {
        self.current.is_some()
    }

    fn has_waiters(&self) -> bool {
        Arc::strong_count(&self.place) > 1
    }

    /// Whether it may make room for others.
    pub(super) fn may_go(&self, now: Duration) -> bool {
        let is_open = |flight: &Flight| flight.is_alive(now);
        !self.flight.as_ref().is_some_and(is_open) && !self.has_waiters()
    }

    /// When it was last of use, in milliseconds.
    pub(super) fn last_use(&self) -> u64 {
        millis(self.since).max(self.last_hit.load(Ordering::Relaxed))
    }
}

impl Flight {
    fn is_alive(&self, now: Duration) -> bool {
        now < self.overdue_at && self.outcomes.has_changed().is_ok()
    }
}

/// Never zero.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

/// How long the service is left alone, with jitter.
fn pause(class: FailureClass, count: u32, has_session: bool) -> Duration {
    let longest = class.hold_off(count, has_session);
    let shortest = longest / 2;
    shortest + up_to(&SystemRandom, longest - shortest)
}

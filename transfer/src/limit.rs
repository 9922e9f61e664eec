//! [`Limit`]: how many requests all transfers together have in progress.

mod controller;

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use controller::Controller;

/// The bounds of [`Limit::shared`]. One or two requests use a slow link fully. 64 are enough for one program to use a
/// fast link, and well below the limit of connections (1,024).
const SHARED: RangeInclusive<usize> = 2..=64;

/// An adaptive limit for the number of requests in progress, between two bounds.
///
/// It starts low and rises while throughput rises with it. It halves when the service throttles (HTTP 503 and 429). All
/// transfers that share a limit take turns: each waits with one request at a time, in order of arrival, so that a large
/// transfer does not block a small one.
///
/// By default, all transfers of the process share [`Limit::shared`]. Clones share the same limit.
///
/// ```
/// use zonal_transfer::Limit;
///
/// let limit = Limit::new(1..=16);
/// assert!(limit.current() <= 16);
/// ```
#[derive(Clone)]
pub struct Limit(Arc<Shared>);

struct Shared {
    turns: Arc<Semaphore>,
    state: Mutex<State>,
}

struct State {
    controller: Controller,
    in_flight: usize,
    peak: usize,
    /// Permits in use that are to be dropped when they return.
    surplus: usize,
}

/// How a request ended, as far as the limit is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It transferred this many bytes.
    Moved(u64),
    /// The service throttled it.
    Throttled,
}

impl Limit {
    /// Creates a separate limit between these two bounds. Zero counts as one.
    pub fn new(bounds: RangeInclusive<usize>) -> Self {
        let controller = Controller::new(*bounds.start(), *bounds.end());
        Self(Arc::new(Shared {
            turns: Arc::new(Semaphore::new(controller.target())),
            state: Mutex::new(State {
                controller,
                in_flight: 0,
                peak: 0,
                surplus: 0,
            }),
        }))
    }

    /// Creates a limit that does not adapt.
    pub fn fixed(number: usize) -> Self {
        Self::new(number..=number)
    }

    /// Returns the limit of this process, between 2 and 64.
    pub fn shared() -> Self {
        static LIMIT: OnceLock<Limit> = OnceLock::new();
        LIMIT.get_or_init(|| Self::new(SHARED)).clone()
    }

    /// Returns the current limit.
    pub fn current(&self) -> usize {
        self.state().controller.target()
    }

    /// Returns the number of requests in progress.
    pub fn in_flight(&self) -> usize {
        self.state().in_flight
    }

    /// Returns the highest number of requests that were in progress at once.
    pub fn peak(&self) -> usize {
        self.state().peak
    }

    /// Waits for a turn.
    pub(crate) async fn acquire(&self) -> Permit {
        let turns = Arc::clone(&self.0.turns);
        // the semaphore is never closed
        let turn = turns.acquire_owned().await.ok();
        let mut state = self.state();
        state.in_flight += 1;
        state.peak = state.peak.max(state.in_flight);
        drop(state);
        Permit {
            limit: self.clone(),
            turn,
        }
    }

    /// Records how a request ended, and lets the next one begin.
    pub(crate) fn tell(&self, outcome: Outcome) {
        let has_demand = self.0.turns.available_permits() == 0;
        let mut state = self.state();
        let before = state.controller.target();
        state.controller.tell(Instant::now(), outcome, has_demand);
        let now = state.controller.target();
        if now > before {
            // permits that were to be dropped may return
            let back = state.surplus.min(now - before);
            state.surplus -= back;
            self.0.turns.add_permits(now - before - back);
        } else {
            let gone = self.0.turns.forget_permits(before - now);
            state.surplus += before - now - gone;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self::shared()
    }
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limit")
            .field("current", &self.current())
            .field("in_flight", &self.in_flight())
            .finish_non_exhaustive()
    }
}

/// A permit for one request, until it is dropped.
pub(crate) struct Permit {
    limit: Limit,
    turn: Option<OwnedSemaphorePermit>,
}

impl Permit {
    /// Tells the limit how the request ended.
    pub(crate) fn tell(&self, outcome: Outcome) {
        self.limit.tell(outcome);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.limit.state();
        state.in_flight -= 1;
        if state.surplus > 0 {
            state.surplus -= 1;
            if let Some(turn) = self.turn.take() {
                turn.forget();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn fewer_turns_are_given_after_a_refusal() {
        let limit = Limit::new(1..=8);
        let most = limit.current();
        let mut permits = Vec::new();
        for _ in 0..most {
            permits.push(limit.acquire().await);
        }
        permits[0].tell(Outcome::Throttled);
        let fewer = limit.current();
        assert!(fewer < most, "{fewer}");
        // requests in progress continue; no other one begins until enough of them have ended
        while limit.in_flight() > fewer {
            permits.pop();
            assert!(limit.0.turns.available_permits() == 0 || limit.in_flight() < fewer);
        }
        drop(permits);
        assert_eq!(limit.0.turns.available_permits(), fewer);
        assert_eq!((limit.in_flight(), limit.peak()), (0, most));
    }

    #[tokio::test]
    async fn who_waits_is_served_in_order() {
        let limit = Limit::fixed(1);
        let first = limit.acquire().await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for name in 0..5 {
            let (limit, order) = (limit.clone(), Arc::clone(&order));
            waiting.push(tokio::spawn(async move {
                let _turn = limit.acquire().await;
                order.lock().unwrap().push(name);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in waiting {
            task.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_limit_is_one_at_least() {
        assert_eq!(Limit::new(0..=0).current(), 1);
        #[allow(clippy::reversed_empty_ranges, reason = "what a caller may write")]
        let reversed = Limit::new(9..=3);
        assert_eq!(reversed.current(), 9);
    }
}

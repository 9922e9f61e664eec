//! [`Keeper`]: the task of a slot. It obtains the value, waits until it is due and replaces it, or
//! removes an unused slot.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;

use super::Lease;
use super::slot::Outcome;
use super::state::CacheState;
use crate::clock::{Clock, within};

/// While it waits, it holds no reference to the cache, so that the client can be dropped at any
/// time.
pub(super) struct Keeper<T: Lease> {
    pub(super) id: u64,
    pub(super) key: T::Key,
    pub(super) source: Arc<T::Source>,
    pub(super) state: Weak<CacheState<T>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limit: Duration,
}

/// A value that is about to be obtained. Where this is dropped, those who wait know that nobody is
/// at it.
pub(super) struct Takeoff<T: Lease> {
    pub(super) id: u64,
    pub(super) sender: watch::Sender<Option<Outcome<T>>>,
}

/// What a keeper does next.
pub(super) enum Next<T: Lease> {
    Open(Takeoff<T>),
    Later(Duration),
    End,
}

impl<T: Lease> Keeper<T> {
    pub(super) async fn run(self, mut takeoff: Takeoff<T>) {
        while let Some(next) = self.fly(takeoff).await {
            match self.wait(next).await {
                Some(next) => takeoff = next,
                None => return,
            }
        }
    }

    /// Obtains the value, once; says when to look again, if that is for this keeper to do.
    pub(super) async fn fly(&self, takeoff: Takeoff<T>) -> Option<Duration> {
        // the lifetime counts from before the request
        let sent = self.clock.monotonic();
        let source = Arc::clone(&self.source);
        let obtained = within(&*self.clock, self.limit, T::obtain(source)).await;
        let result = obtained.unwrap_or_else(|_| Err(T::late(&self.source, &self.key, self.limit)));
        self.state.upgrade()?.land(self, takeoff, sent, result)
    }

    /// Waits until the value is due; `None` where the slot needs this task no more.
    async fn wait(&self, mut until: Duration) -> Option<Takeoff<T>> {
        loop {
            let pause = until.saturating_sub(self.clock.monotonic());
            self.clock.sleep(pause).await;
            match self.state.upgrade()?.tick(self) {
                Next::Open(takeoff) => return Some(takeoff),
                Next::Later(at) => until = at,
                Next::End => return None,
            }
        }
    }
}

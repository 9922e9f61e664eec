//! [`Stall`]: tells when nothing has come for too long.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use crate::clock::{BoxFuture, Clock};

/// A limit on every single wait.
pub(super) struct Stall {
    limit: Duration,
    clock: Arc<dyn Clock>,
    /// Of the wait that is not over yet. Locked only to be `Sync`.
    timer: Mutex<Option<BoxFuture<'static, ()>>>,
}

impl Stall {
    pub(super) fn new(limit: Duration, clock: Arc<dyn Clock>) -> Self {
        Self {
            limit,
            clock,
            timer: Mutex::new(None),
        }
    }

    /// The wait is over.
    pub(super) fn moved(&mut self) {
        *self.timer.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// To be asked whenever there is nothing to do; the first time begins the wait. Ready, with
    /// the limit, if it takes too long.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Duration> {
        let timer = self.timer.get_mut().unwrap_or_else(PoisonError::into_inner);
        let timer = timer.get_or_insert_with(|| self.clock.sleep(self.limit));
        timer.as_mut().poll(context).map(|()| self.limit)
    }
}

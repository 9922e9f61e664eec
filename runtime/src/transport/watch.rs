//! [`Watch`]: what is seen of an exchange while a transport has it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::traffic::Traffic;
use crate::body::BodyFailure;

/// What is seen of one request and its answer: whether bytes move, and whether it is the caller who is
/// waited for.
///
/// Our own transport says which connection it uses; there bytes on the wire count. Of any other, only
/// the pieces are seen that it takes from the body of the request and gives of that of the answer.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Bytes that came as pieces of bodies, either way.
    pieces: AtomicU64,
    /// The request has a body that is not all taken.
    is_owed: AtomicBool,
    /// The transport asked for more of the body, and none was there yet.
    is_body_pausing: AtomicBool,
    /// A connection is being looked for or opened, which has a limit of its own.
    is_connecting: AtomicBool,
    /// The connection has served another request before.
    is_reused: AtomicBool,
    /// The answer began before all of the request was out.
    is_early: AtomicBool,
    /// No pooled connection is to be used.
    is_fresh: bool,
    connection: Mutex<Option<Arc<Traffic>>>,
    /// What the body itself failed with.
    failure: Mutex<Option<BodyFailure>>,
}

impl Watch {
    /// Of an exchange that gets a connection of its own.
    pub(crate) fn fresh() -> Self {
        Self {
            is_fresh: true,
            ..Self::default()
        }
    }

    pub(crate) fn is_fresh(&self) -> bool {
        self.is_fresh
    }

    /// Changes whenever something has moved. A number of bytes, where two are compared that were asked
    /// for in the same state.
    pub(crate) fn moved(&self) -> u64 {
        match &*self.connection() {
            Some(traffic) => traffic.moved(),
            None => self.pieces.load(Ordering::Relaxed),
        }
    }

    /// Whether nothing is expected of the other side just now.
    pub(crate) fn is_suspended(&self) -> bool {
        self.is_body_pausing() || self.is_connecting.load(Ordering::Relaxed)
    }

    /// Whether the body of the request is waited for.
    pub(crate) fn is_body_pausing(&self) -> bool {
        self.is_body_pausing.load(Ordering::Relaxed)
    }

    /// Whether not all of the request is out, while its answer is waited for. What was taken of its body may not be: the
    /// last piece has up to a megabyte.
    pub(crate) fn is_sending(&self) -> bool {
        let is_flushed = |traffic: &Arc<Traffic>| traffic.is_flushed();
        self.is_owed() || !self.connection().as_ref().is_none_or(is_flushed)
    }

    /// Whether not all of the request's body was taken.
    fn is_owed(&self) -> bool {
        self.is_owed.load(Ordering::Relaxed)
    }

    pub(crate) fn is_reused(&self) -> bool {
        self.is_reused.load(Ordering::Relaxed)
    }

    /// Whether the answer came before all of the request's body was out.
    pub(crate) fn is_early(&self) -> bool {
        // the connection may have the next request by now
        self.is_early.load(Ordering::Relaxed) || self.is_owed()
    }

    pub(crate) fn take_failure(&self) -> Option<BodyFailure> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }

    /// So many bytes of the answer's body were given out.
    pub(crate) fn gave(&self, bytes: usize) {
        self.pieces.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// As if the exchange had a connection that was used before.
    #[cfg(test)]
    pub(crate) fn reuse(&self) {
        self.is_reused.store(true, Ordering::Relaxed);
    }

    pub(super) fn connecting(&self) {
        self.is_connecting.store(true, Ordering::Relaxed);
    }

    pub(super) fn connected(&self, traffic: Arc<Traffic>, is_reused: bool) {
        *self.connection() = Some(traffic);
        self.is_reused.store(is_reused, Ordering::Relaxed);
        self.is_connecting.store(false, Ordering::Relaxed);
    }

    /// The head of the answer is there; `is_out` says whether all of the request is.
    pub(super) fn answered(&self, is_out: bool) {
        self.is_early.store(!is_out, Ordering::Relaxed);
    }

    /// The request has a body.
    pub(super) fn owes(&self, is_owed: bool) {
        self.is_owed.store(is_owed, Ordering::Relaxed);
    }

    pub(super) fn pausing(&self) {
        self.is_body_pausing.store(true, Ordering::Relaxed);
    }

    /// A piece of the body was taken; `is_last` says whether it was the last.
    pub(super) fn took(&self, bytes: usize, is_last: bool) {
        self.is_body_pausing.store(false, Ordering::Relaxed);
        self.pieces.fetch_add(bytes as u64, Ordering::Relaxed);
        if is_last {
            self.owes(false);
        }
    }

    pub(super) fn failed(&self, failure: &BodyFailure) {
        let slot = self.failure.lock();
        *slot.unwrap_or_else(PoisonError::into_inner) = Some(failure.clone());
    }

    fn connection(&self) -> MutexGuard<'_, Option<Arc<Traffic>>> {
        let connection = self.connection.lock();
        connection.unwrap_or_else(PoisonError::into_inner)
    }
}

//! [`Host`]: the connections to one server: how many there may be, those that are idle, and the
//! calls that wait for one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::error::NO_CONNECTION;
use super::exchange::Open;
use super::limits::Limits;
use super::{TransportError, TransportErrorKind};

/// How often idle connections are looked at.
pub(super) const SWEEP: Duration = Duration::from_secs(15);
/// A call looks so many times, before it gives up waiting, whether anything moves.
const LOOKS: u32 = 4;

/// The connections to one server.
pub(super) struct Host {
    limits: Limits,
    state: Mutex<State>,
    /// Changes whenever bytes move on a connection, and when one comes free.
    moved: Arc<AtomicU64>,
    /// Requests that need nothing more from the caller until they are answered.
    answering: AtomicUsize,
}

struct State {
    /// Connections that may be opened or taken: the limit, less those in use.
    free: usize,
    /// Those that came last are behind.
    idle: Vec<Idle>,
    /// Urgent ones first, then those that came first. While one waits, none is free.
    queue: BTreeMap<Turn, oneshot::Sender<Permit>>,
    /// How many have waited so far.
    waited: u64,
    /// Closes what has been idle for too long.
    sweeper: Option<JoinHandle<()>>,
}

struct Idle {
    since: Instant,
    open: Box<Open>,
}

/// Where a call stands in the queue.
type Turn = (Urgency, u64);

/// Which calls go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// Others wait for it, or it has waited before.
    Urgent,
    Usual,
}

impl Host {
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            state: Mutex::new(State {
                free: limits.max_connections,
                idle: Vec::new(),
                queue: BTreeMap::new(),
                waited: 0,
                sweeper: None,
            }),
            moved: Arc::default(),
            answering: AtomicUsize::new(0),
        })
    }

    /// The right to one connection, if nobody has to wait for it.
    pub(super) fn try_permit(self: &Arc<Self>) -> Option<Permit> {
        let mut state = self.lock();
        state.free = state.free.checked_sub(1)?;
        drop(state);
        Some(Permit::new(self))
    }

    /// Waits for the right to one connection.
    ///
    /// # Errors
    ///
    /// If for the time of the limit no connection comes free, no byte moves on any, and no request
    /// is being answered: then the callers hold them, and may be waiting for this one.
    pub(super) async fn wait(self: &Arc<Self>, urgency: Urgency) -> Result<Permit, TransportError> {
        let mut waiting = match self.enter(urgency) {
            Ok(permit) => return Ok(permit),
            Err(waiting) => waiting,
        };
        let mut seen = self.moved.load(Ordering::Relaxed);
        let mut quiet = 0;
        while quiet < LOOKS {
            let look = self.limits.wait / LOOKS;
            if let Ok(Ok(permit)) = tokio::time::timeout(look, &mut waiting.granted).await {
                return Ok(permit);
            }
            let now = self.moved.load(Ordering::Relaxed);
            let moves = now != seen || self.answering.load(Ordering::Relaxed) > 0;
            quiet = if moves { 0 } else { quiet + 1 };
            seen = now;
        }
        let (max, wait) = (self.limits.max_connections, self.limits.wait);
        let text = format!(
            "all {max} to this host are in use and nothing has moved on them for {wait:?}; read or \
             drop the response bodies that are held, or raise `max_connections`"
        );
        let kind = TransportErrorKind::NoFreeConnection;
        Err(TransportError::because(kind, NO_CONNECTION, text))
    }

    fn enter(self: &Arc<Self>, urgency: Urgency) -> Result<Permit, Waiting> {
        let mut state = self.lock();
        if let Some(free) = state.free.checked_sub(1) {
            state.free = free;
            drop(state);
            return Ok(Permit::new(self));
        }
        let (grant, granted) = oneshot::channel();
        state.waited += 1;
        let turn = (urgency, state.waited);
        state.queue.insert(turn, grant);
        Err(Waiting {
            host: Arc::clone(self),
            turn,
            granted,
        })
    }

    /// A connection has been closed or become idle: the next call may have it.
    fn release<'a>(self: &'a Arc<Self>, mut state: MutexGuard<'a, State>) {
        self.moved.fetch_add(1, Ordering::Relaxed);
        loop {
            let Some((_, grant)) = state.queue.pop_first() else {
                state.free += 1;
                return;
            };
            drop(state);
            match grant.send(Permit::new(self)) {
                Ok(()) => return,
                // it has just stopped waiting
                Err(mut permit) => permit.host = None,
            }
            state = self.lock();
        }
    }

    /// Closes what has been idle for too long, or was closed by the other side; whether any is left.
    pub(super) fn sweep(&self) -> bool {
        let limit = self.limits.idle;
        let mut state = self.lock();
        let is_over = |it: &mut Idle| it.since.elapsed() >= limit || !it.open.is_idle();
        state.idle.retain_mut(|it| !is_over(it));
        if state.idle.is_empty() {
            state.sweeper = None;
        }
        !state.idle.is_empty()
    }

    /// Closes all that are idle.
    pub(super) fn close_idle(&self) {
        self.lock().idle.clear();
    }

    /// Whether a running task closes what is idle for too long.
    pub(super) fn is_swept(&self) -> bool {
        let state = self.lock();
        state.sweeper.as_ref().is_some_and(|it| !it.is_finished())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Closes idle connections that are too many beside those in use.
    fn make_room(&mut self) {
        // a runtime that has ended leaves its own here
        self.idle.retain_mut(|it| it.open.is_idle());
        let excess = self.idle.len().saturating_sub(self.free);
        self.idle.drain(..excess);
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(sweeper) = &self.sweeper {
            sweeper.abort();
        }
    }
}

/// A call in the queue. Where it is dropped it leaves the queue, and what was granted meanwhile goes
/// to the next.
struct Waiting {
    host: Arc<Host>,
    turn: Turn,
    granted: oneshot::Receiver<Permit>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.host.lock().queue.remove(&self.turn);
    }
}

/// The right to one connection, from before it is opened until it is closed or idle.
pub(super) struct Permit {
    /// `None` if the right has been handed on.
    host: Option<Arc<Host>>,
    is_answering: bool,
}

impl Permit {
    fn new(host: &Arc<Host>) -> Self {
        Self {
            host: Some(Arc::clone(host)),
            is_answering: false,
        }
    }

    /// Whether a running task closes idle connections to the same host.
    pub(super) fn is_swept(&self) -> bool {
        self.host.as_ref().is_some_and(|host| host.is_swept())
    }

    /// What connections count up when bytes move.
    pub(super) fn moved(&self) -> Arc<AtomicU64> {
        let host = self.host.as_ref();
        host.map(|host| Arc::clone(&host.moved)).unwrap_or_default()
    }

    /// From now on the server alone decides when the connection comes free.
    pub(super) fn set_answering(&mut self, is_answering: bool) {
        let Some(host) = &self.host else { return };
        match (self.is_answering, is_answering) {
            (false, true) => host.answering.fetch_add(1, Ordering::Relaxed),
            (true, false) => host.answering.fetch_sub(1, Ordering::Relaxed),
            _ => return,
        };
        self.is_answering = is_answering;
    }

    /// The connection of this runtime that has been idle least, so that those that are not needed
    /// grow old. If there is none, there is room for a new one. A request that `is_retried` gets none to
    /// an address that has failed.
    pub(super) fn take_idle(&self, runtime: runtime::Id, is_retried: bool) -> Option<Box<Open>> {
        let host = self.host.as_ref()?;
        loop {
            let mut state = host.lock();
            let mut all = state.idle.iter();
            let fits =
                |open: &Open| open.runtime() == runtime && !(is_retried && open.is_avoided());
            let Some(at) = all.rposition(|it| fits(&it.open)) else {
                state.make_room();
                return None;
            };
            let idle = state.idle.remove(at);
            drop(state);
            // whether the server has left it open is seen as the request is sent
            if idle.since.elapsed() < host.limits.idle {
                return Some(idle.open);
            }
        }
    }

    /// Sees to it that there is room for a new connection.
    pub(super) fn make_room(&self) {
        if let Some(host) = &self.host {
            host.lock().make_room();
        }
    }

    /// Keeps an open connection for the next request.
    pub(super) fn keep(mut self, open: Box<Open>) {
        self.set_answering(false);
        let Some(host) = self.host.take() else { return };
        let mut state = host.lock();
        state.idle.push(Idle {
            since: Instant::now(),
            open,
        });
        let is_swept = state.sweeper.as_ref().is_some_and(|it| !it.is_finished());
        if !is_swept && let Ok(runtime) = Handle::try_current() {
            state.sweeper = Some(runtime.spawn(sweep(Arc::downgrade(&host))));
        }
        host.release(state);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.set_answering(false);
        if let Some(host) = self.host.take() {
            host.release(host.lock());
        }
    }
}

/// Ends with the host, or when nothing is idle.
async fn sweep(host: Weak<Host>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let Some(host) = host.upgrade() else { return };
        if !host.sweep() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;

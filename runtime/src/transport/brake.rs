//! [`Brake`]: stops the body of a request once the service has refused it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

use crate::clock::BoxFuture;

/// What the two ends of an upload share: the body, which a connection owns, and the exchange, which
/// waits for the answer.
///
/// A service may refuse a large upload after its head and close the connection. The HTTP library
/// gives up at the first write that fails, and an answer that is there but was not read yet, or not
/// to its end, is lost with it. So the body makes way for the reading side between two pieces, and
/// stands still once a refusal has come until that is read. Over TLS a refusal can still be lost
/// while a piece is encrypted, so after such a loss the next body waits before it begins.
#[derive(Default)]
pub(crate) struct Brake {
    state: Mutex<State>,
    /// Sees to it that the sockets were looked at between two pieces.
    turn: Arc<Turn>,
}

enum State {
    /// Nothing was given away yet, and nothing is before this has ended.
    Fresh(Option<BoxFuture<'static, ()>>),
    Going,
    /// All of the body was given away.
    Finished,
    /// A refusal has come and is being read. Wakes the body.
    Held(Option<Waker>),
    /// The refusal was read: no more of the body is wanted.
    Over,
}

impl Default for State {
    fn default() -> Self {
        Self::Fresh(None)
    }
}

/// What a body may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Free,
    /// Nobody wants the rest.
    Over,
}

impl Brake {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets nothing go before `wait` has ended, so that a refusal has time to come.
    pub(crate) fn wait(&self, wait: BoxFuture<'static, ()>) {
        *self.state() = State::Fresh(Some(wait));
    }

    /// Whether some of the body was given away, but not all.
    pub(crate) fn is_going(&self) -> bool {
        matches!(*self.state(), State::Going)
    }

    /// Whether the next piece may go.
    pub(crate) fn poll_way(&self, context: &mut Context<'_>) -> Poll<Way> {
        match &mut *self.state() {
            State::Fresh(wait) => {
                if let Some(future) = wait {
                    ready!(future.as_mut().poll(context));
                    *wait = None;
                }
            }
            State::Held(waker) => {
                *waker = Some(context.waker().clone());
                return Poll::Pending;
            }
            State::Over => return Poll::Ready(Way::Over),
            State::Going | State::Finished => {}
        }
        ready!(self.turn.poll(context));
        Poll::Ready(Way::Free)
    }

    /// A piece was given away.
    pub(crate) fn gave(&self, is_last: bool) {
        self.turn.begin();
        let mut state = self.state();
        match *state {
            State::Fresh(_) | State::Going if is_last => *state = State::Finished,
            State::Fresh(_) => *state = State::Going,
            _ => {}
        }
    }

    /// The service has refused; says whether that stops a body on its way.
    fn hold(&self) -> bool {
        let mut state = self.state();
        let is_on_its_way = matches!(*state, State::Fresh(_) | State::Going);
        if is_on_its_way {
            *state = State::Held(None);
        }
        is_on_its_way
    }

    fn end(&self) {
        let before = {
            let mut state = self.state();
            match *state {
                State::Held(_) => std::mem::replace(&mut *state, State::Over),
                _ => return,
            }
        };
        if let State::Held(Some(waker)) = before {
            waker.wake();
        }
    }
}

impl fmt::Debug for Brake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Brake")
    }
}

/// Holds a body while the answer that refused it is read, then ends it, and the connection with it.
#[derive(Debug)]
pub(crate) struct Held(Option<Arc<Brake>>);

impl Held {
    /// Stops the body, if it is still on its way.
    pub(crate) fn new(brake: Option<&Arc<Brake>>) -> Self {
        Self(brake.filter(|brake| brake.hold()).cloned())
    }

    /// Whether there was a body to stop.
    pub(crate) fn has_stopped(&self) -> bool {
        self.0.is_some()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(brake) = &self.0 {
            brake.end();
        }
    }
}

/// A pause that lasts until the runtime has looked at its sockets. Polling a task again, as the HTTP
/// library does at once, is no such look.
#[derive(Debug, Default)]
struct Turn {
    is_due: AtomicBool,
    /// The runtime was asked to tell of it.
    is_asked: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Turn {
    /// The next poll is to wait for one.
    fn begin(&self) {
        self.is_asked.store(false, Ordering::Relaxed);
        self.is_due.store(true, Ordering::Release);
    }

    fn poll(self: &Arc<Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.is_due.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        *task = Some(context.waker().clone());
        drop(task);
        if !self.is_asked.swap(true, Ordering::Relaxed) {
            let waker = Waker::from(self.clone());
            let mut yielded = std::pin::pin!(tokio::task::yield_now());
            let _ = yielded.as_mut().poll(&mut Context::from_waker(&waker));
        }
        match self.is_due.load(Ordering::Acquire) {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }
    }
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.is_due.store(false, Ordering::Release);
        let task = {
            let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
            task.take()
        };
        if let Some(task) = task {
            task.wake();
        }
    }
}

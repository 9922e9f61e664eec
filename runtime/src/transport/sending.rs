//! [`Sending`]: a long body on its way out, as the connection and the exchange see it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;

use super::turn::Turn;
use crate::body::{BodyFailure, Pieces};
use crate::clock::BoxFuture;

/// The longest piece that goes out at once: one can see the body move, and an answer that comes
/// before its end is noticed between two pieces.
const PIECE: usize = 64 * 1024;

/// What is seen of a body while a transport has it.
#[derive(Debug, Default)]
pub(crate) struct Upload {
    moved: AtomicBool,
    failure: Mutex<Option<BodyFailure>>,
}

impl Upload {
    /// Whether anything went out since the last question.
    pub(crate) fn has_moved(&self) -> bool {
        self.moved.swap(false, Ordering::Relaxed)
    }

    /// What the body itself failed with.
    pub(crate) fn take_failure(&self) -> Option<BodyFailure> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }
}

/// A long body of one request, shared by the connection that sends it and the exchange that waits
/// for the answer.
///
/// A service may refuse a large upload after its head and close the connection. The HTTP library
/// gives up at the first write that fails, and an answer that is there but was not read yet, or not
/// to its end, is lost with it. So the body makes way for the reading side before every piece, and
/// stands still once a refusal has come until that is read. Over TLS a refusal can still be lost
/// while a piece is encrypted, so after such a loss the next body waits before it begins.
///
/// Where a connection turns out to be closed before the body has begun, the body is still here.
pub(crate) struct Sending {
    inner: Mutex<Inner>,
    /// Sees to it that the sockets were looked at before a piece goes.
    turn: Arc<Turn>,
    upload: Arc<Upload>,
}

struct Inner {
    state: State,
    content: Content,
}

enum Content {
    Bytes(Bytes),
    Pieces {
        pieces: Pieces,
        /// What came at once and is too long for one piece.
        rest: Bytes,
        left: u64,
    },
}

enum State {
    /// Nothing was given away yet, and nothing is before this has ended.
    Fresh(Option<BoxFuture<'static, ()>>),
    Going,
    /// All of the body was given away.
    Finished,
    /// A refusal has come and is being read. Wakes the body.
    Held(Option<Waker>),
    /// The refusal was read, or the body goes another way: no more of it is wanted here.
    Over,
}

impl Sending {
    pub(super) fn bytes(bytes: Bytes, upload: Arc<Upload>) -> Arc<Self> {
        Self::new(Content::Bytes(bytes), upload)
    }

    pub(super) fn pieces(pieces: Pieces, length: u64, upload: Arc<Upload>) -> Arc<Self> {
        let content = Content::Pieces {
            pieces,
            rest: Bytes::new(),
            left: length,
        };
        Self::new(content, upload)
    }

    fn new(content: Content, upload: Arc<Upload>) -> Arc<Self> {
        let state = State::Fresh(None);
        Arc::new(Self {
            inner: Mutex::new(Inner { state, content }),
            turn: Arc::default(),
            upload,
        })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much is still to come.
    pub(super) fn length(&self) -> u64 {
        self.inner().content.length()
    }

    /// Lets nothing go before `wait` has ended, so that a refusal has time to come.
    pub(crate) fn wait(&self, wait: BoxFuture<'static, ()>) {
        self.inner().state = State::Fresh(Some(wait));
    }

    /// Whether some of the body was given away, but not all.
    pub(crate) fn is_going(&self) -> bool {
        matches!(self.inner().state, State::Going)
    }

    /// The same body for another connection, if this one took nothing of it. A server that got only
    /// the head has done nothing; one that waits for no body might have.
    pub(crate) fn unsent(&self) -> Option<Arc<Self>> {
        let mut inner = self.inner();
        if !matches!(inner.state, State::Fresh(_)) || inner.content.length() == 0 {
            return None;
        }
        inner.state = State::Over;
        let content = std::mem::replace(&mut inner.content, Content::Bytes(Bytes::new()));
        Some(Self::new(content, self.upload.clone()))
    }

    /// The next piece for the connection.
    pub(super) fn poll_piece(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Box<dyn StdError + Send + Sync>>>> {
        let mut inner = self.inner();
        match &mut inner.state {
            State::Fresh(Some(wait)) => {
                ready!(wait.as_mut().poll(context));
                inner.state = State::Fresh(None);
            }
            State::Held(waker) => {
                *waker = Some(context.waker().clone());
                return Poll::Pending;
            }
            State::Over => {
                let error = "the answer came before the end of the body";
                return Poll::Ready(Some(Err(error.into())));
            }
            State::Fresh(None) | State::Going | State::Finished => {}
        }
        ready!(self.turn.poll(context));
        let next = ready!(inner.content.poll(context));
        self.turn.begin();
        inner.state = match inner.content.length() {
            0 => State::Finished,
            _ => State::Going,
        };
        self.upload.moved.store(true, Ordering::Relaxed);
        if let Some(Err(failure)) = &next {
            let slot = self.upload.failure.lock();
            *slot.unwrap_or_else(PoisonError::into_inner) = Some(failure.clone());
        }
        Poll::Ready(next.map(|piece| piece.map_err(Into::into)))
    }

    /// The service has refused; says whether that stops a body on its way.
    fn hold(&self) -> bool {
        let mut inner = self.inner();
        let is_on_its_way = matches!(inner.state, State::Fresh(_) | State::Going);
        if is_on_its_way {
            inner.state = State::Held(None);
        }
        is_on_its_way
    }

    fn end(&self) {
        let before = std::mem::replace(&mut self.inner().state, State::Over);
        if let State::Held(Some(waker)) = before {
            waker.wake();
        }
    }
}

impl Content {
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Pieces { left, .. } => *left,
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyFailure>>> {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => {
                let length = bytes.len().min(PIECE);
                Poll::Ready(Some(Ok(bytes.split_to(length))))
            }
            Self::Pieces { pieces, rest, left } => {
                if rest.is_empty() {
                    match ready!(pieces.as_mut().poll_next(context)) {
                        Some(Ok(piece)) => *rest = piece,
                        other => return Poll::Ready(other),
                    }
                }
                let piece = rest.split_to(rest.len().min(PIECE));
                *left = left.saturating_sub(piece.len() as u64);
                Poll::Ready(Some(Ok(piece)))
            }
        }
    }
}

impl fmt::Debug for Sending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sending").field(&self.length()).finish()
    }
}

/// Holds a body while the answer that refused it is read, then ends it, and the connection with it.
#[derive(Debug)]
pub(crate) struct Held(Option<Arc<Sending>>);

impl Held {
    /// Stops the body, if it is still on its way.
    pub(crate) fn new(sending: Option<&Arc<Sending>>) -> Self {
        Self(sending.filter(|sending| sending.hold()).cloned())
    }

    /// Whether there was a body to stop.
    pub(crate) fn has_stopped(&self) -> bool {
        self.0.is_some()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(sending) = &self.0 {
            sending.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Polls as often as there are turns without a runtime: at once.
    fn poll(sending: &Sending) -> Poll<Option<Result<Bytes, String>>> {
        let mut context = Context::from_waker(Waker::noop());
        let next = sending.poll_piece(&mut context);
        next.map(|next| next.map(|piece| piece.map_err(|error| error.to_string())))
    }

    fn body(length: usize) -> Arc<Sending> {
        Sending::bytes(vec![7; length].into(), Arc::default())
    }

    #[test]
    fn a_refusal_stops_a_body_until_it_is_read() {
        let sending = body(PIECE + 1);
        assert!(matches!(poll(&sending), Poll::Ready(Some(Ok(piece))) if piece.len() == PIECE));
        assert!(sending.is_going() && sending.unsent().is_none());
        let held = Held::new(Some(&sending));
        assert!(held.has_stopped() && poll(&sending).is_pending());
        drop(held);
        assert!(matches!(poll(&sending), Poll::Ready(Some(Err(_)))));
        // one that is all out is not stopped: its connection can be used again
        let sending = body(1);
        assert!(poll(&sending).is_ready());
        assert!(!Held::new(Some(&sending)).has_stopped());
        assert_eq!(poll(&sending), Poll::Ready(None));
    }

    #[test]
    fn a_body_that_has_not_begun_goes_another_way() {
        let first = body(PIECE);
        first.wait(Box::pin(std::future::pending()));
        assert!(poll(&first).is_pending());
        let second = first.unsent().unwrap();
        assert!(matches!(poll(&first), Poll::Ready(Some(Err(_)))));
        assert_eq!((first.length(), second.length()), (0, PIECE as u64));
        assert!(matches!(poll(&second), Poll::Ready(Some(Ok(piece))) if piece.len() == PIECE));
        // a server may have acted on a head without a body
        assert!(body(0).unsent().is_none());
    }
}

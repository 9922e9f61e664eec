//! [`RequestBody`]: the body of a request, on its way out.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::brake::{Brake, Way};
use crate::body::{BodyFailure, Pieces};

/// The longest piece that goes out at once: one can see the body move, and an answer that comes
/// before its end is noticed between two pieces.
const PIECE: usize = 64 * 1024;

/// The body of a request, as it goes over the wire.
pub struct RequestBody {
    content: Content,
    upload: Option<Arc<Upload>>,
    /// Of a body that is watched.
    brake: Option<Arc<Brake>>,
}

enum Content {
    Bytes(Bytes),
    Pieces {
        /// Locked only to be `Sync`, as the HTTP library asks.
        pieces: Mutex<Pieces>,
        /// What came at once and is too long for one piece.
        rest: Bytes,
        left: u64,
    },
}

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

impl RequestBody {
    /// A body that comes in pieces, `length` bytes in all.
    pub(crate) fn from_pieces(pieces: Pieces, length: u64) -> Self {
        Self {
            content: Content::Pieces {
                pieces: Mutex::new(pieces),
                rest: Bytes::new(),
                left: length,
            },
            upload: None,
            brake: None,
        }
    }

    /// Tells `upload` what becomes of the body.
    pub(crate) fn watched(mut self, upload: Option<Arc<Upload>>) -> Self {
        self.brake = upload.as_ref().map(|_| Arc::default());
        self.upload = upload;
        self
    }

    /// What stops the body; one that is not watched is not worth stopping.
    pub(crate) fn brake(&self) -> Option<Arc<Brake>> {
        self.brake.clone()
    }

    /// The bytes, if the whole body is in memory.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Pieces { .. } => None,
        }
    }

    /// The bytes, if they are to be handed on as one: a long body is to be asked for piece by piece,
    /// so that it is seen to move, and can be stopped.
    pub fn as_piece(&self) -> Option<&Bytes> {
        self.as_bytes().filter(|_| self.upload.is_none())
    }

    /// How much is still to come.
    fn length(&self) -> u64 {
        match &self.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Pieces { left, .. } => *left,
        }
    }

    fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BodyFailure>>> {
        match &mut self.content {
            Content::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Content::Bytes(bytes) => {
                let length = bytes.len().min(PIECE);
                Poll::Ready(Some(Ok(bytes.split_to(length))))
            }
            Content::Pieces { pieces, rest, left } => {
                if rest.is_empty() {
                    let pieces = pieces.get_mut().unwrap_or_else(PoisonError::into_inner);
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

impl Default for RequestBody {
    fn default() -> Self {
        Self::from(Bytes::new())
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self {
            content: Content::Bytes(bytes),
            upload: None,
            brake: None,
        }
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestBody").field(&self.length()).finish()
    }
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn StdError + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        if let Some(brake) = &this.brake
            && ready!(brake.poll_way(context)) == Way::Over
        {
            return Poll::Ready(Some(Err("the answer came before the body's end".into())));
        }
        let next = ready!(this.poll_piece(context));
        if let Some(brake) = &this.brake {
            brake.gave(this.length() == 0);
        }
        if let Some(upload) = &this.upload {
            upload.moved.store(true, Ordering::Relaxed);
            if let Some(Err(failure)) = &next {
                let slot = upload.failure.lock();
                *slot.unwrap_or_else(PoisonError::into_inner) = Some(failure.clone());
            }
        }
        Poll::Ready(next.map(|piece| piece.map(Frame::data).map_err(Into::into)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length())
    }
}

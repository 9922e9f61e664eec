//! [`RequestBody`]: the body of a request, on its way out.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::body::{BodyFailure, Pieces};
use crate::pace::Pace;

/// Bytes in memory go out in pieces of this length, so that one can see them move.
const PIECE: usize = 1024 * 1024;

/// The body of a request, as it goes over the wire.
pub struct RequestBody {
    content: Content,
    upload: Option<Arc<Upload>>,
    observer: Option<Observer>,
    pace: Pace,
}

/// Is told the length of each piece.
type Observer = Box<dyn FnMut(usize) + Send + Sync>;

enum Content {
    Bytes(Bytes),
    Pieces {
        /// Locked only to be `Sync`, as the HTTP library asks.
        pieces: Mutex<Pieces>,
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
                left: length,
            },
            upload: None,
            observer: None,
            pace: Pace::default(),
        }
    }

    /// Tells `upload` what becomes of the body.
    pub(crate) fn watched(mut self, upload: Option<Arc<Upload>>) -> Self {
        self.upload = upload;
        self
    }

    /// Tells `observer` the length of each piece that goes out, for a transport that shows how far it
    /// has come.
    #[must_use]
    pub fn observed(mut self, observer: impl FnMut(usize) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// The bytes, if the whole body is in memory.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Pieces { .. } => None,
        }
    }

    /// The bytes, if they are to be handed on as one: a long body is to be asked for piece by piece,
    /// so that it is seen to move.
    pub fn as_piece(&self) -> Option<&Bytes> {
        let bytes = self.as_bytes();
        bytes.filter(|_| self.upload.is_none() && self.observer.is_none())
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
            Content::Pieces { pieces, left } => {
                let pieces = pieces.get_mut().unwrap_or_else(PoisonError::into_inner);
                let next = ready!(pieces.as_mut().poll_next(context));
                if let Some(Ok(piece)) = &next {
                    *left = left.saturating_sub(piece.len() as u64);
                }
                Poll::Ready(next)
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
            observer: None,
            pace: Pace::default(),
        }
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = http_body::Body::size_hint(self).exact();
        f.debug_tuple("RequestBody").field(&length).finish()
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
        ready!(this.pace.poll(context));
        let next = ready!(this.poll_piece(context));
        if let Some(Ok(piece)) = &next {
            this.pace.add(piece.len());
        }
        if let (Some(observer), Some(Ok(piece))) = (&mut this.observer, &next) {
            observer(piece.len());
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

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, Content::Bytes(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match &self.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Pieces { left, .. } => *left,
        })
    }
}

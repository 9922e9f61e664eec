//! [`RequestBody`]: the body of a request, on its way out.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::Watch;
use crate::body::{BodyFailure, Observer, Pieces};
use crate::pace::Pace;

/// Bytes in memory go out in pieces of this length, so that one can see them move; shorter ones go out
/// as one.
const PIECE: usize = 1024 * 1024;

/// The body of a request, as it goes over the wire.
pub struct RequestBody {
    content: Content,
    watch: Option<Arc<Watch>>,
    observer: Option<Observer>,
    pace: Pace,
}

enum Content {
    Bytes(Bytes),
    Pieces {
        /// Locked only to be `Sync`, as the HTTP library asks.
        pieces: Mutex<Pieces>,
        left: u64,
    },
}

impl RequestBody {
    /// A body that comes in pieces, `length` bytes in all.
    pub(crate) fn from_pieces(pieces: Pieces, length: u64) -> Self {
        Self {
            content: Content::Pieces {
                pieces: Mutex::new(pieces),
                left: length,
            },
            watch: None,
            observer: None,
            pace: Pace::default(),
        }
    }

    /// Tells `watch` what becomes of the body, and of the exchange that it belongs to.
    pub(crate) fn watched(mut self, watch: Arc<Watch>) -> Self {
        watch.owes(self.left() > 0);
        self.watch = Some(watch);
        self
    }

    pub(crate) fn watch(&self) -> Option<&Arc<Watch>> {
        self.watch.as_ref()
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

    /// The bytes, if they are to be handed on as one: a body of more than a megabyte is to be asked for
    /// piece by piece, so that it is seen to move.
    pub fn as_piece(&self) -> Option<&Bytes> {
        let bytes = self.as_bytes()?;
        if bytes.len() > PIECE || self.observer.is_some() {
            return None;
        }
        if let Some(watch) = &self.watch {
            watch.took(bytes.len(), true);
        }
        Some(bytes)
    }

    fn left(&self) -> u64 {
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
            watch: None,
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
        let Poll::Ready(next) = this.poll_piece(context) else {
            if let Some(watch) = &this.watch {
                watch.pausing();
            }
            return Poll::Pending;
        };
        if let Some(Ok(piece)) = &next {
            this.pace.add(piece.len());
        }
        if let (Some(observer), Some(Ok(piece))) = (&mut this.observer, &next) {
            observer(piece.len());
        }
        if let Some(watch) = &this.watch {
            match &next {
                Some(Ok(piece)) => watch.took(piece.len(), this.left() == 0),
                Some(Err(failure)) => watch.failed(failure),
                None => watch.took(0, true),
            }
        }
        Poll::Ready(next.map(|piece| piece.map(Frame::data).map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, Content::Bytes(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left())
    }
}

//! [`RequestBody`]: the body of a request, on its way out.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::sending::{Sending, Upload};
use crate::body::Pieces;

/// The body of a request, as it goes over the wire.
pub struct RequestBody {
    /// The whole body, if it is in memory.
    bytes: Option<Bytes>,
    /// Of a body that takes a while.
    sending: Option<Arc<Sending>>,
}

impl RequestBody {
    /// A body that comes in pieces, `length` bytes in all; tells `upload` what becomes of it.
    pub(crate) fn from_pieces(pieces: Pieces, length: u64, upload: Arc<Upload>) -> Self {
        Self::from(Sending::pieces(pieces, length, upload))
    }

    /// Tells `upload` what becomes of these bytes.
    pub(crate) fn watched(bytes: Bytes, upload: Arc<Upload>) -> Self {
        Self {
            bytes: Some(bytes.clone()),
            sending: Some(Sending::bytes(bytes, upload)),
        }
    }

    /// The other end of a body that takes a while.
    pub(crate) fn sending(&self) -> Option<Arc<Sending>> {
        self.sending.clone()
    }

    /// The bytes, if the whole body is in memory.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        self.bytes.as_ref()
    }

    /// The bytes, if they are to be handed on as one: a long body is to be asked for piece by piece,
    /// so that it is seen to move, and can be stopped.
    pub fn as_piece(&self) -> Option<&Bytes> {
        self.bytes.as_ref().filter(|_| self.sending.is_none())
    }

    fn length(&self) -> u64 {
        match (&self.sending, &self.bytes) {
            (Some(sending), _) => sending.length(),
            (None, bytes) => bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
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
            bytes: Some(bytes),
            sending: None,
        }
    }
}

impl From<Arc<Sending>> for RequestBody {
    fn from(sending: Arc<Sending>) -> Self {
        Self {
            bytes: None,
            sending: Some(sending),
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
        match &this.sending {
            Some(sending) => sending
                .poll_piece(context)
                .map(|next| next.map(|piece| piece.map(Frame::data))),
            None => {
                let bytes = this.bytes.take().filter(|bytes| !bytes.is_empty());
                Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length())
    }
}

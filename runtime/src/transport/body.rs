//! Bodies, on their way out and in.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};

use super::{TransportError, TransportErrorKind};
use crate::body::Pieces;
use crate::clock::{Clock, within};

/// The body of a request, as it goes over the wire.
pub struct RequestBody(Outgoing);

enum Outgoing {
    Bytes(Bytes),
    Pieces {
        /// Locked only to be `Sync`, as the HTTP library asks.
        pieces: Mutex<Pieces>,
        left: Option<u64>,
    },
}

impl RequestBody {
    /// A body that comes in pieces, `length` bytes in all if that is known.
    pub(crate) fn from_pieces(pieces: Pieces, length: Option<u64>) -> Self {
        Self(Outgoing::Pieces {
            pieces: Mutex::new(pieces),
            left: length,
        })
    }

    /// The bytes, if the whole body is in memory.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Outgoing::Bytes(bytes) => Some(bytes),
            Outgoing::Pieces { .. } => None,
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
        Self(Outgoing::Bytes(bytes))
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestBody")
            .field(&self.size_hint().exact())
            .finish()
    }
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = Box<dyn StdError + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let (pieces, left) = match &mut self.get_mut().0 {
            Outgoing::Bytes(bytes) if bytes.is_empty() => return Poll::Ready(None),
            Outgoing::Bytes(bytes) => {
                return Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes)))));
            }
            Outgoing::Pieces { pieces, left } => (pieces, left),
        };
        let pieces = pieces.get_mut().unwrap_or_else(PoisonError::into_inner);
        let next = std::task::ready!(pieces.as_mut().poll_next(context));
        let length = next.as_ref().map_or(0, |piece| {
            piece.as_ref().map_or(0, |piece| piece.len() as u64)
        });
        match (next, left) {
            (None, Some(1..)) => {
                Poll::Ready(Some(Err("the body is shorter than its length".into())))
            }
            (Some(Ok(_)), Some(left)) if *left < length => {
                Poll::Ready(Some(Err("the body is longer than its length".into())))
            }
            (next, left) => {
                if let Some(left) = left {
                    *left -= length;
                }
                Poll::Ready(next.map(|piece| piece.map(Frame::data)))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Outgoing::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Outgoing::Pieces { left, .. } => left.map_or_else(SizeHint::new, SizeHint::with_exact),
        }
    }
}

/// The body of a response, piece by piece.
///
/// The lock makes it `Sync` and is never waited for.
pub struct ResponseBody(Mutex<UnsyncBoxBody<Bytes, TransportError>>);

impl ResponseBody {
    /// A body whose pieces come from `body`.
    pub fn new<B>(body: B) -> Self
    where
        B: BodyExt<Data = Bytes, Error = TransportError> + Send + 'static,
    {
        Self(Mutex::new(body.boxed_unsync()))
    }

    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        let body = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        loop {
            match body.frame().await? {
                Ok(frame) => {
                    if let Ok(data) = frame.into_data() {
                        return Some(Ok(data));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        let body = Full::new(bytes).map_err(|never| match never {});
        Self(Mutex::new(body.boxed_unsync()))
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseBody")
    }
}

/// Why a body could not be read to its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ReadError {
    TooLong { limit: usize },
    Transport(TransportError),
}

/// Reads a body, never holding more than `limit` bytes, whatever its length claims to be. The
/// answer to HEAD has a length but no body.
pub(crate) async fn read_to_end(
    headers: &HeaderMap,
    mut body: ResponseBody,
    is_head: bool,
    limit: usize,
    pause: Duration,
    clock: &dyn Clock,
) -> Result<Bytes, ReadError> {
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok())
        .filter(|_| !is_head);
    if length.is_some_and(|length| length > limit as u64) {
        return Err(ReadError::TooLong { limit });
    }
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    loop {
        let next = within(clock, pause, body.next()).await.map_err(|_| {
            ReadError::Transport(TransportError::timeout(
                TransportErrorKind::ReadTimeout,
                pause,
            ))
        })?;
        let read = first.len() + rest.len();
        let piece = match next {
            Some(Ok(piece)) => piece,
            Some(Err(error)) => return Err(ReadError::Transport(short(error, read, length))),
            None => break,
        };
        if piece.len() > limit - read {
            return Err(ReadError::TooLong { limit });
        }
        if read == 0 {
            first = piece;
            continue;
        }
        if rest.is_empty() {
            let expected = length.map_or(2 * read, |length| length as usize);
            rest.reserve(expected.max(read + piece.len()));
            rest.extend_from_slice(&std::mem::take(&mut first));
        }
        rest.extend_from_slice(&piece);
    }
    let body = if rest.is_empty() {
        first
    } else {
        rest.freeze()
    };
    if length.is_some_and(|length| (body.len() as u64) < length) {
        return Err(ReadError::Transport(TransportError::closed(
            body.len(),
            length,
        )));
    }
    Ok(body)
}

/// An error in the middle of a body says how far it got.
fn short(error: TransportError, read: usize, length: Option<u64>) -> TransportError {
    match error.kind() {
        TransportErrorKind::Closed | TransportErrorKind::Other => {
            TransportError::closed(read, length)
        }
        _ => error,
    }
}

//! [`Measured`]: a stream that has the length it was said to have, or fails.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::Pieces;
use super::failure::BodyFailure;
use crate::pace::{SLICE, yield_now};

/// Pieces that make up exactly the given length, none of them empty, or so long that to hash it takes
/// long.
///
/// The last one is held back until the stream has ended: once all promised bytes are out, the
/// request counts as complete, and nobody would ask whether there were more.
pub(crate) struct Measured {
    pieces: Option<Pieces>,
    length: u64,
    left: u64,
    held: Option<Bytes>,
    /// What is left of a long piece.
    rest: Bytes,
}

impl Measured {
    pub(crate) fn new(pieces: Pieces, length: u64) -> Self {
        Self {
            pieces: Some(pieces),
            length,
            left: length,
            held: None,
            rest: Bytes::new(),
        }
    }

    /// Bytes in memory as a stream.
    pub(crate) fn of(bytes: Bytes) -> Self {
        Self {
            pieces: None,
            length: bytes.len() as u64,
            left: 0,
            held: None,
            rest: bytes,
        }
    }

    /// The next part of a long piece.
    fn slice(&mut self) -> Bytes {
        self.rest.split_to(self.rest.len().min(SLICE))
    }

    /// What the stream's next answer means.
    fn take(&mut self, next: Option<Result<Bytes, BodyFailure>>) -> Taken {
        let length = self.length;
        let fail = |text: String| Taken::Last(Some(Err(BodyFailure::new(text))));
        match next {
            Some(Ok(piece)) if piece.len() as u64 > self.left => fail(format!(
                "the body is longer than its length, {length} bytes"
            )),
            Some(Ok(piece)) => {
                self.left -= piece.len() as u64;
                match self.left {
                    _ if piece.is_empty() => Taken::Again,
                    0 => {
                        self.held = Some(piece);
                        Taken::Again
                    }
                    _ => Taken::Piece(piece),
                }
            }
            Some(Err(failure)) => Taken::Last(Some(Err(failure))),
            None if self.left == 0 => Taken::Last(self.held.take().map(Ok)),
            None => fail(format!(
                "the body is shorter than its length: {} of {length} bytes",
                length - self.left
            )),
        }
    }
}

enum Taken {
    Piece(Bytes),
    Last(Option<Result<Bytes, BodyFailure>>),
    Again,
}

impl Stream for Measured {
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        // a stream of empty pieces without end must let others run
        for _ in 0..64 {
            if !this.rest.is_empty() {
                return Poll::Ready(Some(Ok(this.slice())));
            }
            let Some(pieces) = &mut this.pieces else {
                return Poll::Ready(None);
            };
            let next = ready!(pieces.as_mut().poll_next(context));
            match this.take(next) {
                Taken::Piece(piece) => this.rest = piece,
                Taken::Last(last) => {
                    this.pieces = None;
                    this.held = None;
                    match last {
                        Some(Ok(piece)) => this.rest = piece,
                        last => return Poll::Ready(last),
                    }
                }
                Taken::Again => {}
            }
        }
        pin!(yield_now()).poll(context).map(|()| None)
    }
}

/// The next piece of a body.
pub(crate) async fn next(pieces: &mut Pieces) -> Option<Result<Bytes, BodyFailure>> {
    poll_fn(|context| pieces.as_mut().poll_next(context)).await
}

//! Bodies in gzip.

use std::error::Error as StdError;
use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::write::GzEncoder;
use futures_core::Stream;

use super::Body;
use super::request::Pieces;

type Failed = Box<dyn StdError + Send + Sync>;

/// Bytes in gzip.
pub(crate) fn bytes(bytes: &[u8]) -> Bytes {
    let mut encoder = encoder();
    // writing to memory does not fail
    let _ = encoder.write_all(bytes);
    encoder.finish().map(Bytes::from).unwrap_or_default()
}

/// A stream in gzip. Like the one it is made of, it can be sent once; its length is not known.
pub(crate) fn stream(body: Body) -> Body {
    match body.take_pieces() {
        Some(pieces) => Body::from_stream(
            Packed {
                pieces,
                encoder: Some(encoder()),
            },
            None,
        ),
        // it has been sent already, which is told when it is sent again
        None => body,
    }
}

/// The CRC32 of bytes, as gzip has it.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn encoder() -> GzEncoder<Vec<u8>> {
    GzEncoder::new(Vec::new(), flate2::Compression::default())
}

struct Packed {
    pieces: Pieces,
    /// None after the end.
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl Stream for Packed {
    type Item = Result<Bytes, Failed>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(mut encoder) = self.encoder.take() else {
                return Poll::Ready(None);
            };
            let piece = match self.pieces.as_mut().poll_next(context) {
                Poll::Pending => {
                    self.encoder = Some(encoder);
                    return Poll::Pending;
                }
                Poll::Ready(piece) => piece,
            };
            match piece {
                None => {
                    return Poll::Ready(Some(
                        encoder.finish().map(Bytes::from).map_err(Into::into),
                    ));
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(piece)) => {
                    if let Err(error) = encoder.write_all(&piece) {
                        return Poll::Ready(Some(Err(error.into())));
                    }
                    let packed = std::mem::take(encoder.get_mut());
                    self.encoder = Some(encoder);
                    if !packed.is_empty() {
                        return Poll::Ready(Some(Ok(packed.into())));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
pub(crate) fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut text).unwrap();
    text
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// Pieces, each of them after a wait.
    struct Slow(Vec<&'static str>, bool);

    impl Stream for Slow {
        type Item = Result<Bytes, Failed>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.1 = !self.1;
            match self.1 {
                true => Poll::Pending,
                false => Poll::Ready(self.0.pop().map(|piece| Ok(Bytes::from(piece)))),
            }
        }
    }

    #[test]
    fn a_stream_is_packed_piece_by_piece() {
        let body = stream(Body::from_stream(
            Slow(vec!["world", "", "hello "], false),
            Some(11),
        ));
        assert_eq!(body.length(), None);
        let mut pieces = body.take_pieces().unwrap();
        let mut context = Context::from_waker(Waker::noop());
        let mut packed = Vec::new();
        loop {
            match pieces.as_mut().poll_next(&mut context) {
                Poll::Pending => {}
                Poll::Ready(Some(piece)) => packed.extend_from_slice(&piece.unwrap()),
                Poll::Ready(None) => break,
            }
        }
        assert_eq!(unpacked(&packed), b"hello world");
        assert!(body.take_pieces().is_none());
    }
}

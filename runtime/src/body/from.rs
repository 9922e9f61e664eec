//! Makes a [`Body`] from readers, bodies of `http-body`, open files and answers.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::Body as HttpBody;
use tokio::io::{AsyncRead, ReadBuf};

use super::ByteStream;
use super::request::{Body, Source};

/// How much is read at once of a reader.
const PIECE: usize = 64 * 1024;

impl Body {
    /// Makes a body from a reader, with its length if that is known; see
    /// [`UNKNOWN_LENGTH_LIMIT`](Self::UNKNOWN_LENGTH_LIMIT). It can be sent once.
    ///
    /// ```
    /// # use zonal_runtime::Body;
    /// let body = Body::from_reader(&b"hello"[..], Some(5));
    /// ```
    pub fn from_reader(reader: impl AsyncRead + Send + 'static, length: Option<u64>) -> Self {
        let reader = Box::pin(reader);
        let buffer = BytesMut::new();
        Self::from_stream(ReaderPieces { reader, buffer }, length)
    }

    /// Makes a body from a body of the crate `http-body`, such as that of a request that a server
    /// has received. It takes over the length, if that body has one, and omits trailers. It can be
    /// sent once.
    ///
    /// ```
    /// # use zonal_runtime::Body;
    /// let received = http_body_util::Full::new(bytes::Bytes::from("hello"));
    /// assert_eq!(Body::from_http_body(received).length(), Some(5));
    /// ```
    pub fn from_http_body<B>(body: B) -> Self
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let length = body.size_hint().exact();
        Self::from_stream(HttpPieces(Box::pin(body)), length)
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::from(Bytes::new())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Source::Bytes(bytes))
    }
}

macro_rules! from_bytes {
    ($($type:ty),*) => {$(
        impl From<$type> for Body {
            fn from(bytes: $type) -> Self {
                Self::from(Bytes::from(bytes))
            }
        }
    )*};
}

from_bytes!(
    BytesMut,
    Box<[u8]>,
    Vec<u8>,
    String,
    &'static str,
    &'static [u8]
);

impl<const N: usize> From<&'static [u8; N]> for Body {
    fn from(bytes: &'static [u8; N]) -> Self {
        Self::from(&bytes[..])
    }
}

/// Sends the pieces one after another, without a copy. They can be sent any number of times.
impl From<Vec<Bytes>> for Body {
    fn from(mut pieces: Vec<Bytes>) -> Self {
        if pieces.len() < 2 {
            return Self::from(pieces.pop().unwrap_or_default());
        }
        let length = pieces.iter().map(|piece| piece.len() as u64).sum();
        let pieces: Arc<[Bytes]> = pieces.into();
        Self::from_fn(Some(length), move || Each {
            pieces: Arc::clone(&pieces),
            next: 0,
        })
    }
}

/// Sends the rest of the body of an answer. It can be sent once.
impl From<ByteStream> for Body {
    fn from(stream: ByteStream) -> Self {
        let left = stream.left();
        Self::from_stream(stream, left)
    }
}

/// Pieces in memory.
struct Each {
    pieces: Arc<[Bytes]>,
    next: usize,
}

impl Stream for Each {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.pieces.get(self.next).cloned();
        self.next += 1;
        Poll::Ready(piece.map(Ok))
    }
}

struct ReaderPieces<R> {
    reader: Pin<Box<R>>,
    buffer: BytesMut,
}

impl<R: AsyncRead> Stream for ReaderPieces<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        this.buffer.clear();
        this.buffer.resize(PIECE, 0);
        let mut read = ReadBuf::new(&mut this.buffer);
        let result = ready!(this.reader.as_mut().poll_read(context, &mut read));
        let length = read.filled().len();
        Poll::Ready(match result {
            Ok(()) if length == 0 => None,
            Ok(()) => Some(Ok(this.buffer.split_to(length).freeze())),
            Err(error) => Some(Err(error)),
        })
    }
}

struct HttpPieces<B>(Pin<Box<B>>);

impl<B: HttpBody<Data = Bytes>> Stream for HttpPieces<B> {
    type Item = Result<Bytes, B::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(frame) = ready!(self.0.as_mut().poll_frame(context)?) else {
                return Poll::Ready(None);
            };
            if let Ok(data) = frame.into_data() {
                return Poll::Ready(Some(Ok(data)));
            }
        }
    }
}

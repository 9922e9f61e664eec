//! [`Source`]: what an upload sends.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::{AsyncRead, ReadBuf};

use crate::error::BoxError;

/// How many bytes of a reader are read at once.
const PIECE: usize = 256 * 1024;

/// A sequence of bytes.
pub(crate) type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;

/// What an upload sends: a file, bytes in memory, a stream, or a reader.
///
/// Bytes and text convert into it.
pub struct Source(pub(crate) Kind);

pub(crate) enum Kind {
    File(PathBuf),
    Bytes(Bytes),
    Stream { pieces: Pieces, length: Option<u64> },
}

impl Source {
    /// Sends a file, which is read in ranges during the upload. This takes almost no memory. The file must not change
    /// meanwhile: a multipart upload fails if the length or the modification time changes. A named pipe or a device is
    /// read as a stream.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        Self(Kind::File(path.into()))
    }

    /// Sends a stream, with its length if that is known. The upload holds each part in memory until it is sent, so that
    /// it can repeat the part. The upload fails if the stream has another length.
    ///
    /// Without a length, the first parts have the [set size](crate::Builder::part_size), and later parts are larger, up
    /// to 2⁹ times. With parts of 8 MiB, an object can have 7.8 TiB.
    pub fn from_stream<S, E>(stream: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        Self(Kind::Stream {
            pieces: Box::pin(Converted(Box::pin(stream))),
            length,
        })
    }

    /// Sends what a reader returns, with its length if that is known. Otherwise like
    /// [`from_stream`](Self::from_stream).
    pub fn from_reader(reader: impl AsyncRead + Send + 'static, length: Option<u64>) -> Self {
        let reader = Reader {
            reader: Box::pin(reader),
            buffer: vec![0; PIECE].into_boxed_slice(),
        };
        Self::from_stream(reader, length)
    }
}

impl From<Bytes> for Source {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Bytes(bytes))
    }
}

macro_rules! from_bytes {
    ($($type:ty),*) => {$(
        impl From<$type> for Source {
            fn from(bytes: $type) -> Self {
                Self::from(Bytes::from(bytes))
            }
        }
    )*};
}

from_bytes!(Vec<u8>, String, &'static str, &'static [u8]);

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::File(path) => write!(f, "Source({})", path.display()),
            Kind::Bytes(bytes) => write!(f, "Source({} bytes)", bytes.len()),
            Kind::Stream { length, .. } => match length {
                Some(length) => write!(f, "Source(stream, {length} bytes)"),
                None => f.write_str("Source(stream, length unknown)"),
            },
        }
    }
}

/// A stream with errors of one type.
struct Converted<S>(Pin<Box<S>>);

impl<S, E> Stream for Converted<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<BoxError>,
{
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.as_mut().poll_next(context);
        next.map(|piece| piece.map(|piece| piece.map_err(Into::into)))
    }
}

/// The bytes of a reader as a stream.
struct Reader<R> {
    reader: Pin<Box<R>>,
    buffer: Box<[u8]>,
}

impl<R: AsyncRead> Stream for Reader<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let mut buffer = ReadBuf::new(&mut this.buffer);
        let read = ready!(this.reader.as_mut().poll_read(context, &mut buffer));
        Poll::Ready(match (read, buffer.filled()) {
            (Err(error), _) => Some(Err(error)),
            (Ok(()), []) => None,
            (Ok(()), filled) => Some(Ok(Bytes::copy_from_slice(filled))),
        })
    }
}

//! What a [`Body`] is made of besides bytes, paths and streams.

use std::error::Error as StdError;
use std::io::{self, SeekFrom};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::Body as HttpBody;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _, ReadBuf};
use tokio::sync::{Mutex, OnceCell};

use super::ByteStream;
use super::Pieces;
use super::failure::BodyFailure;
use super::request::{Body, Source};
use crate::clock::BoxFuture;

/// How much is read at once of a reader.
const PIECE: usize = 64 * 1024;
/// The same of an open file, which takes a thread for each read.
const FILE_PIECE: u64 = 1024 * 1024;

impl Body {
    /// A body from what a reader gives, whose length is known, or not; see
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

    /// A body from one of the crate `http-body`, such as that of a request that a server has received. Its length is
    /// the one that it says it has, if it says so. Its trailers are left out. It can be sent once.
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

/// Pieces one after another. They are not copied, and can be sent as often as need be.
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

/// What the file holds from where it stands to its end, as it is when the request is first sent. Each attempt reads it
/// from there again.
impl From<File> for Body {
    fn from(file: File) -> Self {
        Self(Source::Open(Arc::new(OpenFile {
            file: Arc::new(Mutex::new(file)),
            extent: OnceCell::new(),
        })))
    }
}

/// As a file of tokio.
impl From<std::fs::File> for Body {
    fn from(file: std::fs::File) -> Self {
        Self::from(File::from_std(file))
    }
}

/// What is left of the body of an answer. It can be sent once.
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

/// A file that is open already. Those who read it take turns, each at a place of its own.
pub(super) struct OpenFile {
    file: Arc<Mutex<File>>,
    /// Where the body begins, and how long it is.
    extent: OnceCell<(u64, u64)>,
}

impl OpenFile {
    pub(super) async fn find_length(&self) -> Result<u64, BodyFailure> {
        let extent = self.extent.get_or_try_init(|| async {
            let mut file = self.file.lock().await;
            let start = file.stream_position().await?;
            let end = file.metadata().await?.len();
            Ok((start, end.saturating_sub(start)))
        });
        let (_, length) = extent.await.map_err(unreadable)?;
        Ok(*length)
    }

    /// The bytes of the file; [`find_length`](Self::find_length) was called before.
    pub(super) async fn pieces(&self, length: u64) -> Pieces {
        let start = self.extent.get().map_or(0, |(start, _)| *start);
        Box::pin(FilePieces {
            file: Arc::clone(&self.file),
            next: start,
            end: start.saturating_add(length),
            reading: None,
        })
    }
}

struct FilePieces {
    file: Arc<Mutex<File>>,
    next: u64,
    end: u64,
    reading: Option<BoxFuture<'static, io::Result<Bytes>>>,
}

impl Stream for FilePieces {
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let left = this.end.saturating_sub(this.next).min(FILE_PIECE);
        if left == 0 {
            return Poll::Ready(None);
        }
        let (file, next) = (&this.file, this.next);
        let reading = this
            .reading
            .get_or_insert_with(|| Box::pin(read_at(Arc::clone(file), next, left)));
        let piece = ready!(reading.as_mut().poll(context));
        this.reading = None;
        Poll::Ready(match piece {
            // the length shows that the file has become shorter
            Ok(piece) if piece.is_empty() => None,
            Ok(piece) => {
                this.next += piece.len() as u64;
                Some(Ok(piece))
            }
            Err(error) => Some(Err(unreadable(error))),
        })
    }
}

async fn read_at(file: Arc<Mutex<File>>, place: u64, length: u64) -> io::Result<Bytes> {
    let mut file = file.lock().await;
    file.seek(SeekFrom::Start(place)).await?;
    let mut piece = Vec::with_capacity(length as usize);
    (&mut *file).take(length).read_to_end(&mut piece).await?;
    Ok(Bytes::from(piece))
}

fn unreadable(error: io::Error) -> BodyFailure {
    BodyFailure::of(Box::new(error))
}

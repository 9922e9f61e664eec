//! [`Body`]: the body of a request.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::task::coop::consume_budget;

use super::Pieces;
use super::failure::BodyFailure;
use super::file::FileRange;
use super::measured::{Measured, next};
#[cfg(not(target_family = "wasm"))]
use super::open_file::OpenFile;

/// The body of a request: bytes in memory, a file, or a stream.
///
/// `from` makes a body from bytes, text, several pieces of bytes, an open file, or the body of an answer. The functions
/// below make bodies from other sources.
///
/// Clones share the content. A stream of [`from_stream`](Self::from_stream) can be sent once; a second request with the
/// same stream fails before anything is sent.
#[derive(Clone)]
pub struct Body(pub(super) Source);

#[derive(Clone)]
pub(super) enum Source {
    Bytes(Bytes),
    File(Arc<FileRange>),
    #[cfg(not(target_family = "wasm"))]
    Open(Arc<OpenFile>),
    Stream(Arc<Once>),
    Factory(Arc<Factory>),
}

/// A stream that is taken when it is sent.
pub(super) struct Once {
    length: Option<u64>,
    pieces: Mutex<Option<Pieces>>,
}

impl Once {
    fn is_gone(&self) -> bool {
        self.lock().is_none()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pieces>> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What makes a new stream whenever one is needed.
pub(super) struct Factory {
    length: Option<u64>,
    make: Box<dyn Fn() -> Pieces + Send + Sync>,
}

/// A body of which enough is known to decide how it travels.
#[derive(Clone, Debug)]
pub(crate) enum Loaded {
    Bytes(Bytes),
    Stream { length: u64 },
}

impl Loaded {
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Stream { length } => *length,
        }
    }
}

impl Body {
    /// How many bytes of a stream of unknown length are read into memory to find its length before it is sent: 8 MiB. A
    /// longer stream is an error, because S3 needs the length first. Pass the length with the stream, or use a
    /// multipart upload.
    pub const UNKNOWN_LENGTH_LIMIT: usize = 8 * 1024 * 1024;

    /// Makes a body from a file, which is opened when it is sent and read piece by piece. It must not change during the
    /// call.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(Arc::new(FileRange::whole(path.into()))))
    }

    /// Makes a body from `length` bytes of a file, starting at `offset`, such as a part of a multipart upload.
    pub fn from_path_range(path: impl Into<PathBuf>, offset: u64, length: u64) -> Self {
        let range = FileRange::new(path.into(), offset, length);
        Self(Source::File(Arc::new(range)))
    }

    /// Makes a body from a stream, with its length if that is known; see
    /// [`UNKNOWN_LENGTH_LIMIT`](Self::UNKNOWN_LENGTH_LIMIT). The call fails if the stream has another length.
    pub fn from_stream<S, E>(stream: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        Self(Source::Stream(Arc::new(Once {
            length,
            pieces: Mutex::new(Some(pieces(stream))),
        })))
    }

    /// Makes a body from a function that returns a new stream for every attempt.
    pub fn from_fn<F, S, E>(length: Option<u64>, make: F) -> Self
    where
        F: Fn() -> S + Send + Sync + 'static,
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        Self(Source::Factory(Arc::new(Factory {
            length,
            make: Box::new(move || pieces(make())),
        })))
    }

    /// Returns the length, if it is known. The length of a whole file is not known before it is sent.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Source::Bytes(bytes) => Some(bytes.len() as u64),
            Source::File(file) => file.length(),
            #[cfg(not(target_family = "wasm"))]
            Source::Open(_) => None,
            Source::Stream(once) => once.length,
            Source::Factory(factory) => factory.length,
        }
    }

    /// The bytes, if they are in memory.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Source::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Returns whether the body can be sent more than once.
    pub fn is_replayable(&self) -> bool {
        !matches!(self.0, Source::Stream(_))
    }

    /// Finds out the length: `given` is what the request says about it. A stream of which nothing
    /// says how long it is is read into memory.
    pub(crate) async fn load(&self, given: Option<u64>) -> Result<Loaded, BodyFailure> {
        let length = match &self.0 {
            Source::Bytes(bytes) => return Ok(Loaded::Bytes(bytes.clone())),
            Source::File(file) => Some(file.find_length().await?),
            #[cfg(not(target_family = "wasm"))]
            Source::Open(file) => Some(file.find_length().await?),
            // told before anything is sent, the request for a session included
            Source::Stream(once) if once.is_gone() => return Err(BodyFailure::sent_already()),
            Source::Stream(once) => once.length.or(given),
            Source::Factory(factory) => factory.length.or(given),
        };
        match length {
            Some(1..) => Ok(Loaded::Stream {
                length: length.unwrap_or_default(),
            }),
            // nobody would ask an empty body for its end
            Some(0) => {
                let mut pieces: Pieces = Box::pin(Measured::new(self.open(0).await?, 0));
                match next(&mut pieces).await {
                    None => Ok(Loaded::Bytes(Bytes::new())),
                    Some(piece) => piece.map(Loaded::Bytes),
                }
            }
            None => self.read_unknown().await.map(Loaded::Bytes),
        }
    }

    async fn read_unknown(&self) -> Result<Bytes, BodyFailure> {
        let mut pieces = self.open(0).await?;
        let mut all = BytesMut::new();
        while let Some(piece) = next(&mut pieces).await {
            // a stream that always has a piece must let others run
            consume_budget().await;
            let piece = piece?;
            if all.len() + piece.len() > Self::UNKNOWN_LENGTH_LIMIT {
                return Err(BodyFailure::new(format!(
                    "the body is a stream of unknown length and longer than the {} bytes that are \
                     read ahead to learn it; give its length, or send it as a multipart upload",
                    Self::UNKNOWN_LENGTH_LIMIT
                )));
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }

    /// The pieces of a body that is not in memory; `length` is what [`load`](Self::load) found.
    pub(crate) async fn open(&self, length: u64) -> Result<Pieces, BodyFailure> {
        match &self.0 {
            Source::Bytes(bytes) => {
                let bytes = bytes.clone();
                Ok(Box::pin(Measured::of(bytes)))
            }
            Source::File(file) => file.open(length).await,
            #[cfg(not(target_family = "wasm"))]
            Source::Open(file) => Ok(file.pieces(length).await),
            Source::Factory(factory) => Ok((factory.make)()),
            Source::Stream(once) => once.lock().take().ok_or_else(BodyFailure::sent_already),
        }
    }
}

/// Gives a stream's errors one type.
fn pieces<S, E>(stream: S) -> Pieces
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: Into<Box<dyn StdError + Send + Sync>> + 'static,
{
    Box::pin(Converted(Box::pin(stream)))
}

/// Bytes are equal if they are the same, files if they have the same path and range, streams if
/// they are one.
impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Source::Bytes(a), Source::Bytes(b)) => a == b,
            (Source::File(a), Source::File(b)) => a == b,
            #[cfg(not(target_family = "wasm"))]
            (Source::Open(a), Source::Open(b)) => Arc::ptr_eq(a, b),
            (Source::Stream(a), Source::Stream(b)) => Arc::ptr_eq(a, b),
            (Source::Factory(a), Source::Factory(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.0 {
            Source::Bytes(_) => "",
            Source::File(_) => "file, ",
            #[cfg(not(target_family = "wasm"))]
            Source::Open(_) => "file, ",
            Source::Stream(_) | Source::Factory(_) => "stream, ",
        };
        match self.length() {
            Some(length) => write!(f, "Body({what}{length} bytes)"),
            None => write!(f, "Body({what}length unknown)"),
        }
    }
}

/// A stream whose errors are those of a body.
struct Converted<S>(Pin<Box<S>>);

impl<S, E> Stream for Converted<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.as_mut().poll_next(context);
        next.map(|piece| piece.map(|piece| piece.map_err(|error| BodyFailure::of(error.into()))))
    }
}

//! [`Body`]: what a request carries.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_core::Stream;

/// Pieces of a body that is not in memory.
pub(crate) type Pieces =
    Pin<Box<dyn Stream<Item = Result<Bytes, Box<dyn StdError + Send + Sync>>> + Send>>;

/// The body of a request: bytes in memory, or a stream.
///
/// A clone shares what it holds. A stream can be sent once; a second request that holds the same
/// one is refused before anything is sent.
#[derive(Clone)]
pub struct Body(Source);

#[derive(Clone)]
enum Source {
    Bytes(Bytes),
    Stream(Arc<Once>),
}

/// A stream that is taken when it is sent.
struct Once {
    length: Option<u64>,
    pieces: Mutex<Option<Pieces>>,
}

impl Body {
    /// A body from a stream whose length is known, or not.
    pub fn from_stream<S, E>(stream: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let pieces: Pieces = Box::pin(Converted(Box::pin(stream)));
        Self(Source::Stream(Arc::new(Once {
            length,
            pieces: Mutex::new(Some(pieces)),
        })))
    }

    /// How many bytes there are, if that is known.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Source::Bytes(bytes) => Some(bytes.len() as u64),
            Source::Stream(once) => once.length,
        }
    }

    /// The bytes, if they are in memory.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Source::Bytes(bytes) => Some(bytes),
            Source::Stream(_) => None,
        }
    }

    /// Whether it can be sent more than once.
    pub fn is_replayable(&self) -> bool {
        matches!(self.0, Source::Bytes(_))
    }

    /// Takes the stream; `None` if it has been sent, or is none.
    pub(crate) fn take_pieces(&self) -> Option<Pieces> {
        match &self.0 {
            Source::Bytes(_) => None,
            Source::Stream(once) => once
                .pieces
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        }
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

from_bytes!(Vec<u8>, String, &'static str, &'static [u8]);

/// Bytes are equal if they are the same, streams if they are one.
impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Source::Bytes(a), Source::Bytes(b)) => a == b,
            (Source::Stream(a), Source::Stream(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length() {
            Some(length) => write!(f, "Body({length} bytes)"),
            None => f.write_str("Body(stream)"),
        }
    }
}

/// A stream whose errors are boxed.
struct Converted<S>(Pin<Box<S>>);

impl<S, E> Stream for Converted<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = Result<Bytes, Box<dyn StdError + Send + Sync>>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let next = self.0.as_mut().poll_next(context);
        next.map(|piece| piece.map(|piece| piece.map_err(Into::into)))
    }
}

//! [`ByteStream`]: the body of a response, as it comes.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::clock::{Clock, SystemClock, within};
use crate::transport::{ResponseBody, TransportError, TransportErrorKind};

/// As much as is reserved at once for a body of known length.
const RESERVED: u64 = 64 * 1024 * 1024;

/// The body of a response. Read it to its end: only then is it known to be whole.
pub struct ByteStream {
    body: ResponseBody,
    length: Option<u64>,
    read: u64,
    pause: Duration,
    clock: Arc<dyn Clock>,
    done: bool,
}

impl ByteStream {
    pub(crate) fn new(
        body: ResponseBody,
        length: Option<u64>,
        pause: Duration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            body,
            length,
            read: 0,
            pause,
            clock,
            done: false,
        }
    }

    /// How long the body is, if the answer says so.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next piece; `None` at the end. A body that ends too soon is an error.
    pub async fn next(&mut self) -> Option<Result<Bytes, BodyError>> {
        if self.done {
            return None;
        }
        let next = within(&*self.clock, self.pause, self.body.next()).await;
        let next = match next {
            Err(_) => Some(Err(TransportError::timeout(
                TransportErrorKind::ReadTimeout,
                self.pause,
            ))),
            Ok(next) => next,
        };
        match next {
            Some(Ok(piece)) => {
                self.read += piece.len() as u64;
                Some(Ok(piece))
            }
            Some(Err(error)) => {
                self.done = true;
                Some(Err(BodyError(error)))
            }
            None => {
                self.done = true;
                let length = self.length.filter(|length| self.read < *length)?;
                let error = TransportError::closed(self.read as usize, Some(length));
                Some(Err(BodyError(error)))
            }
        }
    }

    /// Reads all that is left into memory.
    pub async fn collect(mut self) -> Result<Bytes, BodyError> {
        let left = self.length.unwrap_or(0).saturating_sub(self.read);
        let mut all = BytesMut::with_capacity(left.min(RESERVED) as usize);
        while let Some(piece) = self.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all.freeze())
    }
}

impl From<Bytes> for ByteStream {
    fn from(bytes: Bytes) -> Self {
        let length = bytes.len() as u64;
        let body = ResponseBody::from(bytes);
        Self::new(body, Some(length), Duration::MAX, Arc::new(SystemClock))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("length", &self.length)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}

/// Why a body could not be read to its end.
#[derive(Clone, Debug)]
pub struct BodyError(TransportError);

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body could not be read: {}", self.0)
    }
}

impl std::error::Error for BodyError {}

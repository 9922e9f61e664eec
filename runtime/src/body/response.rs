//! [`ByteStream`]: the body of a response.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::HeaderValue;

use super::BodyError;
use super::again::{Again, Resume};
use super::reader::ByteReader;
use super::stall::Stall;
use crate::checksum::{Algorithm, Carried, Hasher};
use crate::pace::{Pace, SLICE, yield_now};
use crate::transport::{ResponseBody, TransportError, TransportErrorKind};

/// As much as is reserved at once for a body of known length.
const RESERVED: u64 = 64 * 1024 * 1024;

/// The body of a response.
///
/// Reading it verifies its length and, if the response has one, its checksum. Read it to its end: only the end tells
/// that it is complete. A body that fails verification never returns its last piece.
///
/// Dropping it before the end closes the connection.
pub struct ByteStream {
    body: ResponseBody,
    length: Option<u64>,
    read: u64,
    expected: Option<Expected>,
    /// None for what is in memory.
    stall: Option<Stall>,
    observer: Option<Observer>,
    pace: Pace,
    /// What is left of a piece that was too long to be worked through at once.
    rest: Bytes,
    done: bool,
    again: Option<Box<Again>>,
}

/// Is told the length of each piece of a body, whichever way that goes.
pub(crate) type Observer = Box<dyn FnMut(usize) + Send + Sync>;

impl ByteStream {
    pub(crate) fn new(
        body: ResponseBody,
        length: Option<u64>,
        expected: Option<Expected>,
        stall: Option<Stall>,
    ) -> Self {
        Self {
            body,
            length,
            read: 0,
            expected,
            stall,
            observer: None,
            pace: Pace::default(),
            rest: Bytes::new(),
            done: false,
            again: None,
        }
    }

    /// The same body, which goes on with its rest where it breaks off.
    pub(crate) fn with_rest(mut self, source: Option<Box<dyn Resume>>) -> Self {
        self.again = source.map(|source| Box::new(Again::new(source)));
        self
    }

    /// Returns the length of the body, if the answer has it.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Returns how many bytes are still to be read, if that is known.
    pub(super) fn left(&self) -> Option<u64> {
        self.length.map(|length| length.saturating_sub(self.read))
    }

    /// Returns the algorithm of the checksum that is verified at the end, if there is one.
    pub fn verified_by(&self) -> Option<Algorithm> {
        self.expected.as_ref().map(|expected| expected.algorithm)
    }

    /// Calls `observer` with the length of each piece as it arrives, to show the progress of a download.
    #[must_use]
    pub fn observed(mut self, observer: impl FnMut(usize) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Returns the next piece, or `None` at the end. A body that ends too early is an error.
    pub async fn next(&mut self) -> Option<Result<Bytes, BodyError>> {
        poll_fn(|context| self.poll_piece(context)).await
    }

    /// Reads the rest into memory, which is allocated at once if the length is known.
    pub async fn collect(mut self) -> Result<Bytes, BodyError> {
        let left = self.left().unwrap_or(0);
        let first = self.next().await.transpose()?.unwrap_or_default();
        let mut second = Bytes::new();
        if first.len() as u64 >= left {
            match self.next().await.transpose()? {
                // whole as it came
                None => return Ok(first),
                Some(piece) => second = piece,
            }
        }
        let mut all = BytesMut::with_capacity(left.min(RESERVED) as usize);
        for piece in [first, second] {
            for (index, slice) in piece.chunks(SLICE).enumerate() {
                if index > 0 {
                    yield_now().await;
                }
                all.extend_from_slice(slice);
            }
        }
        while let Some(read) = poll_fn(|context| self.poll_into(context, &mut all)).await {
            read?;
        }
        Ok(all.freeze())
    }

    /// Returns the body as a reader with tokio's traits. Its errors are [`std::io::Error`]s that contain a
    /// [`BodyError`].
    pub fn into_async_read(self) -> ByteReader {
        ByteReader::new(self)
    }

    pub(super) fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BodyError>>> {
        // what is not hashed is not touched, either
        let limit = match self.expected {
            Some(_) => SLICE,
            None => usize::MAX,
        };
        self.poll_up_to(context, limit)
    }

    /// The next piece, or as much of it as is allowed.
    fn poll_up_to(
        &mut self,
        context: &mut Context<'_>,
        limit: usize,
    ) -> Poll<Option<Result<Bytes, BodyError>>> {
        if self.done {
            return Poll::Ready(None);
        }
        ready!(self.poll_pace(context));
        if let Err(error) = ready!(self.poll_again(context)) {
            return Poll::Ready(Some(Err(error)));
        }
        let next = if self.rest.is_empty() {
            self.body.poll_next(context)
        } else {
            Poll::Ready(Some(Ok(std::mem::take(&mut self.rest))))
        };
        let next = next.map_ok(|mut piece| {
            if piece.len() > limit {
                self.rest = piece.split_off(limit);
            }
            piece
        });
        self.check(context, next)
    }

    /// Lets other tasks run now and then, but not only to see that nothing is left.
    fn poll_pace(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.length == Some(self.read) {
            Poll::Ready(())
        } else {
            self.pace.poll(context)
        }
    }

    /// Reads what comes next behind what is in `all`.
    fn poll_into(
        &mut self,
        context: &mut Context<'_>,
        all: &mut BytesMut,
    ) -> Poll<Option<Result<(), BodyError>>> {
        if !self.body.reads_into() {
            let next = ready!(self.poll_up_to(context, SLICE));
            return Poll::Ready(next.map(|piece| piece.map(|piece| all.extend_from_slice(&piece))));
        }
        if self.done {
            return Poll::Ready(None);
        }
        ready!(self.poll_pace(context));
        if let Err(error) = ready!(self.poll_again(context)) {
            return Poll::Ready(Some(Err(error)));
        }
        let start = all.len();
        let next = self.body.poll_into(context, all);
        let next = next.map_ok(|()| &all[start..]);
        self.check(context, next).map_ok(|_| ())
    }

    fn check<P: AsRef<[u8]>>(
        &mut self,
        context: &mut Context<'_>,
        next: Poll<Option<Result<P, TransportError>>>,
    ) -> Poll<Option<Result<P, BodyError>>> {
        let mut next = match next {
            Poll::Ready(Some(Ok(piece))) => {
                if let Some(stall) = &mut self.stall {
                    stall.moved(piece.as_ref().len());
                }
                self.accept(piece).map(Some)
            }
            Poll::Ready(None) => self.ended().map(|()| None),
            Poll::Ready(Some(Err(error))) => {
                let is_cut = matches!(
                    error.kind(),
                    TransportErrorKind::Closed | TransportErrorKind::Other
                );
                match self.length {
                    Some(length) if is_cut && self.read < length => Err(self.too_short(length)),
                    _ => Err(BodyError::Transport(error)),
                }
            }
            Poll::Pending => match self.stall.as_mut().map(|stall| stall.poll(context)) {
                Some(Poll::Ready(stalled)) => Err(stalled.into()),
                _ => return Poll::Pending,
            },
        };
        if next.is_err() {
            // lets go of the connection
            self.body = ResponseBody::from(Bytes::new());
        }
        if let (Err(error), Some(again)) = (&next, &mut self.again)
            && self.length.is_some_and(|length| self.read < length)
        {
            if again.ask(self.read, error) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            next = next.map_err(|error| again.ended_by(error));
        }
        if !matches!(next, Ok(Some(_))) {
            self.done = true;
        }
        Poll::Ready(next.transpose())
    }

    /// Waits for the rest, if it was requested.
    fn poll_again(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BodyError>> {
        let Some(again) = &mut self.again else {
            return Poll::Ready(Ok(()));
        };
        match ready!(again.poll(context)) {
            None => {}
            Some(Ok(rest)) => (self.body, self.stall) = (rest.body, rest.stall),
            Some(Err(error)) => {
                self.done = true;
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Counts and hashes a piece. The last one is given out only if all is right.
    fn accept<P: AsRef<[u8]>>(&mut self, piece: P) -> Result<P, BodyError> {
        let bytes = piece.as_ref();
        self.read += bytes.len() as u64;
        self.pace.add(bytes.len());
        if let Some(observer) = &mut self.observer {
            observer(bytes.len());
        }
        if let Some(expected) = &mut self.expected {
            expected.hasher.update(bytes);
        }
        match self.length {
            Some(length) if self.read > length => Err(BodyError::TooLong { length }),
            Some(length) if self.read == length => self.verify().map(|()| piece),
            _ => Ok(piece),
        }
    }

    fn ended(&mut self) -> Result<(), BodyError> {
        match self.length {
            Some(length) if self.read < length => Err(self.too_short(length)),
            _ => self.verify(),
        }
    }

    fn verify(&mut self) -> Result<(), BodyError> {
        self.expected.take().map_or(Ok(()), Expected::verify)
    }

    fn too_short(&self, length: u64) -> BodyError {
        let read = self.read;
        BodyError::TooShort { read, length }
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_piece(context)
    }
}

impl From<Bytes> for ByteStream {
    fn from(bytes: Bytes) -> Self {
        let length = bytes.len() as u64;
        let body = ResponseBody::from(bytes);
        Self::new(body, Some(length), None, None)
    }
}

impl From<Vec<u8>> for ByteStream {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }
}

impl From<&'static str> for ByteStream {
    fn from(text: &'static str) -> Self {
        Self::from(Bytes::from(text))
    }
}

/// An empty body.
impl Default for ByteStream {
    fn default() -> Self {
        Self::from(Bytes::new())
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

/// The checksum a body should have, and what it has so far.
pub(crate) struct Expected {
    algorithm: Algorithm,
    value: HeaderValue,
    hasher: Hasher,
}

impl Expected {
    /// What a response promises of its body, if it is one that can be verified: a composite checksum is one
    /// of checksums.
    pub(crate) fn of(carried: &mut Carried) -> Option<Self> {
        let is_composite = carried.is_composite;
        let (algorithm, value) = carried.first.take().filter(|_| !is_composite)?;
        // a hyphen stands before the number of parts
        let is_whole = !value.as_bytes().contains(&b'-');
        is_whole.then(|| Self {
            algorithm,
            value,
            hasher: Hasher::new(algorithm),
        })
    }

    fn verify(self) -> Result<(), BodyError> {
        let computed = self.hasher.finish();
        let expected = self.value.to_str().unwrap_or_default().trim();
        if computed.is(expected) {
            Ok(())
        } else {
            Err(BodyError::Checksum {
                algorithm: self.algorithm,
                expected: expected.to_owned(),
                computed: computed.to_string(),
            })
        }
    }
}

#[cfg(test)]
impl ByteStream {
    /// Bytes that come at once, with their checksum.
    pub(crate) fn verified_for_test(bytes: Bytes, algorithm: Algorithm) -> Self {
        let expected = Expected {
            algorithm,
            value: crate::checksum::Sum::of(algorithm, &bytes).to_header(),
            hasher: Hasher::new(algorithm),
        };
        let mut stream = Self::from(bytes);
        stream.expected = Some(expected);
        stream
    }
}

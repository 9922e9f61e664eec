//! A stream with a read buffer: what one request leaves over belongs to the next.

use bytes::BufMut as _;

use super::limits::Limits;
use super::request::{HttpError, Request};
use crate::tls::Stream;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// How much is read at once.
const READ_SIZE: usize = 64 * 1024;

/// The end of a time span that starts now; one without end is cut to a year.
pub(crate) fn deadline_in(span: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    Instant::now() + span.min(YEAR)
}

pub(crate) struct Wire {
    stream: Stream,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that were taken already.
    taken: usize,
    /// Bytes written, over all connections.
    sent: Arc<AtomicU64>,
    /// So many bytes are read at a time, after this pause.
    pace: Option<(usize, Duration)>,
}

impl Wire {
    pub(crate) fn new(stream: Stream, sent: Arc<AtomicU64>) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            taken: 0,
            sent,
            pace: None,
        }
    }

    /// Reads so many bytes at a time from now on, after this pause; `None` reads what comes.
    pub(crate) fn set_pace(&mut self, pace: Option<(usize, Duration)>) {
        self.pace = pace;
    }

    /// Bytes that came in and were not taken yet.
    pub(crate) fn pending(&self) -> &[u8] {
        &self.buffer[self.taken..]
    }

    /// Takes up to `count` pending bytes.
    pub(crate) fn take(&mut self, count: usize) -> &[u8] {
        let start = self.taken;
        self.taken = self.buffer.len().min(start + count);
        &self.buffer[start..self.taken]
    }

    /// Reads more bytes; an end of stream is [`HttpError::Gone`].
    pub(crate) async fn fill(&mut self, deadline: Instant) -> Result<(), HttpError> {
        if self.taken > 0 {
            self.buffer.drain(..self.taken);
            self.taken = 0;
        }
        self.buffer.reserve(READ_SIZE);
        let most = match self.pace {
            Some((bytes, pause)) => {
                sleep(pause).await;
                bytes
            }
            None => usize::MAX,
        };
        let mut some = (&mut self.buffer).limit(most);
        let read = timeout_at(deadline, self.stream.read_buf(&mut some)).await;
        match read.map_err(|_| HttpError::Timeout)?? {
            0 => Err(HttpError::Gone),
            _ => Ok(()),
        }
    }

    /// The next request's head. `Ok(None)`: the connection ended, or stayed idle, between two requests.
    pub(crate) async fn read_head(
        &mut self,
        limits: &Limits,
    ) -> Result<Option<Request>, HttpError> {
        if self.pending().is_empty() && self.fill(deadline_in(limits.idle_timeout)).await.is_err() {
            return Ok(None);
        }
        let deadline = deadline_in(limits.head_timeout);
        loop {
            if let Some((request, length)) = Request::parse_head(self.pending(), limits)? {
                self.take(length);
                return Ok(Some(request));
            }
            self.fill(deadline).await?;
        }
    }

    /// Writes all of `bytes`, or gives up on a client that does not read.
    pub(crate) async fn write(&mut self, bytes: &[u8], limits: &Limits) -> io::Result<()> {
        match timeout(limits.write_timeout, self.stream.write_all(bytes)).await {
            Ok(Ok(())) => {
                self.stream.flush().await?;
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                self.sent.fetch_add(length, Ordering::Relaxed);
                Ok(())
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    /// Closes so that the client can read the answer even if it is still sending: ends our side, then discards
    /// for a while.
    pub(crate) async fn close(mut self) {
        const PATIENCE: Duration = Duration::from_secs(2);
        const DISCARD: usize = 1024 * 1024;
        if self.stream.shutdown().await.is_err() {
            return;
        }
        let deadline = deadline_in(PATIENCE);
        let mut discarded = 0;
        while discarded < DISCARD && self.fill(deadline).await.is_ok() {
            let pending = self.pending().len();
            discarded += self.take(pending).len();
        }
    }

    /// Closes the TCP connection; TLS does not say goodbye.
    pub(crate) async fn hang_up(self) {
        let wire = Self {
            stream: self.stream.without_tls(),
            ..self
        };
        wire.close().await;
    }

    /// Closes with a TCP reset.
    pub(crate) fn reset(self) {
        // With a zero linger the drop of the socket sends RST instead of FIN.
        let _ = self.stream.tcp().set_zero_linger();
    }

    /// Keeps the connection open and silent until the client leaves.
    pub(crate) async fn stall(mut self) {
        let mut scratch = [0; 1024];
        while matches!(self.stream.read(&mut scratch).await, Ok(read) if read > 0) {}
    }
}

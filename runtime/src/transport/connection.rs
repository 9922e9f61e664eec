//! [`Connection`]: an open connection.

use std::io;
use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::rt::TokioIo;
use tokio::runtime;

use super::addresses::Used;
use super::traffic::Traffic;
use super::wire::Wire;
use super::{Proxy, TransportError};

type Stream = MaybeHttpsStream<MaybeHttpsStream<TokioIo<Wire>>>;

/// What is said where an answer to that did not come.
const CUT_OFF: &str = "the server closed the connection while the request was being sent, and may have \
                       refused it with an answer that was lost";

/// A connection that is read to its end even where writing has failed.
///
/// A server may refuse a large body before it has all of it, and close. The library would then
/// report that writing failed and leave the answer unread. So nothing more is written after that,
/// and what was received decides: an answer, or the end of the connection.
pub(super) struct Connection {
    stream: Stream,
    writing: Writing,
    condition: Arc<Condition>,
}

/// What is known of a connection, whoever has it.
pub(super) struct Condition {
    /// It leads to this proxy, which is told the whole URL.
    pub(super) proxy: Option<Proxy>,
    /// The runtime that moves it: in another, it might stand still.
    pub(super) runtime: runtime::Id,
    /// The address that it goes to, if that was looked up.
    used: Option<Used>,
    pub(super) traffic: Arc<Traffic>,
    /// Bytes that were written, above TLS, and how many these were when something was last read.
    written: AtomicU64,
    written_at_read: AtomicU64,
}

impl Condition {
    pub(super) fn new(
        proxy: Option<Proxy>,
        used: Option<Used>,
        runtime: runtime::Id,
        traffic: Arc<Traffic>,
    ) -> Self {
        Self {
            proxy,
            runtime,
            used,
            traffic,
            written: AtomicU64::new(0),
            written_at_read: AtomicU64::new(0),
        }
    }

    /// The server does not do its work: for a while, connections go to other addresses.
    pub(super) fn set_failed(&self) {
        if let Some(used) = &self.used {
            used.set_failed();
        }
    }

    /// Whether a connection to another address of the host is better.
    pub(super) fn is_avoided(&self) -> bool {
        self.used.as_ref().is_some_and(Used::is_avoided)
    }

    /// Whether all that was to be written is, and more can be.
    pub(super) fn is_flushed(&self) -> bool {
        self.traffic.is_flushed()
    }

    /// Whether all that was to be written was, before what was read last came.
    pub(super) fn was_flushed_at_read(&self) -> bool {
        let (now, then) = (&self.written, &self.written_at_read);
        self.is_flushed() && now.load(Ordering::Relaxed) == then.load(Ordering::Relaxed)
    }

    fn wrote(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
        self.traffic.asked();
    }

    fn read(&self) {
        let written = self.written.load(Ordering::Relaxed);
        self.written_at_read.store(written, Ordering::Relaxed);
    }
}

#[derive(PartialEq, Eq)]
enum Writing {
    Open,
    /// It has failed, and nothing has come since.
    Failed,
    /// It has failed, and an answer is coming.
    Answered,
}

impl Connection {
    pub(super) fn new(stream: Stream, condition: Condition) -> Self {
        Self {
            stream,
            writing: Writing::Open,
            condition: Arc::new(condition),
        }
    }

    pub(super) fn condition(&self) -> Arc<Condition> {
        Arc::clone(&self.condition)
    }

    /// Reads where nothing may come, since nothing was asked. hyper has not begun the request then, and gives it back.
    fn poll_unasked(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut byte = [0];
        let mut read = ReadBuf::new(&mut byte);
        ready!(Pin::new(&mut self.stream).poll_read(context, read.unfilled()))?;
        Poll::Ready(if read.filled().is_empty() {
            Ok(())
        } else {
            Err(io::Error::new(InvalidData, TransportError::unasked()))
        })
    }

    /// What writing came to. Where it has failed it never ends: what is received wakes who waits.
    fn written<T>(&mut self, result: io::Result<T>) -> Poll<io::Result<T>> {
        match result {
            Err(error)
                if matches!(
                    error.kind(),
                    BrokenPipe | ConnectionReset | ConnectionAborted
                ) =>
            {
                self.writing = Writing::Failed;
                Poll::Pending
            }
            result => Poll::Ready(result),
        }
    }

    /// The same for so many bytes.
    fn wrote(&mut self, result: io::Result<usize>) -> Poll<io::Result<usize>> {
        if let Ok(bytes) = &result {
            self.condition.wrote(*bytes);
        }
        self.written(result)
    }
}

impl Read for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let is_unasked = self.condition.traffic.is_unasked();
        if self.writing != Writing::Failed {
            if is_unasked {
                return self.poll_unasked(context);
            }
            ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
            self.condition.read();
            return Poll::Ready(Ok(()));
        }
        let mut bytes = [0; 8192];
        let length = bytes.len().min(buffer.remaining());
        let mut read = ReadBuf::new(&mut bytes[..length]);
        let result = ready!(Pin::new(&mut self.stream).poll_read(context, read.unfilled()));
        if result.is_err() || read.filled().is_empty() || is_unasked {
            return Poll::Ready(Err(io::Error::new(ConnectionReset, CUT_OFF)));
        }
        self.writing = Writing::Answered;
        buffer.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

impl Write for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.writing != Writing::Open {
            return Poll::Pending;
        }
        self.condition.traffic.set_flushed(false);
        let result = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.wrote(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.writing != Writing::Open {
            return Poll::Pending;
        }
        self.condition.traffic.set_flushed(false);
        let result = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, slices));
        self.wrote(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.writing != Writing::Open {
            return Poll::Pending;
        }
        let result = ready!(Pin::new(&mut self.stream).poll_flush(context));
        // hyper flushes only after it has written all it has
        self.condition.traffic.set_flushed(result.is_ok());
        self.written(result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.writing != Writing::Open {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

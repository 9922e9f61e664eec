//! [`Traffic`]: which bytes move on a connection, below TLS.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use super::{TransportError, TransportErrorKind};

/// As much may come before the head of an answer is complete, interim responses (1xx) included. S3's
/// heads have a few kilobytes; what sends more without coming to an end is no S3. Nor is it a proxy, or speaks TLS, where
/// a connection is still to be opened.
const BEFORE_HEAD: u64 = 256 * 1024;
/// The same between two pieces of a body in chunks: more than the HTTP library reads ahead. The size of a chunk may have
/// zeros in front of it, and blanks behind it, without end.
const BEFORE_PIECE: u64 = 1024 * 1024;
/// So many reads that complete neither count as movement: enough for interim responses of a server
/// that is at work, too few for one that sends a head byte by byte to hold a call for long.
const READS_BEFORE: u32 = 16;
/// Stands for a limit where nothing of the kind is waited for.
const NO_LIMIT: u64 = u64::MAX;

/// What has moved on a connection. Who writes and who reads have the connection to themselves, so its
/// counters need no more than to be seen.
#[derive(Debug)]
pub(super) struct Traffic {
    /// Counts up when bytes have moved on any connection to the same host.
    of_host: Arc<AtomicU64>,
    /// Bytes since it was opened.
    sent: AtomicU64,
    received: AtomicU64,
    /// How many bytes may come before what is waited for: a head, or a piece of a body in chunks.
    limit: AtomicU64,
    /// How many had come when that began, and how often something has come since.
    received_before: AtomicU64,
    reads: AtomicU32,
    /// A request is to be sent, and nothing of it was written: what comes now is not its answer.
    is_unasked: AtomicBool,
    /// Whether all that was to be written is.
    is_flushed: AtomicBool,
}

impl Traffic {
    pub(super) fn new(of_host: Arc<AtomicU64>) -> Self {
        Self {
            of_host,
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
            // to open a connection takes no more: the head of a proxy's answer, and certificates
            limit: AtomicU64::new(BEFORE_HEAD),
            received_before: AtomicU64::new(0),
            reads: AtomicU32::new(0),
            is_unasked: AtomicBool::new(false),
            is_flushed: AtomicBool::new(true),
        }
    }

    /// From here on a request is written, and the head of its answer waited for.
    pub(super) fn expect_head(&self) {
        self.is_unasked.store(true, Ordering::Relaxed);
        self.expect(BEFORE_HEAD);
    }

    /// From here on a piece of a body is waited for that does not tell its length.
    pub(super) fn expect_piece(&self) {
        self.expect(BEFORE_PIECE);
    }

    fn expect(&self, limit: u64) {
        let received = self.received.load(Ordering::Relaxed);
        self.received_before.store(received, Ordering::Relaxed);
        self.reads.store(0, Ordering::Relaxed);
        self.limit.store(limit, Ordering::Relaxed);
    }

    /// From here on a body comes whose length is known.
    pub(super) fn end_head(&self) {
        self.limit.store(NO_LIMIT, Ordering::Relaxed);
    }

    /// Something of the request was written.
    pub(super) fn asked(&self) {
        self.is_unasked.store(false, Ordering::Relaxed);
    }

    pub(super) fn is_unasked(&self) -> bool {
        self.is_unasked.load(Ordering::Relaxed)
    }

    pub(super) fn set_flushed(&self, is_flushed: bool) {
        self.is_flushed.store(is_flushed, Ordering::Relaxed);
    }

    pub(super) fn is_flushed(&self) -> bool {
        self.is_flushed.load(Ordering::Relaxed)
    }

    /// Changes whenever bytes have moved.
    pub(super) fn moved(&self) -> u64 {
        let received = match self.limit.load(Ordering::Relaxed) {
            NO_LIMIT => self.received.load(Ordering::Relaxed),
            _ => {
                let before = self.received_before.load(Ordering::Relaxed);
                let reads = self.reads.load(Ordering::Relaxed);
                before + u64::from(reads.min(READS_BEFORE))
            }
        };
        self.sent.load(Ordering::Relaxed).wrapping_add(received)
    }

    pub(super) fn sent(&self, bytes: usize) {
        add(&self.sent, bytes);
        self.of_host.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether more may be read: not where too much has come that is neither head nor body.
    pub(super) fn may_receive(&self) -> io::Result<()> {
        let limit = self.limit.load(Ordering::Relaxed);
        let before = self.received_before.load(Ordering::Relaxed);
        if self.received.load(Ordering::Relaxed) - before < limit {
            return Ok(());
        }
        let text = match limit {
            BEFORE_HEAD => format!("{limit} bytes came without a complete head"),
            _ => format!("{limit} bytes came between chunks without any of the body"),
        };
        let error =
            TransportError::because(TransportErrorKind::Protocol, "the answer is not HTTP", text);
        Err(io::Error::new(io::ErrorKind::InvalidData, error))
    }

    pub(super) fn received(&self, bytes: usize) {
        add(&self.received, bytes);
        self.of_host.fetch_add(1, Ordering::Relaxed);
        if self.limit.load(Ordering::Relaxed) != NO_LIMIT {
            let reads = self.reads.load(Ordering::Relaxed);
            self.reads.store(reads.saturating_add(1), Ordering::Relaxed);
        }
    }
}

fn add(counter: &AtomicU64, bytes: usize) {
    let count = counter.load(Ordering::Relaxed);
    counter.store(count + bytes as u64, Ordering::Relaxed);
}

//! [`Traffic`]: which bytes move on a connection, below TLS.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::{TransportError, TransportErrorKind};

/// As much may come before the head of an answer is complete, interim responses (1xx) included. S3's
/// heads have a few kilobytes; what sends more without coming to an end is no S3.
const BEFORE_HEAD: u64 = 256 * 1024;
/// So many reads that do not complete the head count as movement: enough for interim responses of a
/// server that is at work, too few for one that sends a head byte by byte to hold a call for long.
const READS_BEFORE_HEAD: u32 = 16;
/// Stands for a head that nobody waits for.
const NO_HEAD: u64 = u64::MAX;

/// What has moved on a connection. Who writes and who reads have the connection to themselves, so its
/// counters need no more than to be seen.
#[derive(Debug)]
pub(super) struct Traffic {
    /// Counts up when bytes have moved on any connection to the same host.
    of_host: Arc<AtomicU64>,
    /// Bytes since it was opened.
    sent: AtomicU64,
    received: AtomicU64,
    /// Bytes and reads since a head is waited for.
    before_head: AtomicU64,
    reads_before_head: AtomicU32,
}

impl Traffic {
    pub(super) fn new(of_host: Arc<AtomicU64>) -> Self {
        Self {
            of_host,
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
            before_head: AtomicU64::new(NO_HEAD),
            reads_before_head: AtomicU32::new(0),
        }
    }

    /// From here on the head of an answer is waited for.
    pub(super) fn expect_head(&self) {
        self.reads_before_head.store(0, Ordering::Relaxed);
        self.before_head.store(0, Ordering::Relaxed);
    }

    /// It has come.
    pub(super) fn end_head(&self) {
        self.before_head.store(NO_HEAD, Ordering::Relaxed);
    }

    /// Changes whenever bytes have moved.
    pub(super) fn moved(&self) -> u64 {
        let received = match self.before_head.load(Ordering::Relaxed) {
            NO_HEAD => self.received.load(Ordering::Relaxed),
            _ => {
                let reads = self.reads_before_head.load(Ordering::Relaxed);
                reads.min(READS_BEFORE_HEAD).into()
            }
        };
        self.sent.load(Ordering::Relaxed).wrapping_add(received)
    }

    pub(super) fn sent(&self, bytes: usize) {
        add(&self.sent, bytes);
        self.of_host.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether more may be read: not where too much has come that is no head.
    pub(super) fn may_receive(&self) -> io::Result<()> {
        let before = self.before_head.load(Ordering::Relaxed);
        if before == NO_HEAD || before < BEFORE_HEAD {
            return Ok(());
        }
        let text = format!("{BEFORE_HEAD} bytes came without a complete head");
        let error =
            TransportError::because(TransportErrorKind::Protocol, "the answer is not HTTP", text);
        Err(io::Error::new(io::ErrorKind::InvalidData, error))
    }

    pub(super) fn received(&self, bytes: usize) {
        add(&self.received, bytes);
        self.of_host.fetch_add(1, Ordering::Relaxed);
        if self.before_head.load(Ordering::Relaxed) != NO_HEAD {
            add(&self.before_head, bytes);
            let reads = self.reads_before_head.load(Ordering::Relaxed);
            self.reads_before_head
                .store(reads.saturating_add(1), Ordering::Relaxed);
        }
    }
}

fn add(counter: &AtomicU64, bytes: usize) {
    let count = counter.load(Ordering::Relaxed);
    counter.store(count + bytes as u64, Ordering::Relaxed);
}

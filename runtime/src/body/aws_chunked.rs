//! The coding `aws-chunked`: a body in chunks, followed by its checksum.
//!
//! Chunk sizes follow from the length of the body alone, so the length of the coded body is known
//! before the first byte is.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::{BodyFailure, Measured, Pieces};
use crate::checksum::{Algorithm, Hasher};
use crate::signing::{ChunkSigner, PayloadHasher};

/// Length of a chunk, in which nothing is held back.
const CHUNK: u64 = 1024 * 1024;
/// Length of a chunk that is signed: its signature comes first, so all of it is held.
const SIGNED_CHUNK: u64 = 64 * 1024;
const SIGNATURE: &str = ";chunk-signature=";
const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature:";
/// Hexadecimal digits of a signature.
const DIGITS: u64 = 64;

/// How a body is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coding {
    /// The checksum behind the chunks.
    pub(crate) trailer: Option<Algorithm>,
    /// Whether chunks are signed.
    pub(crate) signed: bool,
}

impl Coding {
    /// How long a body of `length` bytes becomes.
    pub(crate) fn coded_length(self, length: u64) -> u64 {
        let size = self.chunk_size();
        let (full, rest) = (length / size, length % size);
        let mut coded = full.saturating_mul(size + self.frame_length(size));
        if rest > 0 {
            coded = coded.saturating_add(rest + self.frame_length(rest));
        }
        // the last chunk is empty; what would end its bytes ends the trailing fields
        coded = coded.saturating_add(self.frame_length(0));
        if let Some(algorithm) = self.trailer {
            let value = algorithm.digest_length().div_ceil(3) * 4;
            coded = coded.saturating_add((algorithm.header().len() + 1 + value + 2) as u64);
            if self.signed {
                coded = coded.saturating_add(TRAILER_SIGNATURE.len() as u64 + DIGITS + 2);
            }
        }
        coded
    }

    /// What surrounds the bytes of a chunk.
    fn frame_length(self, size: u64) -> u64 {
        let digits = u64::from(size.max(1).ilog2() / 4 + 1);
        let signature = if self.signed {
            SIGNATURE.len() as u64 + DIGITS
        } else {
            0
        };
        digits + signature + 2 + 2
    }

    fn chunk_size(self) -> u64 {
        if self.signed { SIGNED_CHUNK } else { CHUNK }
    }
}

/// A coded body, piece by piece. No byte of the body is copied.
pub(crate) struct AwsChunked {
    pieces: Measured,
    coding: Coding,
    hasher: Option<Hasher>,
    signer: Option<ChunkSigner>,
    /// Bytes that belong to later chunks than the open one.
    left: u64,
    /// Bytes that the open chunk still lacks.
    open: u64,
    /// The length of the open chunk.
    size: u64,
    /// The pieces of the open chunk and their hash, if it is to be signed.
    held: Vec<Bytes>,
    hash: PayloadHasher,
    ready: VecDeque<Bytes>,
    /// What ends the chunk before.
    end: &'static str,
    done: bool,
    sent: SentSum,
}

/// The checksum that was sent after a body, for the comparison with the answer.
pub(crate) type SentSum = Arc<Mutex<Option<(Algorithm, String)>>>;

impl AwsChunked {
    /// Stores the checksum that is sent at the end.
    pub(crate) fn telling(mut self, sent: SentSum) -> Self {
        self.sent = sent;
        self
    }

    /// `signer` must be there if the coding is a signed one.
    pub(crate) fn new(
        pieces: Pieces,
        length: u64,
        coding: Coding,
        signer: Option<ChunkSigner>,
    ) -> Self {
        Self {
            pieces: Measured::new(pieces, length),
            coding,
            hasher: coding.trailer.map(Hasher::new),
            signer,
            left: length,
            open: 0,
            size: 0,
            held: Vec::new(),
            hash: PayloadHasher::new(),
            ready: VecDeque::new(),
            end: "",
            done: false,
            sent: SentSum::default(),
        }
    }

    fn take(&mut self, mut piece: Bytes) {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&piece);
        }
        while !piece.is_empty() {
            if self.open == 0 {
                self.begin();
            }
            // no more than the length of the piece
            let length = self.open.min(piece.len() as u64) as usize;
            let part = piece.split_to(length);
            self.open -= length as u64;
            if self.signer.is_none() {
                self.ready.push_back(part);
                continue;
            }
            self.hash.update(&part);
            self.held.push(part);
            if self.open == 0 {
                self.write_head(self.size);
                self.ready.extend(self.held.drain(..));
            }
        }
    }

    /// Opens the next chunk.
    fn begin(&mut self) {
        self.size = self.left.min(self.coding.chunk_size());
        self.open = self.size;
        self.left -= self.size;
        if self.signer.is_none() {
            self.write_head(self.size);
        }
    }

    fn write_head(&mut self, size: u64) {
        let mut head = format!("{}{size:x}", self.end);
        if let Some(signer) = &mut self.signer {
            head.push_str(SIGNATURE);
            head.push_str(signer.chunk(std::mem::take(&mut self.hash)));
        }
        head.push_str("\r\n");
        self.end = "\r\n";
        self.ready.push_back(head.into());
    }

    /// The empty chunk and the trailing fields.
    fn finish(&mut self) {
        self.write_head(0);
        let mut fields = String::new();
        if let (Some(algorithm), Some(hasher)) = (self.coding.trailer, self.hasher.take()) {
            let (name, value) = (algorithm.header(), hasher.finish());
            fields = format!("{name}:{value}\r\n");
            let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            *sent = Some((algorithm, value.to_string()));
            if let Some(signer) = &mut self.signer {
                let signature = signer.trailer(&format!("{name}:{value}\n"));
                fields.push_str(&format!("{TRAILER_SIGNATURE}{signature}\r\n"));
            }
        }
        fields.push_str("\r\n");
        self.ready.push_back(fields.into());
        self.done = true;
    }
}

impl Stream for AwsChunked {
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(piece) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(piece)));
            }
            if this.done {
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut this.pieces).poll_next(context)) {
                Some(Ok(piece)) => this.take(piece),
                Some(Err(failure)) => {
                    this.done = true;
                    return Poll::Ready(Some(Err(failure)));
                }
                None => this.finish(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn coded(bytes: &[u8], piece: usize, coding: Coding) -> String {
        let pieces: Vec<_> = bytes.chunks(piece).map(Bytes::copy_from_slice).collect();
        let pieces = Box::pin(Listed(pieces.into()));
        let length = bytes.len() as u64;
        let mut stream = AwsChunked::new(pieces, length, coding, None);
        let mut context = Context::from_waker(Waker::noop());
        let mut all = Vec::new();
        while let Poll::Ready(Some(piece)) = Pin::new(&mut stream).poll_next(&mut context) {
            all.extend_from_slice(&piece.unwrap());
        }
        assert_eq!(all.len() as u64, coding.coded_length(length));
        String::from_utf8(all).unwrap()
    }

    struct Listed(VecDeque<Bytes>);

    impl Stream for Listed {
        type Item = Result<Bytes, BodyFailure>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(self.0.pop_front().map(Ok))
        }
    }

    const CRC32: Coding = Coding {
        trailer: Some(Algorithm::Crc32),
        signed: false,
    };

    /// As a recorded client sent it.
    #[test]
    fn the_checksum_follows_the_chunks() {
        for piece in [3, 100] {
            let coding = Coding {
                trailer: Some(Algorithm::Xxhash64),
                ..CRC32
            };
            assert_eq!(
                coded(b"hello zonal world\n", piece, coding),
                "12\r\nhello zonal world\n\r\n0\r\nx-amz-checksum-xxhash64:AYntD20msd0=\r\n\r\n"
            );
        }
    }

    #[test]
    fn chunks_are_cut_by_length_and_not_by_pieces() {
        let bytes = vec![b'x'; 2 * CHUNK as usize + 16];
        for piece in [100_000, CHUNK as usize, bytes.len()] {
            let text = coded(&bytes, piece, CRC32);
            let sizes: Vec<_> = text
                .split("\r\n")
                .filter(|line| line.len() < 10 && !line.is_empty())
                .collect();
            assert_eq!(sizes, ["100000", "100000", "10", "0"], "{piece}");
        }
    }

    #[test]
    fn lengths_are_known_before() {
        let signed = Coding {
            trailer: Some(Algorithm::Crc32),
            signed: true,
        };
        // the example of S3's documentation, of 66,560 bytes: 65,536 and 1,024
        let chunk = |digits: u64, size: u64| digits + 17 + 64 + 2 + size + 2;
        let fields = "x-amz-checksum-crc32:DUoRhQ==\r\n".len() as u64 + 24 + 64 + 2;
        assert_eq!(
            signed.coded_length(66_560),
            chunk(5, 65_536) + chunk(3, 1024) + chunk(1, 0) + fields
        );
        assert_eq!(signed.coded_length(u64::MAX), u64::MAX);
    }
}

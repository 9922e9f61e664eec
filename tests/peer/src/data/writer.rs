//! Takes bytes as they come and makes [`Data`] of them.

use super::spill::BLOCK;
use super::{Data, Piece, Spill};
use bytes::Bytes;
use std::io;
use std::sync::Arc;

/// Bytes on their way into memory or a file: no more than one block of them is in memory.
pub(crate) struct Writer {
    spill: Spill,
    /// So many bytes are kept, the others are only counted.
    keep: usize,
    length: usize,
    written: Data,
    buffer: Vec<u8>,
}

impl Writer {
    /// Keeps so many bytes.
    pub(crate) fn new(spill: &Spill, keep: usize) -> Self {
        Self {
            spill: spill.clone(),
            keep,
            length: 0,
            written: Data::default(),
            buffer: Vec::new(),
        }
    }

    /// How many bytes came.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        let kept = self.keep.saturating_sub(self.length).min(bytes.len());
        self.length = self.length.saturating_add(bytes.len());
        let mut rest = &bytes[..kept];
        while !rest.is_empty() {
            if self.buffer.len() == BLOCK {
                let block = Arc::new(self.spill.write(&self.buffer)?);
                self.written.push(Piece::File(block, 0..BLOCK));
                self.buffer.clear();
            }
            let room = rest.len().min(BLOCK - self.buffer.len());
            self.buffer.extend_from_slice(&rest[..room]);
            rest = &rest[room..];
        }
        Ok(())
    }

    /// What was kept.
    pub(crate) fn finish(mut self) -> Data {
        self.buffer.shrink_to_fit();
        self.written.push(Piece::Memory(Bytes::from(self.buffer)));
        self.written
    }
}

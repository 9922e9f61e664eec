//! The bytes of objects and of request bodies: in memory, or where there are more than one block of them, in a file.

mod spill;
mod writer;

pub(crate) use spill::Spill;
pub(crate) use writer::Writer;

use bytes::Bytes;
use spill::Block;
use std::io;
use std::ops::Range;
use std::sync::Arc;

/// The content of an object. At most 1 MiB of what a client sent is in memory, the rest in a temporary file.
///
/// It can be compared with everything that is bytes: `assert_eq!(object.data, "hello")`.
#[derive(Clone, Default)]
pub struct Data {
    /// Each with its offset, in order, none of them empty.
    pieces: Vec<(usize, Piece)>,
    length: usize,
}

#[derive(Clone)]
enum Piece {
    Memory(Bytes),
    File(Arc<Block>, Range<usize>),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Memory(bytes) => bytes.len(),
            Self::File(_, range) => range.len(),
        }
    }

    fn slice(&self, wanted: Range<usize>) -> Self {
        match self {
            Self::Memory(bytes) => Self::Memory(bytes.slice(wanted)),
            Self::File(block, range) => {
                let range = range.start + wanted.start..range.start + wanted.end;
                Self::File(Arc::clone(block), range)
            }
        }
    }

    fn read(&self) -> io::Result<Bytes> {
        match self {
            Self::Memory(bytes) => Ok(bytes.clone()),
            Self::File(block, range) => block.read(range.clone()).map(Bytes::from),
        }
    }
}

impl Data {
    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// All of it, in memory.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read.
    pub fn to_bytes(&self) -> io::Result<Bytes> {
        if let [(_, Piece::Memory(bytes))] = self.pieces.as_slice() {
            return Ok(bytes.clone());
        }
        let mut all = Vec::with_capacity(self.length);
        for piece in self.pieces() {
            all.extend_from_slice(&piece?);
        }
        Ok(all.into())
    }

    /// Its pieces, one after the other. Those from the file are short, so that the allocator has memory for them
    /// which the kernel need not clear again.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = io::Result<Bytes>> + '_ {
        const READ: usize = 64 * 1024;
        self.pieces.iter().flat_map(|(_, piece)| {
            let size = match piece {
                Piece::Memory(bytes) => bytes.len(),
                Piece::File(..) => READ,
            };
            let starts = (0..piece.len()).step_by(size);
            starts.map(move |at| piece.slice(at..piece.len().min(at + size)).read())
        })
    }

    /// Up to `most` bytes from an offset; fewer at the end of a piece, none at the end.
    pub(crate) fn read(&self, at: usize, most: usize) -> io::Result<Bytes> {
        let after = self.pieces.partition_point(|(start, _)| *start <= at);
        let Some((start, piece)) = after
            .checked_sub(1)
            .and_then(|index| self.pieces.get(index))
        else {
            return Ok(Bytes::new());
        };
        let from = (at - start).min(piece.len());
        piece
            .slice(from..piece.len().min(from.saturating_add(most)))
            .read()
    }

    /// Its first bytes.
    pub(crate) fn prefix(&self, most: usize) -> io::Result<Bytes> {
        self.slice(0..most.min(self.length)).to_bytes()
    }

    /// A part of it, which shares the bytes; what is beyond its end is left out.
    pub(crate) fn slice(&self, range: Range<usize>) -> Self {
        let mut slice = Self::default();
        let after = |end: usize| self.pieces.partition_point(|(start, _)| *start < end);
        let first = after(range.start.saturating_add(1)).saturating_sub(1);
        let touched = self.pieces.get(first..after(range.end)).unwrap_or_default();
        for (start, piece) in touched {
            let from = range.start.clamp(*start, start + piece.len()) - start;
            let to = range.end.clamp(*start, start + piece.len()) - start;
            if from < to {
                slice.push(piece.slice(from..to));
            }
        }
        slice
    }

    /// All of them in order, sharing their bytes.
    pub(crate) fn concat(all: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self::default();
        let pieces = all.into_iter().flat_map(|data| data.pieces);
        pieces.for_each(|(_, piece)| whole.push(piece));
        whole
    }

    fn push(&mut self, piece: Piece) {
        let length = piece.len();
        if length > 0 {
            self.pieces.push((self.length, piece));
            self.length += length;
        }
    }

    fn equals(&self, other: &[u8]) -> io::Result<bool> {
        if self.length != other.len() {
            return Ok(false);
        }
        let mut rest = other;
        for piece in self.pieces() {
            let piece = piece?;
            let (same, after) = rest.split_at(piece.len());
            if piece != same {
                return Ok(false);
            }
            rest = after;
        }
        Ok(true)
    }
}

impl From<Bytes> for Data {
    fn from(bytes: Bytes) -> Self {
        let mut data = Self::default();
        data.push(Piece::Memory(bytes));
        data
    }
}

impl From<Vec<u8>> for Data {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl<T: AsRef<[u8]> + ?Sized> PartialEq<T> for Data {
    fn eq(&self, other: &T) -> bool {
        self.equals(other.as_ref()).unwrap_or_else(|error| {
            tracing::error!(%error, "the temporary file cannot be read");
            false
        })
    }
}

impl PartialEq for Data {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && other.to_bytes().is_ok_and(|other| *self == other)
    }
}

impl Eq for Data {}

impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SHOWN: usize = 64;
        match self.to_bytes() {
            Ok(bytes) if self.length <= SHOWN => bytes.fmt(f),
            _ => write!(f, "{} bytes", self.length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::spill::BLOCK;
    use super::*;

    /// Bytes that differ from block to block.
    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at / 1000) as u8).collect()
    }

    fn written(bytes: &[u8], spill: &Spill) -> Data {
        let mut writer = Writer::new(spill, usize::MAX);
        for some in bytes.chunks(300_000) {
            writer.push(some).expect("a file");
        }
        assert_eq!(writer.length(), bytes.len());
        writer.finish()
    }

    #[test]
    fn what_was_written_comes_back() {
        for length in [0, 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7] {
            let spill = Spill::default();
            let bytes = bytes(length);
            let data = written(&bytes, &spill);
            assert!(data == bytes, "{length}");
            assert_eq!(data.to_bytes().expect("a file"), bytes, "{length}");
            assert_eq!(spill.blocks(), length.saturating_sub(1) / BLOCK, "{length}");
            drop(data);
            assert_eq!(spill.blocks(), 0, "{length}");
        }
    }

    #[test]
    fn slices_and_joints_are_right() {
        let spill = Spill::default();
        let bytes = bytes(3 * BLOCK + 10);
        let data = written(&bytes, &spill);
        let ends = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 10];
        for (at, start) in ends.into_iter().enumerate() {
            for end in ends.into_iter().skip(at) {
                assert!(
                    data.slice(start..end) == bytes[start..end],
                    "{start}..{end}"
                );
            }
            let both = Data::concat([data.slice(0..start), data.slice(start..data.len())]);
            assert!(both == data, "{start}");
            let some = data.read(start, 1000).expect("a file");
            assert_eq!(some.is_empty(), start == data.len(), "{start}");
            assert!(bytes[start..].starts_with(&some), "{start}");
        }
        assert!(data != bytes[1..] && data != vec![0; bytes.len()]);
        assert_eq!(data.prefix(5).expect("a file"), &bytes[..5]);
    }

    #[test]
    fn a_writer_keeps_no_more_than_it_may() {
        let spill = Spill::default();
        let mut writer = Writer::new(&spill, 10);
        for _ in 0..3 {
            writer.push(&bytes(BLOCK)).expect("a file");
        }
        assert_eq!((writer.length(), writer.finish().len()), (3 * BLOCK, 10));
        assert_eq!(spill.blocks(), 0);
    }
}

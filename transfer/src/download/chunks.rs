//! The pieces of a download.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::open::Opened;

/// A range of the object that one worker reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// The index, from 0.
    pub(super) index: usize,
    /// The range in the object.
    pub(super) start: u64,
    pub(super) end: u64,
}

impl Chunk {
    pub(super) fn length(&self) -> u64 {
        self.end - self.start
    }

    /// The number in events, from 1.
    pub(super) fn number(&self) -> u64 {
        self.index as u64 + 1
    }
}

/// Pieces of a size. None of them crosses the end of a part of the object.
pub(super) fn chunks(opened: &Opened, size: u64) -> Chunks {
    Chunks {
        index: 0,
        at: opened.start,
        end: opened.end,
        size,
        boundaries: opened.promise.boundaries().into_iter().peekable(),
    }
}

/// The pieces, computed one by one, because a server may claim any length.
pub(super) struct Chunks {
    index: usize,
    at: u64,
    end: u64,
    size: u64,
    boundaries: Peekable<IntoIter<u64>>,
}

impl Iterator for Chunks {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        if self.at >= self.end {
            return None;
        }
        let (index, start) = (self.index, self.at);
        while self
            .boundaries
            .next_if(|boundary| *boundary <= start)
            .is_some()
        {}
        let limit = self
            .boundaries
            .peek()
            .map_or(self.end, |boundary| self.end.min(*boundary));
        let end = start.saturating_add(self.size).min(limit);
        (self.index, self.at) = (index + 1, end);
        Some(Chunk { index, start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_keep_to_parts() {
        let ends = |start, end, size, boundaries: &[u64]| {
            let chunks = Chunks {
                index: 0,
                at: start,
                end,
                size,
                boundaries: Vec::from(boundaries).into_iter().peekable(),
            };
            let chunks: Vec<_> = chunks.collect();
            let mut at = start;
            for chunk in &chunks {
                assert_eq!(chunk.start, at);
                at = chunk.end;
            }
            chunks.iter().map(|chunk| chunk.end).collect::<Vec<_>>()
        };
        assert_eq!(ends(0, 0, 8, &[]), [0; 0]);
        assert_eq!(ends(0, 16, 8, &[]), [8, 16]);
        assert_eq!(ends(3, 20, 8, &[]), [11, 19, 20]);
        assert_eq!(ends(0, 25, 8, &[10, 20, 25]), [8, 10, 18, 20, 25]);
        // an empty part, and one that ends after the object
        assert_eq!(ends(0, 12, 8, &[0, 8, 8, 99]), [8, 12]);
    }
}

//! One temporary file for everything that is not kept in memory, in blocks of one size.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The size of a block.
pub(super) const BLOCK: usize = 1024 * 1024;

/// The file. It has no name, so nothing of it is left when the process ends, however it ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spill(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Where the file is made; where temporary files are, if not set.
    directory: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Made when it is first needed.
    file: Option<File>,
    /// How many blocks the file has.
    blocks: u64,
    /// Those of them that are not in use.
    free: Vec<u64>,
}

impl Spill {
    pub(crate) fn new(directory: Option<PathBuf>) -> Self {
        Self(Arc::new(Shared {
            directory,
            ..Shared::default()
        }))
    }

    /// Writes up to a block of bytes.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<Block> {
        let mut state = self.0.lock();
        let index = state.free.last().copied().unwrap_or(state.blocks);
        if state.file.is_none() {
            state.file = Some(match &self.0.directory {
                Some(directory) => tempfile::tempfile_in(directory)?,
                None => tempfile::tempfile()?,
            });
        }
        state.at(index, 0)?.write_all(bytes)?;
        if state.free.pop().is_none() {
            state.blocks += 1;
        }
        Ok(Block {
            shared: Arc::clone(&self.0),
            index,
        })
    }

    /// How many blocks are in use.
    #[cfg(test)]
    pub(crate) fn blocks(&self) -> usize {
        let state = self.0.lock();
        usize::try_from(state.blocks).unwrap_or(usize::MAX) - state.free.len()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The file, at an offset in a block.
    fn at(&mut self, index: u64, offset: usize) -> io::Result<&mut File> {
        let file = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        let offset = u64::try_from(offset).unwrap_or(u64::MAX);
        let block = u64::try_from(BLOCK).unwrap_or(u64::MAX);
        file.seek(SeekFrom::Start(index * block + offset))?;
        Ok(file)
    }
}

/// A block of the file. Once it is dropped, others may be written there.
#[derive(Debug)]
pub(super) struct Block {
    shared: Arc<Shared>,
    index: u64,
}

impl Block {
    pub(super) fn read(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; range.len()];
        let mut state = self.shared.lock();
        state.at(self.index, range.start)?.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.free.push(self.index);
        if u64::try_from(state.free.len()) == Ok(state.blocks) {
            // nothing is in use: the disk gets its space back
            state.free.clear();
            state.blocks = 0;
            if let Some(Err(error)) = state.file.as_ref().map(|file| file.set_len(0)) {
                tracing::warn!(%error, "the temporary file was not emptied");
            }
        }
    }
}

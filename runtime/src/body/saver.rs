//! [`FileSaver`]: a file that takes its name when it is complete.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::draft::Draft;
use super::target;

/// A file that is written under another name, in any order, and takes its own name when it is complete.
///
/// Which file that is, and what becomes of one that is there, is as [`ByteStream::to_file`] has it. Dropped before
/// [`finish`](Self::finish), it removes its draft. All methods may block.
///
/// ```
/// # fn example() -> std::io::Result<()> {
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("object");
/// use zonal_runtime::body::FileSaver;
///
/// let saver = FileSaver::open(&path)?;
/// saver.write_at(6, b"world")?;
/// saver.write_at(0, b"hello ")?;
/// assert!(!path.exists());
/// saver.finish()?;
/// assert_eq!(std::fs::read(&path)?, b"hello world");
/// # Ok(())
/// # }
/// # example().unwrap();
/// ```
///
/// [`ByteStream::to_file`]: super::ByteStream::to_file
#[derive(Debug)]
pub struct FileSaver {
    // closed before the draft is renamed or removed
    file: File,
    draft: Option<Draft>,
}

impl FileSaver {
    /// Begins a draft of the file, or opens what can only be written in place: see [`draft`](Self::draft).
    ///
    /// # Errors
    ///
    /// As [`ByteStream::to_file`](super::ByteStream::to_file): a directory, a file without write permission.
    pub fn open(path: &Path) -> io::Result<Self> {
        match target::open(path)? {
            target::Open::File(file, draft) => Ok(Self { file, draft }),
            #[cfg(unix)]
            target::Open::Pipe(pipe) => {
                let file = File::options().write(true).open(pipe)?;
                Ok(Self { file, draft: None })
            }
        }
    }

    /// Goes on with a draft that was [kept](Self::keep), or left behind by a process that was killed. `name` is the
    /// name that [`draft`](Self::draft) told, without its directory.
    ///
    /// # Errors
    ///
    /// [`NotFound`](io::ErrorKind::NotFound) where it is gone; a name that no draft of this file has.
    pub fn reopen(path: &Path, name: &str) -> io::Result<Self> {
        let draft = Draft::reopen(target::end_of_links(path)?, name)?;
        let file = File::options().write(true).open(draft.path())?;
        let draft = Some(draft);
        Ok(Self { file, draft })
    }

    /// Where the bytes are until the file is complete. `None` for pipes, devices and whatever else is written in
    /// place: that must be written in order.
    pub fn draft(&self) -> Option<&Path> {
        self.draft.as_ref().map(Draft::path)
    }

    /// Sets aside the space for a file of this length, so that a full disk shows before anything is transferred. Where
    /// the file system cannot do that, the file is given its length and no space.
    ///
    /// # Errors
    ///
    /// [`StorageFull`](io::ErrorKind::StorageFull), [`QuotaExceeded`](io::ErrorKind::QuotaExceeded).
    pub fn set_aside(&self, length: u64) -> io::Result<()> {
        target::set_aside(&self.file, length)
    }

    /// Writes bytes at an offset from the beginning. Several threads may do so at once.
    pub fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        target::write_at(&self.file, offset, bytes)
    }

    /// Writes bytes behind those that were written so before: all that a pipe can do.
    pub fn write(&self, bytes: &[u8]) -> io::Result<()> {
        io::Write::write_all(&mut &self.file, bytes)
    }

    /// Leaves the draft where it is, for a later [`reopen`](Self::reopen); gives back its path.
    pub fn keep(self) -> Option<PathBuf> {
        drop(self.file);
        self.draft.map(Draft::keep)
    }

    /// Gives the file its name. It is not synced to its disk.
    pub fn finish(self) -> io::Result<()> {
        drop(self.file);
        self.draft.map_or(Ok(()), Draft::finish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_was_kept_is_gone_on_with() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("object");
        let saver = FileSaver::open(&path).unwrap();
        saver.set_aside(6).unwrap();
        saver.write_at(3, b"def").unwrap();
        let draft = saver.keep().unwrap();
        let name = draft.file_name().unwrap().to_str().unwrap();
        let saver = FileSaver::reopen(&path, name).unwrap();
        saver.write_at(0, b"abc").unwrap();
        saver.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"abcdef");
        let gone = FileSaver::reopen(&path, name).unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_draft_has_the_name_of_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("object");
        std::fs::write(directory.path().join("other"), "precious").unwrap();
        for name in [
            "other",
            "../other",
            ".object.part",
            "/etc/passwd",
            "",
            ".object./x.part",
        ] {
            let refused = FileSaver::reopen(&path, name).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{name}");
        }
    }

    #[test]
    fn a_draft_that_is_dropped_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("object");
        drop(FileSaver::open(&path).unwrap());
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}

//! A file, or a range of one, as the body of a request.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use tokio::task::{JoinHandle, spawn_blocking};

use super::Pieces;
use super::failure::BodyFailure;
use crate::blocking::off_thread;

/// How many bytes are read at once by another thread. The next piece is read while one is sent.
const PIECE: u64 = 256 * 1024;
/// How many bytes are read at once if the kernel has them in memory: they are hashed and sent while the processor still
/// has them in its cache.
#[cfg(target_os = "linux")]
const CACHED: u64 = 64 * 1024;

/// Which bytes of which file. It is opened for every attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileRange {
    path: Arc<Path>,
    /// Offset and length; `None`: all of it.
    range: Option<(u64, u64)>,
}

impl FileRange {
    pub(super) fn whole(path: PathBuf) -> Self {
        Self {
            path: path.into(),
            range: None,
        }
    }

    pub(super) fn new(path: PathBuf, offset: u64, length: u64) -> Self {
        Self {
            path: path.into(),
            range: Some((offset, length)),
        }
    }

    pub(super) fn length(&self) -> Option<u64> {
        self.range.map(|(_, length)| length)
    }

    /// The length of the range, or of the file as it is now.
    pub(super) async fn find_length(&self) -> Result<u64, BodyFailure> {
        if let Some((_, length)) = self.range {
            return Ok(length);
        }
        let path = Arc::clone(&self.path);
        let metadata = off_thread(move || std::fs::metadata(path)).await;
        let metadata = metadata.map_err(|error| unreadable(&self.path, error))?;
        if metadata.is_file() {
            Ok(metadata.len())
        } else {
            Err(BodyFailure::file(&self.path, "is not a regular file", None))
        }
    }

    /// Opens the file, which must contain the range, or have its earlier length.
    pub(super) async fn open(&self, length: u64) -> Result<Pieces, BodyFailure> {
        let path = Arc::clone(&self.path);
        let offset = self.range.map_or(0, |(offset, _)| offset);
        let end = offset.checked_add(length);
        let opened = off_thread(move || {
            let mut file = File::open(path)?;
            let size = file.metadata()?.len();
            if offset > 0 && offset <= size {
                file.seek(SeekFrom::Start(offset))?;
            }
            Ok((file, size))
        })
        .await;
        let (file, size) = opened.map_err(|error| unreadable(&self.path, error))?;
        let problem = match self.range {
            None if size != length => Some("has changed its length since the call began"),
            Some(_) if end.is_none_or(|end| end > size) => Some("ends before the range to send"),
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(BodyFailure::file(&self.path, problem, None));
        }
        Ok(Box::pin(FilePieces {
            path: Arc::clone(&self.path),
            left: length,
            size: self.range.is_none().then_some(size),
            next: match length {
                0 => Next::Nothing,
                _ => Next::At(file),
            },
        }))
    }
}

fn unreadable(path: &Path, error: io::Error) -> BodyFailure {
    BodyFailure::file(path, "cannot be read", Some(error))
}

type Piece = (File, Vec<u8>);

fn read(file: File, left: u64) -> JoinHandle<io::Result<Piece>> {
    let length = left.min(PIECE);
    spawn_blocking(move || {
        let mut piece = Vec::with_capacity(length as usize);
        (&file).take(length).read_to_end(&mut piece)?;
        Ok((file, piece))
    })
}

/// The next bytes, if the kernel has them in memory. Another thread would take longer to wake than they take to read.
#[cfg(target_os = "linux")]
fn read_cached(file: &File, left: u64) -> Option<Vec<u8>> {
    use rustix::io::{ReadWriteFlags, preadv2};
    /// Read at the position of the file, and move it.
    const POSITION: u64 = u64::MAX;
    let mut piece = vec![0; left.min(CACHED) as usize];
    let slice = &mut [io::IoSliceMut::new(&mut piece)];
    let read = preadv2(file, slice, POSITION, ReadWriteFlags::NOWAIT).ok()?;
    piece.truncate(read);
    // some kernels say that a file ends here if they would have to wait
    (read > 0).then_some(piece)
}

#[cfg(not(target_os = "linux"))]
fn read_cached(_: &File, _: u64) -> Option<Vec<u8>> {
    None
}

struct FilePieces {
    path: Arc<Path>,
    left: u64,
    /// How long the file was when it was opened, if all of it is sent.
    size: Option<u64>,
    next: Next,
}

/// Where the next piece comes from.
enum Next {
    Nothing,
    /// The position of the file.
    At(File),
    /// A thread that reads it.
    Thread(JoinHandle<io::Result<Piece>>),
}

impl FilePieces {
    /// Counts a piece; whether there is more to come.
    fn count(&mut self, file: &File, piece: &[u8]) -> Result<bool, BodyFailure> {
        let changed = |problem| BodyFailure::file(&self.path, problem, None);
        if piece.is_empty() {
            return Err(changed("became shorter while it was sent"));
        }
        self.left -= piece.len() as u64;
        if self.left == 0
            && let Some(size) = self.size
        {
            // quick: the file is open, so this asks no disk
            let now = file
                .metadata()
                .map_err(|error| unreadable(&self.path, error))?;
            if now.len() != size {
                return Err(changed("changed its length while it was sent"));
            }
        }
        Ok(self.left > 0)
    }
}

impl Stream for FilePieces {
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let mut reading = match std::mem::replace(&mut this.next, Next::Nothing) {
            Next::Nothing => return Poll::Ready(None),
            Next::At(file) => match read_cached(&file, this.left) {
                Some(piece) => {
                    let counted = this.count(&file, &piece);
                    if let Ok(true) = counted {
                        this.next = Next::At(file);
                    }
                    return Poll::Ready(Some(counted.map(|_| piece.into())));
                }
                None => read(file, this.left),
            },
            Next::Thread(reading) => reading,
        };
        let Poll::Ready(done) = Pin::new(&mut reading).poll(context) else {
            this.next = Next::Thread(reading);
            return Poll::Pending;
        };
        let done = done.unwrap_or_else(|error| Err(io::Error::other(error)));
        let piece = done.map_err(|error| unreadable(&this.path, error));
        Poll::Ready(Some(piece.and_then(|(file, piece)| {
            if this.count(&file, &piece)? {
                // what one thread had to wait for is better read ahead
                this.next = Next::Thread(read(file, this.left));
            }
            Ok(piece.into())
        })))
    }
}

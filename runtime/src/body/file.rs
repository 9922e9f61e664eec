//! A file, or a range of one, as the body of a request.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::task::{JoinHandle, spawn_blocking};

use super::Pieces;
use super::failure::BodyFailure;
use crate::blocking::off_thread;

/// How many bytes are read at once. The next piece is read while one is sent.
const PIECE: u64 = 1024 * 1024;

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
            reading: (length > 0).then(|| read(file, length)),
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

struct FilePieces {
    path: Arc<Path>,
    left: u64,
    /// How long the file was when it was opened, if all of it is sent.
    size: Option<u64>,
    reading: Option<JoinHandle<io::Result<Piece>>>,
}

impl FilePieces {
    fn take(&mut self, (file, piece): Piece) -> Result<Bytes, BodyFailure> {
        let changed = |problem| BodyFailure::file(&self.path, problem, None);
        if (piece.len() as u64) < self.left.min(PIECE) {
            return Err(changed("became shorter while it was sent"));
        }
        self.left -= piece.len() as u64;
        if self.left > 0 {
            self.reading = Some(read(file, self.left));
        } else if let Some(size) = self.size {
            // quick: the file is open, so this asks no disk
            let now = file
                .metadata()
                .map_err(|error| unreadable(&self.path, error))?;
            if now.len() != size {
                return Err(changed("changed its length while it was sent"));
            }
        }
        Ok(Bytes::from(piece))
    }
}

impl Stream for FilePieces {
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(reading) = &mut this.reading else {
            return Poll::Ready(None);
        };
        let done = ready!(Pin::new(reading).poll(context));
        this.reading = None;
        let piece = match done.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok(piece) => this.take(piece),
            Err(error) => Err(unreadable(&this.path, error)),
        };
        Poll::Ready(Some(piece))
    }
}

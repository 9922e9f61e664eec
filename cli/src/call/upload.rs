//! The body of a request: a file, or what comes through a pipe.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::task::{JoinHandle, spawn_blocking};
use zonal::runtime::Body;

use crate::failure::Failure;

/// Opens what a path names; `-` is standard input.
///
/// S3 wants to know how long a body is before it comes. A regular file is read while it is sent; a pipe is read
/// to its end first, into memory or, if it is long, into a file without a name. Either can be sent again.
pub(crate) async fn open(path: &str, expanded: &Path) -> Result<Body, Failure> {
    let fail =
        |error: io::Error| Failure::parameter("--body", format!("Unable to read {path}: {error}"));
    if path == "-" {
        return spool(io::stdin()).await.map_err(fail);
    }
    let file = File::open(expanded).map_err(fail)?;
    let metadata = file.metadata().map_err(fail)?;
    if metadata.is_dir() {
        return Err(fail(io::ErrorKind::IsADirectory.into()));
    }
    match metadata.is_file() {
        true => Ok(Body::from_path(expanded)),
        false => spool(file).await.map_err(fail),
    }
}

/// Reads all there is where it may block.
async fn spool(source: impl Read + Send + 'static) -> io::Result<Body> {
    let spooled = spawn_blocking(move || read(source)).await;
    spooled.unwrap_or_else(|error| Err(io::Error::other(error)))
}

fn read(mut source: impl Read) -> io::Result<Body> {
    let mut head = Vec::new();
    let limit = Body::UNKNOWN_LENGTH_LIMIT;
    (&mut source).take(limit as u64).read_to_end(&mut head)?;
    if head.len() < limit {
        return Ok(Body::from(head));
    }
    let mut file = tempfile::tempfile()?;
    file.write_all(&head)?;
    drop(head);
    let length = limit as u64 + io::copy(&mut source, &mut file)?;
    let file = Arc::new(Mutex::new(file));
    let pieces = move || Pieces {
        file: Arc::clone(&file),
        at: 0,
        reading: None,
    };
    Ok(Body::from_fn(Some(length), pieces))
}

/// As much as is read at once.
const PIECE: usize = 1024 * 1024;

/// A file from its beginning to its end.
struct Pieces {
    file: Arc<Mutex<File>>,
    at: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let reading = this.reading.get_or_insert_with(|| {
            let (file, at) = (Arc::clone(&this.file), this.at);
            spawn_blocking(move || piece(&file, at))
        });
        let piece = ready!(Pin::new(reading).poll(context));
        this.reading = None;
        match piece.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok(piece) if piece.is_empty() => Poll::Ready(None),
            Ok(piece) => {
                this.at += piece.len() as u64;
                Poll::Ready(Some(Ok(piece)))
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }
}

fn piece(file: &Mutex<File>, at: u64) -> io::Result<Bytes> {
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(at))?;
    let mut piece = Vec::with_capacity(PIECE);
    (&mut *file).take(PIECE as u64).read_to_end(&mut piece)?;
    Ok(piece.into())
}

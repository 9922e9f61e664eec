//! The body of a request: a file or a pipe.

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
use crate::version::behaviour;

/// The largest body of a request to S3: 5 GiB.
const MOST: u64 = 5 << 30;

/// Opens what a path names; `-` is standard input.
///
/// S3 needs the length of a body first. The program reads a regular file while it sends it. It reads a pipe to its end
/// first, into memory or, if it is long, into a temporary file without a name, up to the limit of a request. Both can
/// be sent again.
pub(crate) async fn open(path: &str, expanded: &Path) -> Result<Body, Failure> {
    let fail =
        |error: io::Error| Failure::parameter("--body", format!("Unable to read {path}: {error}"));
    if behaviour().bodies_are_files && !expanded.is_file() {
        let text = "Blob values must be a path to a file: it is none, or cannot be read again";
        return Err(Failure::parameter("--body", format!("{text}: {path}")));
    }
    if path == "-" {
        return spool(io::stdin(), MOST).await.map_err(fail);
    }
    let file = File::open(expanded).map_err(fail)?;
    let metadata = file.metadata().map_err(fail)?;
    if metadata.is_dir() {
        return Err(fail(io::ErrorKind::IsADirectory.into()));
    }
    if metadata.is_file() {
        Ok(Body::from_path(expanded))
    } else {
        let most = if is_endless(&file, &metadata) {
            Body::UNKNOWN_LENGTH_LIMIT as u64
        } else {
            MOST
        };
        spool(file, most).await.map_err(fail)
    }
}

/// Whether a file may have no end: a device such as `/dev/zero`, but not a terminal.
#[cfg(unix)]
fn is_endless(file: &File, metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    metadata.file_type().is_char_device() && !io::IsTerminal::is_terminal(file)
}

#[cfg(not(unix))]
fn is_endless(_: &File, _: &std::fs::Metadata) -> bool {
    false
}

/// Reads to the end on a thread that may block.
async fn spool(source: impl Read + Send + 'static, most: u64) -> io::Result<Body> {
    let spooled = spawn_blocking(move || read(source, most)).await;
    spooled.unwrap_or_else(|error| Err(io::Error::other(error)))
}

fn read(mut source: impl Read, most: u64) -> io::Result<Body> {
    let mut head = Vec::new();
    let limit = Body::UNKNOWN_LENGTH_LIMIT;
    (&mut source).take(limit as u64).read_to_end(&mut head)?;
    if head.len() < limit {
        return Ok(Body::from(head));
    }
    let too_long = || {
        let text = format!(
            "it does not end within {} MiB. Upload it in parts: zonal cp - s3://BUCKET/KEY",
            most >> 20
        );
        io::Error::new(io::ErrorKind::FileTooLarge, text)
    };
    if most <= limit as u64 {
        return Err(too_long());
    }
    let folder = std::env::temp_dir();
    let no_room = |error: io::Error| {
        let text = format!(
            "what comes is kept in {} until it is sent: {error}; TMPDIR names another folder",
            folder.display()
        );
        io::Error::new(error.kind(), text)
    };
    let mut file = tempfile::tempfile().map_err(no_room)?;
    file.write_all(&head).map_err(no_room)?;
    drop(head);
    let rest = io::copy(&mut source.take(most - limit as u64 + 1), &mut file).map_err(no_room)?;
    let length = limit as u64 + rest;
    if length > most {
        return Err(too_long());
    }
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

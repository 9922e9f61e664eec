//! The body of a request: a file, or standard input.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};
use zonal::runtime::Body;

use crate::failure::Failure;

/// Where a body comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Upload {
    File(PathBuf),
    /// Standard input, read once.
    Memory(Bytes),
}

impl Upload {
    /// Opens what a path names; `-` is standard input.
    pub(crate) fn open(path: &str, expanded: PathBuf) -> Result<Self, Failure> {
        let fail = |error: io::Error| {
            Failure::parameter("--body", format!("Unable to read {path}: {error}"))
        };
        if path == "-" {
            let mut all = Vec::new();
            io::Read::read_to_end(&mut io::stdin().lock(), &mut all).map_err(fail)?;
            return Ok(Self::Memory(all.into()));
        }
        match std::fs::metadata(&expanded).map_err(fail)?.is_dir() {
            true => Err(fail(io::ErrorKind::IsADirectory.into())),
            false => Ok(Self::File(expanded)),
        }
    }

    /// Whether it can be sent again.
    pub(crate) fn is_replayable(&self) -> bool {
        true
    }

    /// The body for one attempt.
    pub(crate) async fn body(&self) -> Result<Body, Failure> {
        match self {
            Self::Memory(bytes) => Ok(Body::from(bytes.clone())),
            Self::File(path) => {
                let fail = |error: io::Error| {
                    let path = path.display();
                    Failure::parameter("--body", format!("Unable to read {path}: {error}"))
                };
                let file = File::open(path).await.map_err(fail)?;
                let length = file.metadata().await.map_err(fail)?.len();
                Ok(Body::from_stream(Pieces { file }, Some(length)))
            }
        }
    }
}

/// As much as is read at once.
const PIECE: usize = 256 * 1024;

/// A file, piece by piece.
struct Pieces {
    file: File,
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut buffer = BytesMut::zeroed(PIECE);
        let mut read = ReadBuf::new(&mut buffer);
        ready!(Pin::new(&mut self.file).poll_read(context, &mut read))?;
        let length = read.filled().len();
        buffer.truncate(length);
        Poll::Ready((length > 0).then(|| Ok(buffer.freeze())))
    }
}

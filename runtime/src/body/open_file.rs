//! A file that is open already, as the body of a request.

use std::io::{self, SeekFrom};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio::sync::{Mutex, OnceCell};

use super::Pieces;
use super::failure::BodyFailure;
use super::request::{Body, Source};
use crate::clock::BoxFuture;

/// How much is read at once, which takes a thread each time.
const PIECE: u64 = 1024 * 1024;

/// Sends the file from its current position to its end, with the content at the time of the first attempt. Each attempt
/// reads it again from that position.
impl From<File> for Body {
    fn from(file: File) -> Self {
        Self(Source::Open(Arc::new(OpenFile {
            file: Arc::new(Mutex::new(file)),
            extent: OnceCell::new(),
        })))
    }
}

/// As a file of tokio.
impl From<std::fs::File> for Body {
    fn from(file: std::fs::File) -> Self {
        Self::from(File::from_std(file))
    }
}

/// A file that is open already. Those who read it take turns, each at a place of its own.
pub(super) struct OpenFile {
    file: Arc<Mutex<File>>,
    /// Where the body begins, and how long it is.
    extent: OnceCell<(u64, u64)>,
}

impl OpenFile {
    pub(super) async fn find_length(&self) -> Result<u64, BodyFailure> {
        let extent = self.extent.get_or_try_init(|| async {
            let mut file = self.file.lock().await;
            let start = file.stream_position().await?;
            let end = file.metadata().await?.len();
            Ok((start, end.saturating_sub(start)))
        });
        let (_, length) = extent.await.map_err(unreadable)?;
        Ok(*length)
    }

    /// The bytes of the file; [`find_length`](Self::find_length) was called before.
    pub(super) async fn pieces(&self, length: u64) -> Pieces {
        let start = self.extent.get().map_or(0, |(start, _)| *start);
        Box::pin(FilePieces {
            file: Arc::clone(&self.file),
            next: start,
            end: start.saturating_add(length),
            reading: None,
        })
    }
}

struct FilePieces {
    file: Arc<Mutex<File>>,
    next: u64,
    end: u64,
    reading: Option<BoxFuture<'static, io::Result<Bytes>>>,
}

impl Stream for FilePieces {
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let left = this.end.saturating_sub(this.next).min(PIECE);
        if left == 0 {
            return Poll::Ready(None);
        }
        let (file, next) = (&this.file, this.next);
        let reading = this
            .reading
            .get_or_insert_with(|| Box::pin(read_at(Arc::clone(file), next, left)));
        let piece = ready!(reading.as_mut().poll(context));
        this.reading = None;
        Poll::Ready(match piece {
            // the length shows that the file has become shorter
            Ok(piece) if piece.is_empty() => None,
            Ok(piece) => {
                this.next += piece.len() as u64;
                Some(Ok(piece))
            }
            Err(error) => Some(Err(unreadable(error))),
        })
    }
}

async fn read_at(file: Arc<Mutex<File>>, place: u64, length: u64) -> io::Result<Bytes> {
    let mut file = file.lock().await;
    file.seek(SeekFrom::Start(place)).await?;
    let mut piece = Vec::with_capacity(length as usize);
    (&mut *file).take(length).read_to_end(&mut piece).await?;
    Ok(Bytes::from(piece))
}

fn unreadable(error: io::Error) -> BodyFailure {
    BodyFailure::of(Box::new(error))
}

//! Reads one piece of an object, and resumes if the connection breaks.

use std::path::Path;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use zonal::operation::GetObject;
use zonal::runtime::body::FileSaver;
use zonal::runtime::checksum::{Algorithm, Hasher, Sum};
use zonal::{BodyError, ByteStream};

use super::chunks::Chunk;
use super::open::{Opened, changed, check_range};
use crate::error::Cause;
use crate::event::{Event, Teller};
use crate::limit::{Outcome, Permit};
use crate::retry::Retries;
use crate::transfers::Transfers;
use crate::upload::blocking;

/// How many bytes are collected before they are written to a file.
const BATCH: usize = 128 * 1024;

/// What the workers of a download share.
#[derive(Clone)]
pub(super) struct Reader {
    transfers: Transfers,
    get: Arc<GetObject>,
    total: u64,
    algorithm: Option<Algorithm>,
    teller: Teller,
}

/// Where the bytes of a piece go.
pub(super) enum Sink {
    Memory(BytesMut),
    File(FileSink),
}

/// A piece of a file. The file begins at `origin` in the object.
pub(super) struct FileSink {
    pub(super) saver: Arc<FileSaver>,
    pub(super) path: Arc<Path>,
    pub(super) origin: u64,
    batch: Vec<Bytes>,
    gathered: usize,
}

/// A piece that has been read.
pub(super) struct Fetched {
    pub(super) chunk: Chunk,
    pub(super) sum: Option<Sum>,
    /// The bytes, if they go to memory.
    pub(super) bytes: BytesMut,
}

impl FileSink {
    pub(super) fn new(saver: Arc<FileSaver>, path: Arc<Path>, origin: u64) -> Self {
        Self {
            saver,
            path,
            origin,
            batch: Vec::new(),
            gathered: 0,
        }
    }

    /// Writes the collected bytes, which end before `end` in the object.
    async fn flush(&mut self, end: u64) -> Result<(), Cause> {
        let batch = std::mem::take(&mut self.batch);
        let mut offset = end - self.origin - std::mem::take(&mut self.gathered) as u64;
        let saver = Arc::clone(&self.saver);
        let written = blocking(move || {
            for piece in batch {
                saver.write_at(offset, &piece)?;
                offset += piece.len() as u64;
            }
            Ok(())
        });
        written
            .await
            .map_err(|error| Cause::unwritable(&self.path, error))
    }
}

impl Sink {
    /// Takes bytes that end before `end` in the object.
    async fn take(&mut self, piece: Bytes, end: u64) -> Result<(), Cause> {
        match self {
            Self::Memory(bytes) => bytes.extend_from_slice(&piece),
            Self::File(file) => {
                file.gathered += piece.len();
                file.batch.push(piece);
                if file.gathered >= BATCH {
                    file.flush(end).await?;
                }
            }
        }
        Ok(())
    }
}

impl Reader {
    /// `algorithm` is the algorithm of the checksums to compute.
    pub(super) fn new(opened: &Opened, algorithm: Option<Algorithm>, teller: &Teller) -> Self {
        Self {
            transfers: opened.transfers.clone(),
            get: Arc::new(opened.get.clone()),
            total: opened.total,
            algorithm,
            teller: teller.clone(),
        }
    }

    /// Reads a piece. `body` is an answer that has already begun; it may have more bytes than the
    /// piece.
    pub(super) async fn fetch(
        &self,
        chunk: Chunk,
        mut body: Option<ByteStream>,
        mut sink: Sink,
        permit: Permit,
    ) -> Result<Fetched, Cause> {
        let mut hasher = self.algorithm.map(Hasher::new);
        let mut retries = self.transfers.settings.retries.start();
        let mut at = chunk.start;
        while at < chunk.end {
            let mut open = match body.take() {
                Some(body) => body,
                None => self.ask(&chunk, at).await?,
            };
            let before = at;
            let broken = read(&mut open, &mut at, &chunk, &mut hasher, &mut sink).await?;
            if at > before {
                retries.progressed();
            }
            if let Some(error) = broken {
                self.wait(&chunk, Cause::from(error), &mut retries).await?;
            }
        }
        if let Sink::File(file) = &mut sink {
            file.flush(at).await?;
        }
        permit.tell(Outcome::Moved(chunk.length()));
        Ok(Fetched {
            chunk,
            sum: hasher.map(Hasher::finish),
            bytes: match sink {
                Sink::Memory(bytes) => bytes,
                Sink::File(_) => BytesMut::new(),
            },
        })
    }

    /// Requests the rest of a piece.
    async fn ask(&self, chunk: &Chunk, at: u64) -> Result<ByteStream, Cause> {
        let get = GetObject::clone(&self.get).range(format!("bytes={at}-{}", chunk.end - 1));
        let answer = self.transfers.get(&get, &self.teller, chunk.number()).await;
        let answer =
            answer.map_err(|error| match error.status().map(|status| status.as_u16()) {
                Some(412) => changed("its entity tag is different now"),
                Some(404) => changed("it no longer exists"),
                Some(416) => changed("it is shorter now"),
                _ => error.into(),
            })?;
        check_range(&answer, &get, at, chunk.end, self.total)?;
        Ok(answer.body)
    }

    /// Waits before another attempt. Fails if no attempts are left.
    async fn wait(&self, chunk: &Chunk, cause: Cause, retries: &mut Retries) -> Result<(), Cause> {
        let error = cause.to_string();
        let wait = retries.next().ok_or(cause)?;
        self.teller.tell(Event::Retrying {
            part: chunk.number(),
            error,
            wait,
        });
        tokio::time::sleep(wait).await;
        Ok(())
    }
}

/// Reads up to the end of a piece. Returns the error that interrupted it, if another attempt is
/// worth it.
async fn read(
    body: &mut ByteStream,
    at: &mut u64,
    chunk: &Chunk,
    hasher: &mut Option<Hasher>,
    sink: &mut Sink,
) -> Result<Option<BodyError>, Cause> {
    let end = chunk.end;
    while *at < end {
        let mut piece = match body.next().await {
            Some(Ok(piece)) => piece,
            Some(Err(error)) if error.is_retryable() => return Ok(Some(error)),
            Some(Err(error)) => return Err(error.into()),
            None => {
                return Ok(Some(BodyError::TooShort {
                    read: *at - chunk.start,
                    length: chunk.length(),
                }));
            }
        };
        let left = usize::try_from(end - *at).unwrap_or(usize::MAX);
        piece.truncate(left);
        if let Some(hasher) = hasher {
            hasher.update(&piece);
        }
        *at += piece.len() as u64;
        sink.take(piece, *at).await?;
    }
    Ok(None)
}

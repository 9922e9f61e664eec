//! Divides the bytes of an upload into parts.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use tokio::task::spawn_blocking;
use zonal::runtime::checksum::{Algorithm, Hasher, Sum};
use zonal::{Body, CopySource};

use crate::error::{Cause, ErrorKind};
use crate::run::Feed;
use crate::settings::ServiceLimits;
use crate::source::{Kind, Pieces, Source};
use crate::transfers::Transfers;

/// How many bytes of a file are hashed before the task yields.
const SLICE: usize = 1024 * 1024;

/// A part to send.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) number: u32,
    pub(crate) length: u64,
    pub(crate) body: PartBody,
}

#[derive(Clone, Debug)]
pub(crate) enum PartBody {
    Bytes(Bytes),
    File {
        path: Arc<Path>,
        offset: u64,
    },
    /// Bytes of another object, which the service copies.
    Copy {
        source: CopySource,
        e_tag: Option<String>,
        offset: u64,
    },
}

impl PartBody {
    /// The body of a request; `None` if the service copies.
    pub(super) fn body(&self, length: u64) -> Body {
        match self {
            Self::Bytes(bytes) => Body::from(bytes.clone()),
            Self::File { path, offset } => Body::from_path_range(&**path, *offset, length),
            Self::Copy { .. } => Body::default(),
        }
    }

    /// The same for the whole source, which must not grow meanwhile either.
    pub(super) fn whole(&self) -> Body {
        match self {
            Self::File { path, .. } => Body::from_path(&**path),
            other => other.body(0),
        }
    }

    /// The memory that it takes, in bytes.
    pub(super) fn held(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            _ => 0,
        }
    }

    /// Its checksum; `None` if the service copies.
    pub(super) async fn hash(
        &self,
        algorithm: Algorithm,
        length: u64,
    ) -> Result<Option<Sum>, Cause> {
        match self.clone() {
            Self::Copy { .. } => Ok(None),
            Self::Bytes(bytes) => {
                let sum = spawn_blocking(move || Sum::of(algorithm, &bytes)).await;
                Ok(sum.ok())
            }
            Self::File { path, offset } => {
                let name = Arc::clone(&path);
                let sum = spawn_blocking(move || hash(&path, offset, length, algorithm)).await;
                let sum = sum.unwrap_or_else(|error| Err(io::Error::other(error)));
                sum.map(Some)
                    .map_err(|error| Cause::unreadable(&name, error))
            }
        }
    }
}

/// The checksum of a range of a file.
pub(crate) fn hash(path: &Path, offset: u64, length: u64, algorithm: Algorithm) -> io::Result<Sum> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut range = file.take(length);
    let mut hasher = Hasher::new(algorithm);
    let mut slice = vec![0; SLICE.min(usize::try_from(length).unwrap_or(SLICE))];
    let mut left = length;
    while left > 0 {
        let read = range.read(&mut slice)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        hasher.update(&slice[..read]);
        left -= read as u64;
    }
    Ok(hasher.finish())
}

/// A regular file, with its state when the upload began.
#[derive(Clone, Debug)]
pub(crate) struct FileSource {
    pub(crate) path: Arc<Path>,
    pub(crate) length: u64,
    modified: Option<SystemTime>,
}

impl FileSource {
    fn new(path: &Path, metadata: &Metadata) -> Self {
        Self {
            path: path.into(),
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }

    /// The modification time, in nanoseconds since 1970; zero if it is unknown.
    pub(crate) fn modified(&self) -> u64 {
        let since = self
            .modified
            .map(|time| time.duration_since(SystemTime::UNIX_EPOCH));
        let since = since.and_then(Result::ok).unwrap_or_default();
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    }

    /// Fails if the file has changed.
    pub(crate) async fn check(&self) -> Result<(), Cause> {
        let path = Arc::clone(&self.path);
        let metadata = blocking(move || std::fs::metadata(path)).await;
        let metadata = metadata.map_err(|error| Cause::unreadable(&self.path, error))?;
        let now = Self::new(&self.path, &metadata);
        if (now.length, now.modified) == (self.length, self.modified) {
            return Ok(());
        }
        let path = self.path.display();
        Err(Cause::new(
            ErrorKind::SourceChanged,
            format!(
                "`{path}` changed while it was sent; upload it again when nothing writes to it"
            ),
        ))
    }

    /// Its parts, in order and without gaps.
    pub(crate) fn parts(&self, size: u64) -> impl Iterator<Item = Part> + use<> {
        let (path, length) = (Arc::clone(&self.path), self.length);
        ranges(length, size).map(move |(number, offset, length)| Part {
            number,
            length,
            body: PartBody::File {
                path: Arc::clone(&path),
                offset,
            },
        })
    }
}

/// Number, offset and length of the parts of this many bytes.
pub(crate) fn ranges(length: u64, size: u64) -> impl Iterator<Item = (u32, u64, u64)> + use<> {
    let count = u32::try_from(length.div_ceil(size)).unwrap_or(u32::MAX);
    (0..count).map(move |index| {
        let offset = u64::from(index) * size;
        (index + 1, offset, size.min(length - offset))
    })
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// A source, after the decision between one request and parts.
pub(super) enum Measured {
    /// One request sends it.
    Whole(PartBody, u64),
    File(FileSource),
    Bytes(Bytes),
    Stream(Box<StreamFeed>),
}

/// Decides how bytes in memory are sent.
pub(super) fn measure_bytes(transfers: &Transfers, bytes: Bytes) -> Measured {
    let length = bytes.len() as u64;
    if length <= transfers.settings.threshold {
        Measured::Whole(PartBody::Bytes(bytes), length)
    } else {
        Measured::Bytes(bytes)
    }
}

/// Finds the length. Of a stream, it reads as much as a single request would carry.
pub(super) async fn measure(
    transfers: &Transfers,
    source: Kind,
    must_be_file: bool,
) -> Result<Measured, Cause> {
    match source {
        Kind::Bytes(bytes) => Ok(measure_bytes(transfers, bytes)),
        Kind::File(path) => measure_file(transfers, path, must_be_file).await,
        Kind::Stream { pieces, length } => measure_stream(transfers, pieces, length).await,
    }
}

async fn measure_file(
    transfers: &Transfers,
    path: PathBuf,
    must_be_file: bool,
) -> Result<Measured, Cause> {
    let asked = path.clone();
    let metadata = blocking(move || std::fs::metadata(asked)).await;
    let metadata = metadata.map_err(|error| Cause::unreadable(&path, error))?;
    if metadata.is_dir() {
        let error = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(Cause::unreadable(&path, error));
    }
    if !metadata.is_file() {
        if must_be_file {
            let path = path.display();
            let text = format!(
                "`{path}` is not a regular file, so its upload cannot be resumed; leave out `resumable`"
            );
            return Err(Cause::invalid(text));
        }
        let file = tokio::fs::File::open(&path).await;
        let file = file.map_err(|error| Cause::unreadable(&path, error))?;
        let Kind::Stream { pieces, length } = Source::from_reader(file, None).0 else {
            return Err(Cause::invalid("a reader cannot be sent as a stream"));
        };
        return measure_stream(transfers, pieces, length).await;
    }
    let file = FileSource::new(&path, &metadata);
    Ok(if file.length <= transfers.settings.threshold {
        let (path, length) = (file.path, file.length);
        Measured::Whole(PartBody::File { path, offset: 0 }, length)
    } else {
        Measured::File(file)
    })
}

async fn measure_stream(
    transfers: &Transfers,
    pieces: Pieces,
    length: Option<u64>,
) -> Result<Measured, Cause> {
    let mut feed = StreamFeed::new(transfers, pieces, length)?;
    // only bytes in memory can be sent again
    let most = transfers.settings.threshold.min(transfers.room().bytes);
    if length.is_some_and(|length| length > most) {
        return Ok(Measured::Stream(Box::new(feed)));
    }
    std::future::poll_fn(|context| feed.poll_fill(context, most + 1)).await?;
    Ok(if feed.is_over {
        let bytes = feed.held.split().freeze();
        let length = bytes.len() as u64;
        Measured::Whole(PartBody::Bytes(bytes), length)
    } else {
        Measured::Stream(Box::new(feed))
    })
}

/// Collects the bytes of a stream into parts.
pub(crate) struct StreamFeed {
    pieces: Pieces,
    pub(super) length: Option<u64>,
    read: u64,
    held: BytesMut,
    is_over: bool,
    number: u32,
    wanted: u64,
    bounds: ServiceLimits,
}

impl StreamFeed {
    fn new(transfers: &Transfers, pieces: Pieces, length: Option<u64>) -> Result<Self, Cause> {
        let (bounds, wanted) = (transfers.settings.bounds, transfers.settings.part_size);
        Ok(Self {
            pieces,
            length,
            read: 0,
            held: BytesMut::new(),
            is_over: false,
            number: 0,
            wanted: match length {
                Some(length) => bounds.part_size(wanted, length)?,
                None => wanted,
            },
            bounds,
        })
    }

    /// The size of the next part. The last part may be shorter.
    pub(super) fn part_size(&self) -> u64 {
        match self.length {
            Some(_) => self.wanted,
            None => self.bounds.growing_part_size(self.wanted, self.number + 1),
        }
    }

    /// Reads until it has this many bytes, or the stream ends.
    fn poll_fill(&mut self, context: &mut Context<'_>, most: u64) -> Poll<Result<(), Cause>> {
        while (self.held.len() as u64) < most && !self.is_over {
            let piece = ready!(self.pieces.as_mut().poll_next(context));
            let told = self.length.unwrap_or(u64::MAX);
            match piece {
                Some(Err(error)) => {
                    let text = "the stream to send failed";
                    return Poll::Ready(Err(Cause::with(ErrorKind::Source, text, error)));
                }
                Some(Ok(piece)) => {
                    self.read += piece.len() as u64;
                    self.held.extend_from_slice(&piece);
                }
                None => self.is_over = true,
            }
            let is_short = self.is_over && self.length.is_some_and(|length| self.read < length);
            if self.read > told || is_short {
                let (read, more) = (self.read, if is_short { "" } else { " or more" });
                let text = format!(
                    "the stream to send has {read} bytes{more}, but its given length is {told}"
                );
                return Poll::Ready(Err(Cause::new(ErrorKind::Source, text)));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl Feed for StreamFeed {
    type Piece = Part;

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Part, Cause>>> {
        let size = self.part_size();
        let room = usize::try_from(size).unwrap_or(usize::MAX);
        let missing = room.saturating_sub(self.held.len());
        if self.held.capacity() - self.held.len() < missing && !self.is_over {
            self.held.reserve(missing.min(SLICE));
        }
        if let Err(error) = ready!(self.poll_fill(context, size)) {
            return Poll::Ready(Some(Err(error)));
        }
        if self.held.is_empty() {
            return Poll::Ready(None);
        }
        if self.number >= self.bounds.max_parts {
            return Poll::Ready(Some(Err(self.bounds.too_long(self.read))));
        }
        self.number += 1;
        let bytes = self.held.split_to(room.min(self.held.len())).freeze();
        Poll::Ready(Some(Ok(Part {
            number: self.number,
            length: bytes.len() as u64,
            body: PartBody::Bytes(bytes),
        })))
    }

    fn weight(&self) -> u64 {
        self.part_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_all_bytes_once() {
        for (length, size, count) in [(0, 8, 0), (1, 8, 1), (8, 8, 1), (9, 8, 2), (80, 8, 10)] {
            let all: Vec<_> = ranges(length, size).collect();
            assert_eq!(all.len(), count);
            let mut end = 0;
            for (index, (number, offset, length)) in all.into_iter().enumerate() {
                assert_eq!((number as usize, offset), (index + 1, end));
                assert!(length > 0);
                end += length;
            }
            assert_eq!(end, length);
        }
    }
}

//! [`Download`]: an object to a file, to memory, or as a stream.

mod chunks;
mod fetch;
mod file;
mod memory;
mod open;
mod resume;
mod stream;
mod verify;

use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use zonal::operation::{GetObject, GetObjectOutput};
use zonal::runtime::checksum::Algorithm;

pub use stream::DownloadStream;

use crate::error::{Cause, Error, shown};
use crate::handle::Transfer;
use crate::transfers::Transfers;
use crate::upload::State;

/// A download to be: say what it needs, then where to.
///
/// An object that fits into one range is read by a single request, others in ranges, side by side. The entity tag of
/// the first answer pins all others to the same version of the object. A range that breaks off goes on where it
/// stopped. The object's checksum is verified, be it of all bytes or of its parts.
///
/// ```no_run
/// # async fn example(transfers: zonal_transfer::Transfers) -> Result<(), zonal_transfer::Error> {
/// let bucket = "demo--usw2-az1--x-s3";
/// let downloaded = transfers.download(bucket, "backup.tar").to_file("backup.tar").await?;
/// println!("{} bytes, verified by {:?}", downloaded.length, downloaded.verified);
///
/// let head = transfers.download(bucket, "backup.tar").range(..512).to_bytes().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a download does nothing until it is told where to"]
pub struct Download {
    transfers: Transfers,
    get: GetObject,
    range: Option<Wanted>,
    state: Option<State>,
}

/// The bytes that are wanted of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) start: u64,
    /// `None`: to the end of the object.
    pub(crate) end: Option<u64>,
}

/// An object that was downloaded.
#[non_exhaustive]
pub struct Downloaded {
    /// What the service says of the object: metadata, type, entity tag. Its body is empty, and its length is that of
    /// the first answer.
    pub object: GetObjectOutput,
    /// How many bytes came.
    pub length: u64,
    /// The checksum that they were verified by, in base64. `None` where only a range was wanted, and where the object
    /// has no checksum, or none that can be compared.
    pub verified: Option<(Algorithm, String)>,
}

impl fmt::Debug for Downloaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloaded")
            .field("e_tag", &self.object.e_tag)
            .field("length", &self.length)
            .field("verified", &self.verified)
            .finish_non_exhaustive()
    }
}

impl Download {
    pub(crate) fn new(transfers: &Transfers, bucket: String, key: String) -> Self {
        Self {
            transfers: transfers.clone(),
            get: GetObject::new(bucket, key),
            range: None,
            state: None,
        }
    }

    /// Reads only these bytes of the object, counted from 0. An end behind that of the object is the object's.
    pub fn range(mut self, range: impl RangeBounds<u64>) -> Self {
        let start = match range.start_bound() {
            Bound::Included(start) => *start,
            Bound::Excluded(start) => start.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(end) => Some(end.saturating_add(1)),
            Bound::Excluded(end) => Some(*end),
            Bound::Unbounded => None,
        };
        self.range = (start > 0 || end.is_some()).then_some(Wanted { start, end });
        self
    }

    /// Reads the object only if it has this entity tag.
    pub fn if_match(mut self, value: impl Into<String>) -> Self {
        self.get = self.get.if_match(value);
        self
    }

    /// Sets whatever else a [`GetObject`] can have, such as `if_none_match` or `expected_bucket_owner`.
    pub fn request(mut self, change: impl FnOnce(GetObject) -> GetObject) -> Self {
        self.get = change(self.get);
        self
    }

    /// Keeps what is needed to go on with a download to a file after it failed, was dropped, or its process was killed:
    /// the draft of the file, and a small state file beside it, `NAME.zonal-download`. The same download, made again,
    /// compares what is there with the checksums in the state file, and reads the rest.
    ///
    /// It refuses to go on where the object is another version, or another object.
    pub fn resumable(mut self) -> Self {
        self.state = Some(State::Beside);
        self
    }

    /// As [`resumable`](Self::resumable), with the state in this file.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state = Some(State::At(path.into()));
        self
    }

    /// Downloads to a file, which appears when all is there and verified, as
    /// [`ByteStream::to_file`](zonal::ByteStream::to_file) has it. Space is set aside before anything is read. Pipes
    /// and devices are written as the bytes come, and verified at the end.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn to_file(self, path: impl AsRef<Path>) -> Result<Downloaded, Error> {
        self.start_to_file(path).await
    }

    /// Starts [`to_file`](Self::to_file) in the background.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start_to_file(self, path: impl AsRef<Path>) -> Transfer<Downloaded> {
        let (what, path) = (self.what(), path.as_ref().to_owned());
        Transfer::start(what.clone(), |mut stop, teller| async move {
            let done = file::download(self, path, &mut stop, &teller).await;
            done.map_err(|cause| cause.of(what, None))
        })
    }

    /// Gives up what a [resumable](Self::resumable) download to this file has kept: removes draft and state file.
    ///
    /// # Errors
    ///
    /// If the state file is in use or of another download.
    pub async fn discard(self, path: impl AsRef<Path>) -> Result<(), Error> {
        let what = self.what();
        let discarded = match self.state_path(path.as_ref()) {
            Some(state) => resume::discard(&self.get, path.as_ref(), &state),
            None => Ok(()),
        };
        discarded.map_err(|cause| cause.of(what, None))
    }

    /// Downloads into memory.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn to_bytes(self) -> Result<Bytes, Error> {
        self.start_to_bytes().await
    }

    /// Starts [`to_bytes`](Self::to_bytes) in the background.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start_to_bytes(self) -> Transfer<Bytes> {
        let what = self.what();
        Transfer::start(what.clone(), |mut stop, teller| async move {
            let done = memory::download(self, &mut stop, &teller).await;
            done.map_err(|cause| cause.of(what, None))
        })
    }

    /// Opens the object as a stream, in order, that is read ahead as far as the transfer's memory allows. It is
    /// verified as it goes by: where it is not what was stored, its last piece does not come, but an error.
    ///
    /// # Errors
    ///
    /// If the object cannot be opened.
    pub async fn stream(self) -> Result<DownloadStream, Error> {
        let what = self.what();
        let opened = stream::open(self, what.clone()).await;
        opened.map_err(|cause| cause.of(what, None))
    }

    fn what(&self) -> String {
        let (bucket, key) = (&self.get.bucket, &self.get.key);
        format!("the download of `{}` from `{}`", shown(key), shown(bucket))
    }

    fn state_path(&self, path: &Path) -> Option<PathBuf> {
        self.state.as_ref().map(|state| match state {
            State::Beside => crate::state::beside(path, "zonal-download"),
            State::At(path) => path.clone(),
        })
    }

    /// Fails for what a transfer sets by itself.
    fn check(&self) -> Result<(), Cause> {
        let get = &self.get;
        let is_empty = |range: Wanted| range.end.is_some_and(|end| end <= range.start);
        let problem = if get.range.is_some() || get.part_number.is_some() {
            "`range` and `part_number` are not for its request; use `Download::range`"
        } else if self.range.is_some_and(is_empty) {
            "the range has no bytes"
        } else if self.range.is_some() && self.state.is_some() {
            "a range cannot be gone on with; leave out `resumable`"
        } else {
            return Ok(());
        };
        Err(Cause::invalid(problem))
    }
}

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
use crate::event::Teller;
use crate::handle::{Stop, Transfer};
use crate::transfers::Transfers;
use crate::upload::State;

/// A download that has not started: set its options, then its destination.
///
/// An object that fits into one range is read with a single request, a larger one in parallel ranges. The entity tag of
/// the first answer ensures that all ranges are of the same version of the object. If a connection breaks, its range
/// resumes where it stopped. The download verifies the checksum of the object, whether S3 computed it over all bytes or
/// over the checksums of the parts.
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
#[must_use = "a download does nothing until a destination is set"]
pub struct Download {
    transfers: Transfers,
    /// Boxed, because a transfer that waits for its turn moves through several futures.
    get: Box<GetObject>,
    range: Option<Wanted>,
    state: Option<State>,
}

/// The requested range of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) start: u64,
    /// `None` means the end of the object.
    pub(crate) end: Option<u64>,
}

/// An object that was downloaded.
#[non_exhaustive]
pub struct Downloaded {
    /// The first answer of the service: metadata, media type, entity tag. Its body is empty, and its length is the
    /// length of that answer.
    pub object: GetObjectOutput,
    /// The number of bytes that were read.
    pub length: u64,
    /// The checksum that the bytes were verified with, in base64. `None` if only a range was read, and if the object
    /// has no checksum that can be compared.
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
            get: Box::new(GetObject::new(bucket, key)),
            range: None,
            state: None,
        }
    }

    /// Reads only these bytes of the object, counted from 0. A range that ends after the object is cut to its end.
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
        *self.get = self.get.if_match(value);
        self
    }

    /// Sets other members of the [`GetObject`] requests, such as `if_none_match` or `expected_bucket_owner`.
    pub fn request(mut self, change: impl FnOnce(GetObject) -> GetObject) -> Self {
        *self.get = change(*self.get);
        self
    }

    /// Makes a download to a file resumable after it failed, was dropped, or its process was killed. It keeps the draft
    /// of the file and a small state file beside it, `NAME.zonal-download`. If you start the same download again, it
    /// compares the draft with the checksums in the state file, and reads the rest.
    ///
    /// It fails if the object has changed, or if it is another object.
    pub fn resumable(mut self) -> Self {
        self.state = Some(State::Beside);
        self
    }

    /// Like [`resumable`](Self::resumable), with this path for the state file.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state = Some(State::At(path.into()));
        self
    }

    /// Downloads to a file. The file appears under its name when it is complete and verified, as with
    /// [`ByteStream::to_file`](zonal::ByteStream::to_file). The download reserves the space before it reads. It writes
    /// pipes and devices as the bytes arrive, and verifies at the end.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn to_file(self, path: impl AsRef<Path>) -> Result<Downloaded, Error> {
        let (what, path) = (self.what(), path.as_ref().to_owned());
        let run = |stop, teller| self.run_to_file(path, stop, teller);
        Transfer::start_unfollowed(what, run).await
    }

    /// Starts [`to_file`](Self::to_file) in the background.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn start_to_file(self, path: impl AsRef<Path>) -> Transfer<Downloaded> {
        let (what, path) = (self.what(), path.as_ref().to_owned());
        Transfer::start(what, |stop, teller| self.run_to_file(path, stop, teller))
    }

    async fn run_to_file(
        self,
        path: PathBuf,
        mut stop: Stop,
        teller: Teller,
    ) -> Result<Downloaded, Error> {
        let what = self.what();
        let done = file::download(self, path, &mut stop, &teller).await;
        done.map_err(|cause| cause.of(what, None))
    }

    /// Discards a [resumable](Self::resumable) download to this file: removes its draft and its state file.
    ///
    /// # Errors
    ///
    /// If the state file is in use, or belongs to another download.
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
        let what = self.what();
        Transfer::start_unfollowed(what, |stop, teller| self.run_to_bytes(stop, teller)).await
    }

    /// Starts [`to_bytes`](Self::to_bytes) in the background.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn start_to_bytes(self) -> Transfer<Bytes> {
        let what = self.what();
        Transfer::start(what, |stop, teller| self.run_to_bytes(stop, teller))
    }

    async fn run_to_bytes(self, mut stop: Stop, teller: Teller) -> Result<Bytes, Error> {
        let what = self.what();
        let done = memory::download(self, &mut stop, &teller).await;
        done.map_err(|cause| cause.of(what, None))
    }

    /// Opens the object as a stream of its bytes in order. The transfer reads ahead as far as its memory allows. It
    /// verifies the bytes on the way: if they are not what was stored, the stream ends with an error in place of its
    /// last piece.
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

    /// Fails if the request has members that the transfer sets by itself.
    fn check(&self) -> Result<(), Cause> {
        let get = &self.get;
        let is_empty = |range: Wanted| range.end.is_some_and(|end| end <= range.start);
        let problem = if get.range.is_some() || get.part_number.is_some() {
            "the transfer sets `range` and `part_number` of its requests; use `Download::range`"
        } else if self.range.is_some_and(is_empty) {
            "the range has no bytes"
        } else if self.range.is_some() && self.state.is_some() {
            "the download of a range cannot be resumed; leave out `resumable`"
        } else {
            return Ok(());
        };
        Err(Cause::invalid(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_download_that_waits_for_its_turn_is_small() {
        let transfers = Transfers::for_tests();
        let (mut to_bytes, mut to_file) = (0, 0);
        let download = || transfers.download("bucket", "key");
        let what = download().what();
        drop(Transfer::start_unfollowed(what.clone(), |stop, teller| {
            let run = download().run_to_bytes(stop, teller);
            to_bytes = size_of_val(&run);
            run
        }));
        drop(Transfer::start_unfollowed(what, |stop, teller| {
            let run = download().run_to_file("file".into(), stop, teller);
            to_file = size_of_val(&run);
            run
        }));
        assert!(to_bytes < 2048 && to_file < 2048, "{to_bytes} {to_file}");
    }
}

//! [`Upload`]: writes an object.

mod abort;
mod check;
mod complete;
mod copy;
mod create;
mod multipart;
mod part;
mod parts;
mod resume;
mod single;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::Pin;

use zonal::operation::PutObject;
use zonal::runtime::checksum::Algorithm;

pub(crate) use abort::{abort, is_running};
pub(crate) use check::Check;
pub(crate) use copy::copy_in_parts;
pub(crate) use parts::{blocking, hash};

use crate::error::{Cause, Error, shown};
use crate::event::Teller;
use crate::handle::{Stop, Transfer};
use crate::source::{Kind, Source};
use crate::transfers::Transfers;
use multipart::Multipart;
use parts::{Measured, measure, measure_bytes};

/// An upload that has not started: set its options, then await it or [`start`](Self::start) it.
///
/// Short objects are sent with a single request, larger ones in parallel parts. Only a part that fails is repeated. The
/// service verifies the checksum of each part and of the whole object; see
/// [`checksum_algorithm`](Self::checksum_algorithm). If the answer to the last request is lost, the upload looks at the
/// object before it reports a failure.
///
/// An upload that fails, is dropped or is [cancelled](Transfer::cancel) removes its parts, unless it is
/// [resumable](Self::resumable).
///
/// ```no_run
/// # use zonal_transfer::{Source, Transfers};
/// # async fn example(transfers: Transfers) -> Result<(), zonal_transfer::Error> {
/// let uploaded = transfers
///     .upload("demo--usw2-az1--x-s3", "logs/2026.csv", Source::from_path("2026.csv"))
///     .content_type("text/csv")
///     .if_none_match("*")
///     .await?;
/// println!("{} bytes in {} requests", uploaded.length, uploaded.parts);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "an upload does nothing until it is awaited or started"]
pub struct Upload {
    transfers: Transfers,
    /// Boxed, because a transfer that waits for its turn moves through several futures.
    put: Box<PutObject>,
    source: Source,
    algorithm: Option<Algorithm>,
    state: Option<State>,
}

/// The location of the state file of a resumable transfer.
#[derive(Clone, Debug)]
pub(crate) enum State {
    /// Beside the file with the data.
    Beside,
    At(PathBuf),
}

/// An object that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploaded {
    /// The entity tag, in quotes, if the service returned it.
    pub e_tag: Option<String>,
    /// The size in bytes.
    pub length: u64,
    /// The number of parts; one for a single request.
    pub parts: u32,
    /// The checksum that the service has verified, in base64, if it is known. A checksum over the checksums of the
    /// parts ends in `-` and the number of parts.
    pub checksum: Option<(Algorithm, String)>,
}

/// Why an upload failed, and what it could not remove.
pub(crate) type Failed = (Cause, Option<String>);

impl Upload {
    pub(crate) fn new(transfers: &Transfers, bucket: String, key: String, source: Source) -> Self {
        Self {
            transfers: transfers.clone(),
            put: Box::new(PutObject::new(bucket, key)),
            source,
            algorithm: None,
            state: None,
        }
    }

    /// The media type of the object, such as `image/png`.
    pub fn content_type(mut self, value: impl Into<String>) -> Self {
        *self.put = self.put.content_type(value);
        self
    }

    /// The object's own metadata: names and values.
    pub fn metadata<N: Into<String>, V: Into<String>>(
        mut self,
        metadata: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let pairs = metadata.into_iter();
        let metadata = pairs.map(|(name, value)| (name.into(), value.into()));
        *self.put = self.put.metadata(metadata.collect::<BTreeMap<_, _>>());
        self
    }

    /// With `*`, writes the object only if the key is free.
    pub fn if_none_match(mut self, value: impl Into<String>) -> Self {
        *self.put = self.put.if_none_match(value);
        self
    }

    /// Replaces the object only if it has this entity tag.
    pub fn if_match(mut self, value: impl Into<String>) -> Self {
        *self.put = self.put.if_match(value);
        self
    }

    /// Sets other members of [`PutObject`], such as `cache_control` or encryption. They apply to multipart uploads too.
    ///
    /// ```no_run
    /// # use zonal_transfer::Upload;
    /// # fn example(upload: Upload) -> Upload {
    /// upload.request(|put| put.cache_control("max-age=3600"))
    /// # }
    /// ```
    pub fn request(mut self, change: impl FnOnce(PutObject) -> PutObject) -> Self {
        *self.put = change(*self.put);
        self
    }

    /// Sets the checksum of the object. By default, a single request uses the default of the client (CRC-32), and a
    /// multipart upload the CRC-64/NVME of all bytes. If a bucket refuses that, its multipart uploads use CRC-32 over
    /// the checksums of the parts. With SHA-1 and SHA-256, the checksum of a multipart object is computed over the
    /// checksums of its parts.
    pub fn checksum_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Makes the upload resumable after it failed, was dropped, or its process was killed. It keeps its state in a
    /// small file beside the source, `NAME.zonal-upload`. If you start the same upload again, it asks the service which
    /// parts it has, compares their checksums with the source, and sends the others.
    ///
    /// It fails if the source, bucket, key or settings differ from those in the state file. The state file contains no
    /// secrets. The upload removes it when it completes or is cancelled. The source must be a regular file. An upload
    /// with a single request has no state file.
    pub fn resumable(mut self) -> Self {
        self.state = Some(State::Beside);
        self
    }

    /// Like [`resumable`](Self::resumable), with this path for the state file.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state = Some(State::At(path.into()));
        self
    }

    /// Discards a [resumable](Self::resumable) upload that failed: aborts the multipart upload and removes its state
    /// file. Does nothing if there is no state file.
    ///
    /// # Errors
    ///
    /// If the state file is in use or belongs to another upload, or the service refuses to abort.
    pub async fn discard(self) -> Result<(), Error> {
        let what = self.what();
        let discard = async {
            match self.state_path()? {
                Some(path) => resume::discard(&self.transfers, &self.put, &path).await,
                None => Ok(()),
            }
        };
        discard.await.map_err(|cause: Cause| cause.of(what, None))
    }

    /// Starts the upload in the background.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn start(self) -> Transfer<Uploaded> {
        let what = self.what();
        Transfer::start(what, |stop, teller| self.run(stop, teller))
    }

    /// The same for a caller who does not follow the events.
    fn start_unfollowed(self) -> Transfer<Uploaded> {
        let what = self.what();
        Transfer::start_unfollowed(what, |stop, teller| self.run(stop, teller))
    }

    fn what(&self) -> String {
        let (bucket, key) = (&self.put.bucket, &self.put.key);
        format!("the upload of `{}` to `{}`", shown(key), shown(bucket))
    }

    async fn run(self, mut stop: Stop, teller: Teller) -> Result<Uploaded, Error> {
        let what = self.what();
        let done = self.go(&mut stop, &teller).await;
        done.map_err(|(cause, left)| cause.of(what, left))
    }

    async fn go(mut self, stop: &mut Stop, teller: &Teller) -> Result<Uploaded, Failed> {
        let plain = |cause| (cause, None);
        check::request(&self.put).map_err(plain)?;
        let state = self.state_path().map_err(plain)?;
        let source = std::mem::replace(&mut self.source, Source::from(""));
        let measured = match source.0 {
            Kind::Bytes(bytes) => measure_bytes(&self.transfers, bytes),
            kind => {
                let measuring = Box::pin(measure(&self.transfers, kind, state.is_some()));
                stop.unless(measuring).await.map_err(plain)?
            }
        };
        if let Some(path) = state.as_deref().filter(|path| path.exists())
            && !matches!(measured, Measured::File(_))
        {
            let cause = resume::unwanted(path);
            return Err(plain(cause));
        }
        let Self {
            transfers,
            put,
            algorithm,
            ..
        } = self;
        let parts = |put| Multipart::new(transfers.clone(), put, algorithm, teller.clone());
        // boxed: thousands of uploads may wait for their turn, which need no room yet for what sends them
        match measured {
            Measured::Whole(body, length) => {
                let turn = stop.turn(&transfers.settings.limit).await;
                let put = single::Put {
                    put: *put,
                    algorithm,
                    body,
                    length,
                };
                let sent = Box::pin(put.send(&transfers, turn.map_err(plain)?, teller));
                stop.unless(sent).await.map_err(plain)
            }
            Measured::File(file) => Box::pin(parts(*put).send_file(file, state, stop)).await,
            Measured::Bytes(bytes) => Box::pin(parts(*put).send_bytes(bytes, stop)).await,
            Measured::Stream(feed) => Box::pin(parts(*put).send_stream(*feed, stop)).await,
        }
    }

    /// The location of the state file, if the upload is resumable.
    fn state_path(&self) -> Result<Option<PathBuf>, Cause> {
        let Some(state) = &self.state else {
            return Ok(None);
        };
        let Kind::File(source) = &self.source.0 else {
            return Err(Cause::invalid(
                "only the upload of a file can be resumed; leave out `resumable`, or use `Source::from_path`",
            ));
        };
        Ok(Some(match state {
            State::Beside => crate::state::beside(source, "zonal-upload"),
            State::At(path) => path.clone(),
        }))
    }
}

impl IntoFuture for Upload {
    type Output = Result<Uploaded, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { self.start_unfollowed().await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_upload_that_waits_for_its_turn_is_small() {
        let transfers = Transfers::for_tests();
        let upload = transfers.upload("bucket", "key", "bytes");
        let mut size = 0;
        let transfer = Transfer::start_unfollowed(upload.what(), |stop, teller| {
            let run = upload.run(stop, teller);
            size = size_of_val(&run);
            run
        });
        drop(transfer);
        assert!(size < 2048, "{size}");
    }
}

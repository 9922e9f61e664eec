//! [`Uploads`]: abandoned multipart uploads.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use zonal::AnyError;
use zonal::types::{EncodingType, MultipartUpload};

use crate::batch::decoded;
use crate::error::{Cause, Error, shown};
use crate::transfers::Transfers;
use crate::upload::{abort, is_running};

/// The multipart uploads of a bucket that were neither completed nor aborted.
///
/// S3 keeps the parts of such an upload, and charges for them, until somebody completes or aborts it. A bucket that has
/// one cannot be deleted. An upload of this crate that fails aborts its multipart upload, but a killed process cannot.
///
/// ```no_run
/// # use std::time::Duration;
/// # async fn example(transfers: zonal_transfer::Transfers) -> Result<(), zonal_transfer::Error> {
/// let day = Duration::from_secs(24 * 3600);
/// let report = transfers.unfinished_uploads("demo--usw2-az1--x-s3").older_than(day).abort().await?;
/// println!("{} aborted, {} failed", report.aborted, report.failed.len());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "this does nothing until `list` or `abort`"]
pub struct Uploads {
    transfers: Transfers,
    bucket: String,
    prefix: String,
    age: Duration,
    kept: HashSet<String>,
}

/// The result of [`Uploads::abort`].
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Aborted {
    /// The number of uploads that were aborted.
    pub aborted: u64,
    /// The uploads that could not be aborted, by key, with the reason.
    pub failed: Vec<(String, Error)>,
}

impl Uploads {
    pub(crate) fn new(transfers: &Transfers, bucket: String) -> Self {
        Self {
            transfers: transfers.clone(),
            bucket,
            prefix: String::new(),
            age: Duration::from_secs(24 * 3600),
            kept: HashSet::new(),
        }
    }

    /// Selects uploads whose keys begin with this prefix. Default: all uploads.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Selects uploads that were started at least this long ago by the clock of this machine. Default: one day. Zero
    /// also selects uploads that other processes have in progress.
    pub fn older_than(mut self, age: Duration) -> Self {
        self.age = age;
        self
    }

    /// Excludes the uploads with these ids.
    pub fn except<I: Into<String>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.kept.extend(ids.into_iter().map(Into::into));
        self
    }

    /// Lists the selected uploads, without those that this process has in progress.
    ///
    /// # Errors
    ///
    /// If the uploads cannot be listed.
    pub async fn list(&self) -> Result<Vec<MultipartUpload>, Error> {
        let listed = self.all().await;
        listed.map_err(|cause| cause.of(self.what(), None))
    }

    fn what(&self) -> String {
        format!("the cleanup of `{}`", shown(&self.bucket))
    }

    async fn all(&self) -> Result<Vec<MultipartUpload>, Cause> {
        let mut found = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            // the service accepts only prefixes that end in a slash, so the rest is compared here
            let directory = self.prefix.rfind('/').map(|at| &self.prefix[..=at]);
            let list = self.transfers.client.list_multipart_uploads(&*self.bucket);
            // XML cannot hold all keys
            let list = list
                .encoding_type(EncodingType::Url)
                .set_prefix(directory.map(str::to_owned))
                .set_key_marker(marker.clone());
            let page = self.transfers.quiet(list).await.map_err(AnyError::from)?;
            let is_encoded = page.encoding_type == Some(EncodingType::Url);
            for mut upload in page.uploads {
                let key = upload.key.take().map(|key| decoded(key, is_encoded));
                upload.key = key.transpose()?;
                if self.is_meant(&upload) {
                    found.push(upload);
                }
            }
            let next = page.next_key_marker.filter(|next| !next.is_empty());
            if page.is_truncated != Some(true) {
                return Ok(found);
            }
            if next.is_none() || next == marker {
                return Err(Cause::answer(
                    "the list of uploads is truncated but has no marker for the next page",
                ));
            }
            marker = next;
        }
    }

    fn is_meant(&self, upload: &MultipartUpload) -> bool {
        let (Some(key), Some(id)) = (&upload.key, &upload.upload_id) else {
            return false;
        };
        let initiated = upload
            .initiated
            .and_then(|time| SystemTime::try_from(time).ok());
        let age = initiated.and_then(|time| SystemTime::now().duration_since(time).ok());
        let is_old = self.age.is_zero() || age.is_some_and(|age| age >= self.age);
        is_old && key.starts_with(&self.prefix) && !self.kept.contains(id) && !is_running(id)
    }

    /// Aborts the selected uploads.
    ///
    /// # Errors
    ///
    /// If the uploads cannot be listed. Uploads that cannot be aborted are in the report.
    pub async fn abort(&self) -> Result<Aborted, Error> {
        let mut report = Aborted::default();
        for upload in self.list().await? {
            let (Some(key), Some(id)) = (upload.key, upload.upload_id) else {
                continue;
            };
            let _turn = self.transfers.settings.limit.acquire().await;
            match abort(&self.transfers, &self.bucket, &key, &id, None).await {
                Ok(()) => report.aborted += 1,
                Err(error) => {
                    let what = format!("the abort of an upload of `{}`", shown(&key));
                    report.failed.push((key, Cause::from(error).of(what, None)));
                }
            }
        }
        Ok(report)
    }
}

//! [`Transfers`]: starts transfers.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use zonal::Client;

use crate::batch::{CopyAll, DeleteAll, Listing, MoveAll};
use crate::cleanup::Uploads;
use crate::download::Download;
use crate::hedge::Hedger;
use crate::limit::Limit;
use crate::retry::RetryPolicy;
use crate::run::Room;
use crate::settings::{Builder, ServiceLimits};
use crate::source::Source;
use crate::upload::{Check, Upload};

/// Starts transfers. It is cheap to clone; make one and share it.
///
/// ```no_run
/// # async fn example(client: zonal::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use zonal_transfer::{Source, Transfers};
///
/// let transfers = Transfers::new(client);
/// let bucket = "demo--usw2-az1--x-s3";
/// transfers.upload(bucket, "backup.tar", Source::from_path("backup.tar")).await?;
/// transfers.download(bucket, "backup.tar").to_file("copy.tar").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Transfers {
    pub(crate) client: Client,
    pub(crate) settings: Arc<Settings>,
}

/// What all transfers share.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) limit: Limit,
    pub(crate) concurrency: usize,
    pub(crate) part_size: u64,
    pub(crate) threshold: u64,
    pub(crate) bounds: ServiceLimits,
    pub(crate) retries: RetryPolicy,
    pub(crate) hedger: Option<Hedger>,
    /// The checksums that buckets accept, as far as they were tried.
    pub(crate) accepted: Mutex<Vec<(String, Check)>>,
}

impl Transfers {
    /// Creates transfers for this client, with the default settings of [`Builder`].
    pub fn new(client: Client) -> Self {
        Builder::new(client).build_unchecked()
    }

    /// Returns a builder for transfers of this client.
    pub fn builder(client: Client) -> Builder {
        Builder::new(client)
    }

    /// Returns the client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the limit of these transfers.
    pub fn limit(&self) -> &Limit {
        &self.settings.limit
    }

    /// Prepares an upload; await it, or [`start`](Upload::start) it to follow its events.
    pub fn upload(
        &self,
        bucket: impl Into<String>,
        key: impl Into<String>,
        source: impl Into<Source>,
    ) -> Upload {
        Upload::new(self, bucket.into(), key.into(), source.into())
    }

    /// Prepares a download. Set [where to](Download::to_file).
    pub fn download(&self, bucket: impl Into<String>, key: impl Into<String>) -> Download {
        Download::new(self, bucket.into(), key.into())
    }

    /// Lists the objects of a bucket whose keys begin with `prefix`, in no order. An empty prefix lists all objects.
    /// The prefix need not end in a slash: this crate compares what S3 cannot.
    ///
    /// ```no_run
    /// # async fn example(transfers: zonal_transfer::Transfers) -> Result<(), zonal_transfer::Error> {
    /// let mut listing = transfers.list("demo--usw2-az1--x-s3", "logs/2026-");
    /// while let Some(object) = listing.next().await.transpose()? {
    ///     println!("{} {:?}", object.key, object.size);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self, bucket: impl AsRef<str>, prefix: impl Into<String>) -> Listing {
        Listing::new(self, bucket.as_ref(), prefix.into(), None)
    }

    /// Like [`list`](Self::list), but without the content of directories below the prefix: each is one entry, a
    /// [directory](crate::Listed::is_directory).
    pub fn list_directory(&self, bucket: impl AsRef<str>, prefix: impl Into<String>) -> Listing {
        Listing::new(self, bucket.as_ref(), prefix.into(), Some("/"))
    }

    /// Prepares to delete objects of a bucket. Set which.
    pub fn delete(&self, bucket: impl Into<String>) -> DeleteAll {
        DeleteAll::new(self, bucket.into())
    }

    /// Prepares to copy objects of a bucket. Set which, and where to.
    pub fn copy(&self, bucket: impl Into<String>) -> CopyAll {
        CopyAll::new(self, bucket.into())
    }

    /// Prepares to move objects within a bucket. Set which, and where to.
    pub fn rename(&self, bucket: impl Into<String>) -> MoveAll {
        MoveAll::new(self, bucket.into())
    }

    /// Finds and aborts multipart uploads that were neither completed nor aborted.
    pub fn unfinished_uploads(&self, bucket: impl Into<String>) -> Uploads {
        Uploads::new(self, bucket.into())
    }

    /// Transfers to nowhere.
    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        let credentials = zonal::Credentials::new("AKID", "SECRET", None, None, "test");
        let builder = Client::builder().region("us-west-2");
        Self::new(builder.credentials(credentials).build().unwrap())
    }

    pub(crate) fn room(&self) -> Room {
        let Settings {
            concurrency,
            part_size,
            ..
        } = *self.settings;
        Room {
            pieces: concurrency,
            bytes: part_size.saturating_mul(concurrency as u64),
        }
    }

    /// The checksum that a bucket is known to accept.
    pub(crate) fn accepted(&self, bucket: &str) -> Option<Check> {
        let known = self.settings.accepted.lock();
        let known = known.unwrap_or_else(PoisonError::into_inner);
        known
            .iter()
            .find(|(name, _)| name == bucket)
            .map(|(_, check)| *check)
    }

    pub(crate) fn accepts(&self, bucket: &str, check: Check) {
        let known = self.settings.accepted.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        match known.iter_mut().find(|(name, _)| name == bucket) {
            Some((_, known)) => *known = check,
            None => known.push((bucket.to_owned(), check)),
        }
    }
}

impl fmt::Debug for Transfers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transfers")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

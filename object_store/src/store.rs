//! [`ZonalStore`].

use std::fmt;
use std::sync::Arc;

use zonal::operation::PutObject;
use zonal::types::ChecksumAlgorithm;
use zonal::{AnyError, Body, Client};

use crate::ZonalStoreBuilder;

/// A directory bucket as an object store.
///
/// It implements the traits of the versions of `object_store` whose features are on; see the [front page](crate).
/// Clones share the client with its connections, sessions and credentials.
#[derive(Clone)]
pub struct ZonalStore {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) client: Client,
    pub(crate) bucket: String,
    pub(crate) options: Options,
}

/// The settings of a store.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The checksum of uploads. Default: CRC32.
    pub(crate) checksum: Option<ChecksumAlgorithm>,
    /// The content type of objects that are written without one.
    pub(crate) content_type: Option<String>,
    /// Whether to delete lists of objects with `DeleteObjects`.
    pub(crate) bulk_delete: bool,
    /// The largest object that `CopyObject` copies, in bytes.
    pub(crate) copy_limit: u64,
    /// The size of the parts of a larger copy, in bytes.
    pub(crate) copy_part: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            checksum: None,
            content_type: None,
            bulk_delete: true,
            copy_limit: 5_000_000_000,
            copy_part: 512 * 1024 * 1024,
        }
    }
}

/// The result of an append.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appended {
    /// The new entity tag of the object.
    pub e_tag: Option<String>,
    /// The new size of the object in bytes, which is the offset of the next append.
    pub size: u64,
}

impl ZonalStore {
    /// Creates a store for a bucket, with an existing client. This gives access to all settings of
    /// [`zonal::Client::builder`].
    pub fn new(client: Client, bucket: impl Into<String>) -> Self {
        Self::with(client, bucket.into(), Options::default())
    }

    pub(crate) fn with(client: Client, bucket: String, options: Options) -> Self {
        Self {
            inner: Arc::new(Inner {
                client,
                bucket,
                options,
            }),
        }
    }

    /// Returns a builder for a store.
    pub fn builder() -> ZonalStoreBuilder {
        ZonalStoreBuilder::new()
    }

    /// Returns the client of the store.
    pub fn client(&self) -> &Client {
        &self.inner.client
    }

    /// Returns the name of the bucket.
    pub fn bucket(&self) -> &str {
        &self.inner.bucket
    }

    /// Appends bytes to an object. `offset` is the current size of the object in bytes; zero creates the object if it
    /// does not exist.
    ///
    /// Of several appends at the same offset, one succeeds. An object accepts at most 10,000 appends of at most 5 GB
    /// each; the count restarts for a copy of the object. Buckets in Local Zones do not support appends.
    ///
    /// # Errors
    ///
    /// Fails with `InvalidWriteOffset` if the object has another size, and for the same reasons as [`PutObject`]. If
    /// [`may_have_succeeded`](zonal::Error::may_have_succeeded) is true, check the size of the object before you append
    /// again.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(store: zonal_object_store::ZonalStore) -> Result<(), zonal::AnyError> {
    /// let first = store.append("log/today", 0, "one\n").await?;
    /// store.append("log/today", first.size, "two\n").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn append(
        &self,
        location: impl AsRef<str>,
        offset: u64,
        body: impl Into<Body>,
    ) -> Result<Appended, AnyError> {
        let body = body.into();
        let length = body.length().unwrap_or_default();
        // an offset beyond the range of the header is beyond the size of any object
        let start = i64::try_from(offset).unwrap_or(i64::MAX);
        let request = PutObject::new(self.bucket(), location.as_ref())
            .body(body)
            .set_checksum_algorithm(self.inner.options.checksum.clone())
            .write_offset_bytes(start);
        let output = self.inner.client.send(request).await?;
        let size = output.size.and_then(|size| size.try_into().ok());
        Ok(Appended {
            e_tag: output.e_tag,
            size: size.unwrap_or(offset + length),
        })
    }
}

impl fmt::Display for ZonalStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZonalStore({})", self.inner.bucket)
    }
}

impl fmt::Debug for ZonalStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZonalStore")
            .field("bucket", &self.inner.bucket)
            .field("client", &self.inner.client)
            .field("options", &self.inner.options)
            .finish()
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inner").field(&self.bucket).finish()
    }
}

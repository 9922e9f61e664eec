//! [`ZonalStore`].

use std::fmt;
use std::sync::Arc;

use zonal::operation::PutObject;
use zonal::types::ChecksumAlgorithm;
use zonal::{AnyError, Body, Client};

use crate::ZonalStoreBuilder;

/// A directory bucket as an object store.
///
/// It implements the traits of the versions of `object_store` whose features are switched on; see the
/// [front page](crate) for which they are. A clone shares the client: its connections, sessions and
/// credentials.
#[derive(Clone)]
pub struct ZonalStore {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) client: Client,
    pub(crate) bucket: String,
    pub(crate) options: Options,
}

/// What a store does in its own way.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The checksum of uploads; CRC32 unless set.
    pub(crate) checksum: Option<ChecksumAlgorithm>,
    /// The content type of objects that are written without one.
    pub(crate) content_type: Option<String>,
    /// Whether lists of objects are deleted by `DeleteObjects`.
    pub(crate) bulk_delete: bool,
    /// The largest object that `CopyObject` copies, in bytes.
    pub(crate) copy_limit: u64,
    /// The parts in which a larger one is copied, in bytes.
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

/// What an append has made of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appended {
    /// The entity tag of the object as it is now.
    pub e_tag: Option<String>,
    /// The size of the object in bytes: the offset of the next append.
    pub size: u64,
}

impl ZonalStore {
    /// A store on a bucket, over a client that is set up already. Whatever can be set on
    /// [`zonal::Client::builder`] can be set so.
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

    /// Starts the configuration of a store.
    pub fn builder() -> ZonalStoreBuilder {
        ZonalStoreBuilder::new()
    }

    /// The client that the store sends its requests with.
    pub fn client(&self) -> &Client {
        &self.inner.client
    }

    /// The name of the bucket.
    pub fn bucket(&self) -> &str {
        &self.inner.bucket
    }

    /// Appends bytes to an object. `offset` is the size that the object has now, in bytes; zero
    /// creates an object where there is none.
    ///
    /// Of several appends at the same offset one succeeds. An object takes 10,000 appends at most,
    /// each of 5 GB at most; a copy of the object begins to count anew. Buckets in Local Zones have no
    /// appends.
    ///
    /// # Errors
    ///
    /// `InvalidWriteOffset` where the object has another size, and whatever else
    /// [`PutObject`] fails with. Where
    /// [`may_have_succeeded`](zonal::Error::may_have_succeeded) says so, look at the size of the object
    /// before you append again.
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

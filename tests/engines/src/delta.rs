//! delta-rs on directory buckets.

use std::sync::Arc;

use deltalake::logstore::object_store::path::Path;
use deltalake::logstore::{
    LogStore, LogStoreFactory, ObjectStoreFactory, ObjectStoreRef, StorageConfig, default_logstore,
    logstore_factories, object_store_factories,
};
use deltalake::{DeltaResult, DeltaTableError};
use url::Url;
use zonal_object_store::v0_13::parse_url_opts;

/// Makes the stores and logs of `s3://…--x-s3/`. A commit is a conditional PUT, which directory buckets have, so
/// that no lock beside them is needed.
#[derive(Debug)]
struct DirectoryBuckets;

impl ObjectStoreFactory for DirectoryBuckets {
    fn parse_url_opts(
        &self,
        url: &Url,
        config: &StorageConfig,
    ) -> DeltaResult<(ObjectStoreRef, Path)> {
        let (store, path) = parse_url_opts(url, &config.raw).map_err(DeltaTableError::from)?;
        Ok((Arc::from(store), path))
    }
}

impl LogStoreFactory for DirectoryBuckets {
    fn with_options(
        &self,
        prefixed_store: ObjectStoreRef,
        root_store: ObjectStoreRef,
        location: &Url,
        options: &StorageConfig,
    ) -> DeltaResult<Arc<dyn LogStore>> {
        Ok(default_logstore(
            prefixed_store,
            root_store,
            location,
            options,
        ))
    }
}

/// Makes tables below `s3://` known to delta-rs. Call it once, before the first table is opened.
///
/// # Panics
///
/// Never: the URL is one.
pub fn register() {
    let scheme = Url::parse("s3://").expect("a URL");
    object_store_factories().insert(scheme.clone(), Arc::new(DirectoryBuckets));
    logstore_factories().insert(scheme, Arc::new(DirectoryBuckets));
}

//! Where DataFusion and Ballista look for the store of a URL.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreRegistry;
use url::Url;
use zonal_object_store::ZonalStoreBuilder;
use zonal_object_store::v0_13::ZonalRegistry;
use zonal_object_store::v0_13::object_store::ObjectStore;
use zonal_object_store::v0_13::object_store::registry::ObjectStoreRegistry as _;

/// DataFusion's registry over ours: `s3://…--x-s3/` is a directory bucket, set up from the environment, and any
/// other URL is what `object_store` makes of it.
#[derive(Debug, Default)]
pub struct Registry(ZonalRegistry);

impl Registry {
    /// A registry whose stores are set up like this builder.
    pub fn new(builder: ZonalStoreBuilder) -> Self {
        Self(ZonalRegistry::with_builder(builder))
    }
}

impl ObjectStoreRegistry for Registry {
    fn register_store(
        &self,
        url: &Url,
        store: Arc<dyn ObjectStore>,
    ) -> Option<Arc<dyn ObjectStore>> {
        self.0.register(url.clone(), store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let (store, _path) = self.0.resolve(url)?;
        Ok(store)
    }
}

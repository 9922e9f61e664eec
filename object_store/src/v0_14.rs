//! For users of `object_store` 0.14.
//!
//! [`ZonalStore`] implements the traits `ObjectStore`, `MultipartStore` and `PaginatedListStore` of this
//! version, and with the feature `signer` its `Signer`.

use async_trait::async_trait;

pub use object_store_0_14 as object_store;

use self::object_store::multipart::{MultipartStore, PartId};
use self::object_store::path::Path;
use self::object_store::{MultipartId, PutMultipartOptions, PutPayload, PutResult, Result};
use crate::{ZonalStore, body};

/// Makes a result of this version. Its extensions hold the metadata of the answer.
macro_rules! with_metadata {
    ($metadata:expr, $result:ident { $($fields:tt)* }) => {{
        let mut extensions = crate::v0_14::object_store::Extensions::new();
        if let Some(metadata) = $metadata {
            let metadata: zonal::Metadata = metadata;
            extensions.insert(metadata);
        }
        $result { $($fields)*, extensions }
    }};
}

/// Items that 0.14 added.
macro_rules! since_0_14 {
    ($($item:tt)*) => { $($item)* };
}

#[allow(clippy::duplicate_mod, reason = "each version has its own")]
#[path = "adapter/mod.rs"]
mod adapter;
#[cfg(feature = "signer")]
mod signer;

pub use adapter::{ZonalRegistry, parse_url, parse_url_opts};

#[async_trait]
impl MultipartStore for ZonalStore {
    async fn create_multipart(&self, path: &Path) -> Result<MultipartId> {
        self.create_multipart_opts(path, PutMultipartOptions::default())
            .await
    }

    async fn create_multipart_opts(
        &self,
        path: &Path,
        opts: PutMultipartOptions,
    ) -> Result<MultipartId> {
        let headers = adapter::headers(path, &opts.attributes)?;
        Ok(self.create_upload(path.as_ref(), headers).await?)
    }

    async fn put_part(
        &self,
        path: &Path,
        id: &MultipartId,
        part_idx: usize,
        data: PutPayload,
    ) -> Result<PartId> {
        let body = body::of(data.as_ref());
        let sent = self.put_part(path.as_ref(), id, part_idx + 1, body).await;
        Ok(PartId { content_id: sent? })
    }

    async fn complete_multipart(
        &self,
        path: &Path,
        id: &MultipartId,
        parts: Vec<PartId>,
    ) -> Result<PutResult> {
        let parts = parts.into_iter().map(|part| part.content_id).collect();
        let written = self.complete_upload(path.as_ref(), id, parts, None).await?;
        let result = with_metadata!(
            Some(written.metadata),
            PutResult {
                e_tag: written.e_tag,
                version: None
            }
        );
        Ok(result)
    }

    async fn abort_multipart(&self, path: &Path, id: &MultipartId) -> Result<()> {
        Ok(self.abort_upload(path.as_ref(), id).await?)
    }
}

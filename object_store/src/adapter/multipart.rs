//! Multipart uploads.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt;

use crate::ZonalStore;
use crate::body;
use crate::upload::Upload;

use super::super::object_store::path::Path;
use super::super::object_store::{MultipartUpload, PutPayload, PutResult, Result, UploadPart};

/// An upload that numbers its parts in the order in which it receives them.
#[derive(Debug)]
pub(super) struct PartsUpload {
    upload: Arc<Upload>,
    count: usize,
}

impl PartsUpload {
    pub(super) fn new(store: ZonalStore, location: &Path, id: String) -> Self {
        let upload = Upload::new(store, location.as_ref().to_owned(), id);
        Self {
            upload: Arc::new(upload),
            count: 0,
        }
    }
}

#[async_trait]
impl MultipartUpload for PartsUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.count += 1;
        let (upload, number) = (Arc::clone(&self.upload), self.count);
        async move { Ok(upload.put_part(number, body::of(data.as_ref())).await?) }.boxed()
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let written = self.upload.complete(self.count).await?;
        let result = with_metadata!(
            Some(written.metadata),
            PutResult {
                e_tag: written.e_tag,
                version: None
            }
        );
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        Ok(self.upload.abort().await?)
    }
}

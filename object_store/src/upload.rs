//! Multipart uploads.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use zonal::Body;
use zonal::operation::{AbortMultipartUpload, CreateMultipartUpload, UploadPart};
use zonal::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};

use crate::failure::{Failure, Kind};
use crate::headers::{Headers, with_headers};
use crate::put::Written;
use crate::store::ZonalStore;

/// The most parts of an upload.
pub(crate) const MOST_PARTS: usize = 10_000;

impl ZonalStore {
    /// Starts an upload and returns its id.
    pub(crate) async fn create_upload(
        &self,
        key: &str,
        mut headers: Headers,
    ) -> Result<String, Failure> {
        if headers.content_encoding.is_some() {
            return Err(Failure::new(
                Kind::NotImplemented,
                key,
                "a multipart upload with a content encoding, which directory buckets refuse",
            ));
        }
        let default = &self.inner.options.content_type;
        headers.content_type = headers.content_type.or(default.clone());
        // Requested explicitly: the service combines the CRCs of the parts to a CRC of the whole object only for
        // `FULL_OBJECT`, and reads are verified with that CRC. All algorithms of `part_checksum` allow it. A service
        // that refuses it does so here, before any part is sent.
        let request = CreateMultipartUpload::new(self.bucket(), key)
            .checksum_algorithm(self.part_checksum().unwrap_or(ChecksumAlgorithm::Crc32))
            .checksum_type(ChecksumType::FullObject);
        let request = with_headers!(request, headers);
        let sent = self.client().send(request).await;
        Ok(sent.map_err(|error| Failure::of(error, key))?.upload_id)
    }

    /// The checksum of parts. It must be one that combines to a checksum of the whole object, so that reads can be
    /// verified; the SHA algorithms do not.
    fn part_checksum(&self) -> Option<ChecksumAlgorithm> {
        let chosen = self.inner.options.checksum.clone();
        chosen.filter(|it| !matches!(it, ChecksumAlgorithm::Sha1 | ChecksumAlgorithm::Sha256))
    }

    /// Uploads a part and returns its entity tag. Numbers begin at 1.
    pub(crate) async fn put_part(
        &self,
        key: &str,
        id: &str,
        number: usize,
        body: Body,
    ) -> Result<String, Failure> {
        if number > MOST_PARTS {
            let problem = format!("an upload has at most {MOST_PARTS} parts; send larger parts");
            return Err(Failure::generic(key, problem));
        }
        let request = UploadPart::new(self.bucket(), key, number as i32, id)
            .body(body)
            .set_checksum_algorithm(self.part_checksum());
        let sent = self.client().send(request).await;
        let e_tag = sent.map_err(|error| Failure::of(error, key))?.e_tag;
        e_tag.ok_or_else(|| Failure::generic(key, "the answer has no entity tag of the part"))
    }

    /// Completes an upload and returns the entity tag of the object. `parts` has the entity tags of the parts in order.
    /// Without parts, the object is empty.
    pub(crate) async fn complete_upload(
        &self,
        key: &str,
        id: &str,
        mut parts: Vec<String>,
        if_none_match: Option<&str>,
    ) -> Result<Written, Failure> {
        if parts.is_empty() {
            parts.push(self.put_part(key, id, 1, Body::default()).await?);
        }
        let parts = (1..).zip(parts).map(|(number, e_tag)| {
            let part = CompletedPart::new().part_number(number);
            part.e_tag(e_tag)
        });
        let call = self
            .client()
            .complete_multipart_upload(self.bucket(), key, id);
        let call = call
            .multipart_upload(CompletedMultipartUpload::new().parts(parts.collect::<Vec<_>>()))
            .set_if_none_match(if_none_match.map(str::to_owned));
        let sent = call.send_with_metadata().await;
        let (output, metadata) = sent.map_err(|error| Failure::of(error, key))?;
        let e_tag = Some(output.e_tag);
        Ok(Written { e_tag, metadata })
    }

    pub(crate) async fn abort_upload(&self, key: &str, id: &str) -> Result<(), Failure> {
        let request = AbortMultipartUpload::new(self.bucket(), key, id);
        match self.client().send(request).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::of(error, key)),
        }
    }
}

/// An upload that numbers its parts in the order in which it receives them.
#[derive(Debug)]
pub(crate) struct Upload {
    store: ZonalStore,
    key: String,
    id: String,
    /// The entity tags of the parts that have arrived.
    parts: Mutex<BTreeMap<usize, String>>,
}

impl Upload {
    pub(crate) fn new(store: ZonalStore, key: String, id: String) -> Self {
        Self {
            store,
            key,
            id,
            parts: Mutex::default(),
        }
    }

    pub(crate) async fn put_part(&self, number: usize, body: Body) -> Result<(), Failure> {
        let e_tag = self.store.put_part(&self.key, &self.id, number, body);
        let e_tag = e_tag.await?;
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.insert(number, e_tag);
        Ok(())
    }

    /// Completes the upload if all parts up to this number have arrived.
    pub(crate) async fn complete(&self, count: usize) -> Result<Written, Failure> {
        let parts = self
            .parts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(missing) = (1..=count).find(|number| !parts.contains_key(number)) {
            let problem = format!(
                "part {missing} of {count} has not arrived: await each part before the upload is \
                 completed"
            );
            return Err(Failure::generic(&*self.key, problem));
        }
        let parts = parts.into_values().collect();
        self.store
            .complete_upload(&self.key, &self.id, parts, None)
            .await
    }

    pub(crate) async fn abort(&self) -> Result<(), Failure> {
        self.store.abort_upload(&self.key, &self.id).await
    }
}

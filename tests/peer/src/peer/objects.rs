//! The objects of a running peer, without a request.

use super::Peer;
use crate::checksum::{Checksum, ChecksumAlgorithm};
use crate::object::{Details, StoredObject};
use bytes::Bytes;

impl Peer {
    /// The object under a key, if there is one.
    pub fn object(&self, bucket: &str, key: &str) -> Option<StoredObject> {
        let store = &self.service.store;
        store.in_bucket(bucket, |contents| contents.object(key).cloned())?
    }

    /// Puts an object with a CRC32, as a client does that was not told otherwise; makes the bucket if there is none.
    pub fn put(&self, bucket: &str, key: &str, data: impl Into<Bytes>) -> StoredObject {
        let data = data.into();
        let now = self.service.clock.now();
        let checksum = Checksum::full(ChecksumAlgorithm::Crc32, &data);
        let object = StoredObject::new(data, Details::default(), Some(checksum), now);
        self.put_object(bucket, key, object.clone());
        object
    }

    /// Puts an object as it is; makes the bucket if there is none.
    pub fn put_object(&self, bucket: &str, key: &str, object: StoredObject) {
        self.create_bucket(bucket);
        let store = &self.service.store;
        let result = store.in_bucket(bucket, |contents| contents.put(key, object));
        if let Some(Err(error)) = result {
            tracing::error!(?error, "an object was not put");
        }
    }

    /// The keys of a bucket in the order of the alphabet; none if there is no such bucket.
    pub fn keys(&self, bucket: &str) -> Vec<String> {
        let store = &self.service.store;
        let keys = store.in_bucket(bucket, |contents| {
            contents.keys().map(str::to_owned).collect::<Vec<_>>()
        });
        let mut keys = keys.unwrap_or_default();
        keys.sort_unstable();
        keys
    }

    /// Key and upload id of every multipart upload in progress.
    pub fn uploads(&self, bucket: &str) -> Vec<(String, String)> {
        let store = &self.service.store;
        let uploads = store.in_bucket(bucket, |contents| {
            let uploads = contents.uploads();
            uploads
                .map(|upload| (upload.key.clone(), upload.id.clone()))
                .collect()
        });
        uploads.unwrap_or_default()
    }
}

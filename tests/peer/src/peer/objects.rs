//! The objects of a running peer, without a request.

use super::Peer;
use crate::checksum::{Checksum, ChecksumAlgorithm, ChecksumType};
use crate::contents::Generated;
use crate::object::{Details, StoredObject};
use bytes::Bytes;

impl Peer {
    /// Returns the object under a key, if it exists.
    pub fn object(&self, bucket: &str, key: &str) -> Option<StoredObject> {
        let store = &self.service.store;
        store.in_bucket(bucket, |contents| contents.object(key).cloned())?
    }

    /// Puts this many objects with these bytes below a prefix, in a thousand directories, without using memory for
    /// each. Below `p/`, the first is `p/000/0000000`. They can be listed, read, copied, replaced and deleted, but
    /// [`keys`](Self::keys) does not return them. A bucket has only the objects of the last call.
    pub fn generate(&self, bucket: &str, prefix: &str, count: u32, data: impl Into<Bytes>) {
        self.create_bucket(bucket);
        let generated = Generated::new(prefix, count, self.stored(data.into()));
        let store = &self.service.store;
        store.in_bucket(bucket, |contents| contents.generate(generated));
    }

    /// Puts an object with a CRC32, like a client by default. Creates the bucket if it does not exist.
    pub fn put(&self, bucket: &str, key: &str, data: impl Into<Bytes>) -> StoredObject {
        let object = self.stored(data.into());
        self.put_object(bucket, key, object.clone());
        object
    }

    fn stored(&self, data: Bytes) -> StoredObject {
        let now = self.service.clock.now();
        let algorithm = ChecksumAlgorithm::Crc32;
        let checksum = Checksum {
            algorithm,
            kind: ChecksumType::FullObject,
            value: algorithm.encoded(&data),
        };
        StoredObject::new(data.into(), Details::default(), Some(checksum), now)
    }

    /// Puts an object without changes. Creates the bucket if it does not exist.
    pub fn put_object(&self, bucket: &str, key: &str, object: StoredObject) {
        self.create_bucket(bucket);
        let store = &self.service.store;
        let result = store.in_bucket(bucket, |contents| contents.put(key, object));
        if let Some(Err(error)) = result {
            tracing::error!(?error, "an object was not put");
        }
    }

    /// Returns the keys of the objects in a bucket, sorted; empty if the bucket does not exist.
    pub fn keys(&self, bucket: &str) -> Vec<String> {
        let store = &self.service.store;
        let keys = store.in_bucket(bucket, |contents| {
            contents.keys().map(str::to_owned).collect::<Vec<_>>()
        });
        let mut keys = keys.unwrap_or_default();
        keys.sort_unstable();
        keys
    }

    /// Returns key and id of all multipart uploads in progress.
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

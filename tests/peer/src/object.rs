//! Objects as they lie in a bucket.

use crate::checksum::{Checksum, ChecksumAlgorithm};
use crate::data::Data;
use crate::encryption::Encryption;
use crate::secret::random_text;
use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

/// An object with everything that is stored with it.
#[derive(Clone)]
#[non_exhaustive]
pub struct StoredObject {
    /// The content.
    pub data: Data,
    /// The entity tag with its quotes; an arbitrary text, as in directory buckets.
    pub etag: String,
    /// The time of the last change, a whole second.
    pub last_modified: SystemTime,
    /// `content-type` and its like, by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// User metadata, without the prefix `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
    /// The checksum that came with the object.
    pub checksum: Option<Checksum>,
    pub(crate) encryption: Encryption,
    /// The parts it was put together from; one for an object of a single request.
    pub(crate) parts: Vec<ObjectPart>,
    /// Whether it came by a multipart upload.
    pub(crate) multipart: bool,
}

/// A part that became a piece of an object.
#[derive(Debug, Clone)]
pub(crate) struct ObjectPart {
    pub(crate) size: usize,
    pub(crate) checksum: Option<(ChecksumAlgorithm, String)>,
}

/// The headers and the user metadata of an object to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Details {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) encryption: Encryption,
}

impl StoredObject {
    /// An object of one part.
    pub(crate) fn new(
        data: Data,
        details: Details,
        checksum: Option<Checksum>,
        now: SystemTime,
    ) -> Self {
        let part = ObjectPart {
            size: data.len(),
            checksum: checksum
                .as_ref()
                .map(|checksum| (checksum.algorithm, checksum.value.clone())),
        };
        Self {
            data,
            etag: new_etag(),
            last_modified: whole_second(now),
            headers: details.headers,
            metadata: details.metadata,
            checksum,
            encryption: details.encryption,
            parts: vec![part],
            multipart: false,
        }
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        u64::try_from(self.data.len()).unwrap_or(u64::MAX)
    }

    /// How many parts it has; every append adds one.
    pub fn part_count(&self) -> usize {
        self.parts.len()
    }

    /// Where the part with this number (from 1) lies in the data.
    pub(crate) fn part(&self, number: usize) -> Option<(std::ops::Range<usize>, &ObjectPart)> {
        let index = number.checked_sub(1)?;
        let part = self.parts.get(index)?;
        let start: usize = self.parts[..index].iter().map(|part| part.size).sum();
        Some((start..start + part.size, part))
    }
}

impl fmt::Debug for StoredObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredObject")
            .field("data", &format_args!("{} bytes", self.data.len()))
            .field("etag", &self.etag)
            .field("headers", &self.headers)
            .field("metadata", &self.metadata)
            .field("checksum", &self.checksum)
            .field("parts", &self.parts.len())
            .finish_non_exhaustive()
    }
}

/// Looks like the MD5 of general purpose buckets and is none.
pub(crate) fn new_etag() -> String {
    format!("\"{}\"", random_text(b"0123456789abcdef", 32))
}

pub(crate) fn whole_second(at: SystemTime) -> SystemTime {
    let since = at
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

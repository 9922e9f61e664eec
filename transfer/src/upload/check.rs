//! [`Check`]: the checksum of a multipart upload, and the members of `PutObject` that it cannot use.

use std::collections::BTreeMap;

use zonal::operation::{CreateMultipartUpload, PutObject};
use zonal::runtime::checksum::{Algorithm, Sum};
use zonal::types::{ChecksumAlgorithm, ChecksumType};

use super::multipart::Done;
use crate::error::Cause;
use crate::sums::Sums as _;

/// A checksum algorithm, and whether it covers all bytes or the checksums of the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) algorithm: Algorithm,
    pub(crate) is_composite: bool,
}

impl Check {
    /// The checksums to try in turn if the caller has chosen none: the default of S3, then the one that AWS documents
    /// for directory buckets.
    pub(super) const CHOICE: [Self; 2] = [
        Self {
            algorithm: Algorithm::Crc64Nvme,
            is_composite: false,
        },
        Self {
            algorithm: Algorithm::Crc32,
            is_composite: true,
        },
    ];

    /// The checksum for the algorithm that the caller has chosen.
    pub(crate) fn of(algorithm: Algorithm) -> Self {
        Self {
            algorithm,
            is_composite: !algorithm.can_be_joined(),
        }
    }

    /// The request that starts an upload with this checksum and the members of a `PutObject`.
    pub(crate) fn create(self, put: &PutObject) -> CreateMultipartUpload {
        let kind = if self.is_composite {
            ChecksumType::Composite
        } else {
            ChecksumType::FullObject
        };
        CreateMultipartUpload::new(put.bucket.clone(), put.key.clone())
            .set_bucket_key_enabled(put.bucket_key_enabled)
            .set_cache_control(put.cache_control.clone())
            .checksum_algorithm(ChecksumAlgorithm::from(self.algorithm.name()))
            .checksum_type(kind)
            .set_content_disposition(put.content_disposition.clone())
            .set_content_encoding(put.content_encoding.clone())
            .set_content_language(put.content_language.clone())
            .set_content_type(put.content_type.clone())
            .set_expected_bucket_owner(put.expected_bucket_owner.clone())
            .set_expires(put.expires.clone())
            .set_metadata(put.metadata.clone())
            .set_server_side_encryption(put.server_side_encryption.clone())
            .set_sse_kms_encryption_context(put.sse_kms_encryption_context.clone())
            .set_sse_kms_key_id(put.sse_kms_key_id.clone())
            .set_storage_class(put.storage_class.clone())
    }

    /// The checksum of an object with these parts, if the checksum of each part is known.
    pub(crate) fn of_parts(self, parts: &BTreeMap<u32, Done>) -> Option<String> {
        let sums = parts.values().map(|part| Some((part.sum?, part.length)));
        let mut sums = sums.collect::<Option<Vec<_>>>()?.into_iter();
        if !self.is_composite {
            let (first, _) = sums.next()?;
            let whole = sums.try_fold(first, |whole, (sum, length)| {
                whole.join(self.algorithm, sum, length)
            });
            return whole.map(|whole| whole.to_string());
        }
        let digests: Vec<u8> = sums.flat_map(|(sum, _)| sum.as_bytes().to_vec()).collect();
        let sum = Sum::of(self.algorithm, &digests);
        Some(format!("{sum}-{}", parts.len()))
    }
}

/// Why an upload cannot use this `PutObject`, if it cannot.
pub(super) fn request(put: &PutObject) -> Result<(), Cause> {
    let problem = if put.key.is_empty() {
        "the key is empty; an object needs a name"
    } else if put.write_offset_bytes.is_some() {
        "`write_offset_bytes` appends to an object, which is one request: use `Client::put_object`"
    } else if put.body.is_some() || put.content_length.is_some() {
        "`body` and `content_length` come from the source; leave them out"
    } else if put.checksum_algorithm.is_some() {
        "`checksum_algorithm` is an option of the upload, not of its request"
    } else if put.any_sum().is_some() {
        "an upload does not take a precomputed checksum; leave it out, and compare it with `Uploaded::checksum`"
    } else {
        return Ok(());
    };
    Err(Cause::invalid(problem))
}

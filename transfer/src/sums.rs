//! Checksums of requests and answers, which have a member for each algorithm.

use zonal::operation::{
    CompleteMultipartUpload, CompleteMultipartUploadOutput, GetObjectOutput, HeadObjectOutput,
    PutObject, PutObjectOutput, UploadPartOutput,
};
use zonal::runtime::checksum::Algorithm;
use zonal::types::{Checksum, ChecksumType, CompletedPart, CopyPartResult, ObjectPart, Part};

/// A type that has checksums.
pub(crate) trait Sums {
    /// Returns the checksum of this algorithm.
    fn sum(&self, algorithm: Algorithm) -> Option<&str>;

    /// Returns the checksum that is the fastest to compute.
    fn any_sum(&self) -> Option<(Algorithm, &str)> {
        let mut all = Algorithm::ALL.iter().copied();
        all.find_map(|algorithm| Some((algorithm, self.sum(algorithm)?)))
    }
}

macro_rules! sums {
    ($($type:ty),*) => {$(
        impl Sums for $type {
            fn sum(&self, algorithm: Algorithm) -> Option<&str> {
                match algorithm {
                    Algorithm::Crc32 => self.checksum_crc32.as_deref(),
                    Algorithm::Crc32c => self.checksum_crc32c.as_deref(),
                    Algorithm::Crc64Nvme => self.checksum_crc64nvme.as_deref(),
                    Algorithm::Sha1 => self.checksum_sha1.as_deref(),
                    Algorithm::Sha256 => self.checksum_sha256.as_deref(),
                    _ => None,
                }
            }
        }
    )*};
}

sums!(
    Checksum,
    CompleteMultipartUploadOutput,
    CopyPartResult,
    GetObjectOutput,
    HeadObjectOutput,
    ObjectPart,
    Part,
    PutObject,
    PutObjectOutput,
    UploadPartOutput
);

/// A type that takes a checksum.
pub(crate) trait WithSum: Sized {
    fn with_sum(self, algorithm: Algorithm, sum: String) -> Self;
}

macro_rules! with_sum {
    ($($type:ty),*) => {$(
        impl WithSum for $type {
            fn with_sum(self, algorithm: Algorithm, sum: String) -> Self {
                match algorithm {
                    Algorithm::Crc32 => self.checksum_crc32(sum),
                    Algorithm::Crc32c => self.checksum_crc32c(sum),
                    Algorithm::Crc64Nvme => self.checksum_crc64nvme(sum),
                    Algorithm::Sha1 => self.checksum_sha1(sum),
                    Algorithm::Sha256 => self.checksum_sha256(sum),
                    _ => self,
                }
            }
        }
    )*};
}

with_sum!(CompletedPart, CompleteMultipartUpload);

/// Whether a checksum is computed over the checksums of the parts.
pub(crate) fn is_composite(kind: Option<&ChecksumType>, sum: &str) -> bool {
    kind == Some(&ChecksumType::Composite) || sum.contains('-')
}

//! The checksums of S3. CRCs and SHA-1 come from crates that the client does not use, so that the two cannot share a
//! mistake. SHA-256 comes from `ring`, whose assembly is also fast in a dev build.

use crate::data::Data;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc::{CRC_32_ISCSI, CRC_32_ISO_HDLC, CRC_64_NVME, Crc, Table};
use ring::digest::{Context, SHA256};
use sha1::Digest as _;
use sha1::Sha1;
use std::fmt;
use std::io;

static CRC32: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISO_HDLC);
static CRC32C: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);
static CRC64_NVME: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_NVME);

/// The checksums that the peer calculates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are S3's")]
pub enum ChecksumAlgorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl ChecksumAlgorithm {
    pub(crate) const ALL: [Self; 5] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
    ];

    /// S3's name, as in `x-amz-checksum-algorithm`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    /// The header (or trailer) that carries it.
    pub fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// The XML element that carries it.
    pub(crate) fn element(self) -> &'static str {
        match self {
            Self::Crc32 => "ChecksumCRC32",
            Self::Crc32c => "ChecksumCRC32C",
            Self::Crc64Nvme => "ChecksumCRC64NVME",
            Self::Sha1 => "ChecksumSHA1",
            Self::Sha256 => "ChecksumSHA256",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    pub(crate) fn of_header(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|algorithm| algorithm.header().eq_ignore_ascii_case(name))
    }

    /// Whether the checksums of the parts combine to the checksum of the whole object.
    pub(crate) fn is_linear(self) -> bool {
        matches!(self, Self::Crc32 | Self::Crc32c | Self::Crc64Nvme)
    }

    /// The polynomial of a CRC, its lowest bit first, and the length of the CRC in bytes.
    fn polynomial(self) -> Option<(u64, usize)> {
        match self {
            Self::Crc32 => Some((CRC_32_ISO_HDLC.poly.reverse_bits().into(), 4)),
            Self::Crc32c => Some((CRC_32_ISCSI.poly.reverse_bits().into(), 4)),
            Self::Crc64Nvme => Some((CRC_64_NVME.poly.reverse_bits(), 8)),
            Self::Sha1 | Self::Sha256 => None,
        }
    }

    /// The checksum's bytes, the highest first.
    pub(crate) fn digest(self, data: &[u8]) -> Vec<u8> {
        let mut running = Running::new(self);
        running.update(data);
        running.finish()
    }

    /// The same of an object's or a request's content.
    pub(crate) fn digest_of(self, data: &Data) -> io::Result<Vec<u8>> {
        let mut running = Running::new(self);
        for piece in data.pieces() {
            running.update(&piece?);
        }
        Ok(running.finish())
    }

    /// The checksum as headers carry it.
    pub fn encoded(self, data: &[u8]) -> String {
        STANDARD.encode(self.digest(data))
    }

    /// The same of an object's or a request's content.
    pub(crate) fn encoded_of(self, data: &Data) -> io::Result<String> {
        Ok(STANDARD.encode(self.digest_of(data)?))
    }

    /// Whether `value` can be such a checksum: base64 of the right length.
    pub(crate) fn takes(self, value: &str) -> bool {
        let length = STANDARD.decode(value).map(|bytes| bytes.len());
        length.is_ok_and(|length| length == self.digest(&[]).len())
    }
}

/// A checksum that is not complete.
pub(crate) enum Running {
    Crc32(crc::Digest<'static, u32, Table<16>>),
    Crc64(crc::Digest<'static, u64, Table<16>>),
    Sha1(Sha1),
    Sha256(Context),
}

impl Running {
    pub(crate) fn new(algorithm: ChecksumAlgorithm) -> Self {
        match algorithm {
            ChecksumAlgorithm::Crc32 => Self::Crc32(CRC32.digest()),
            ChecksumAlgorithm::Crc32c => Self::Crc32(CRC32C.digest()),
            ChecksumAlgorithm::Crc64Nvme => Self::Crc64(CRC64_NVME.digest()),
            ChecksumAlgorithm::Sha1 => Self::Sha1(Sha1::new()),
            ChecksumAlgorithm::Sha256 => Self::Sha256(Context::new(&SHA256)),
        }
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        match self {
            Self::Crc32(digest) => digest.update(data),
            Self::Crc64(digest) => digest.update(data),
            Self::Sha1(digest) => digest.update(data),
            Self::Sha256(digest) => digest.update(data),
        }
    }

    /// In base64.
    pub(crate) fn encoded(self) -> String {
        STANDARD.encode(self.finish())
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        match self {
            Self::Crc32(digest) => digest.finalize().to_be_bytes().to_vec(),
            Self::Crc64(digest) => digest.finalize().to_be_bytes().to_vec(),
            Self::Sha1(digest) => digest.finalize().to_vec(),
            Self::Sha256(digest) => digest.finish().as_ref().to_vec(),
        }
    }
}

/// What zeros after the bytes make of a CRC, without what it begins and ends with. A zero bit is a linear map of the
/// bits of the CRC; its powers of two are found by squaring.
fn after_zeros(crc: u64, bytes: usize, polynomial: u64) -> u64 {
    type Map = [u64; 64];
    fn apply(map: &Map, bits: u64) -> u64 {
        let is_set = |index: &usize| bits >> index & 1 == 1;
        (0..64)
            .filter(is_set)
            .fold(0, |sum, index| sum ^ map[index])
    }
    let squared = |map: &Map| -> Map { std::array::from_fn(|index| apply(map, map[index])) };
    let bit: Map = std::array::from_fn(|index| match index {
        0 => polynomial,
        _ => 1 << (index - 1),
    });
    let mut map = squared(&squared(&squared(&bit)));
    let (mut crc, mut left) = (crc, bytes);
    while left > 0 {
        if left & 1 == 1 {
            crc = apply(&map, crc);
        }
        map = squared(&map);
        left >>= 1;
    }
    crc
}

/// What a checksum of a multipart object is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChecksumType {
    /// All bytes of the object.
    FullObject,
    /// The checksums of its parts.
    Composite,
}

impl ChecksumType {
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        match name {
            "FULL_OBJECT" => Some(Self::FullObject),
            "COMPOSITE" => Some(Self::Composite),
            _ => None,
        }
    }
}

impl fmt::Display for ChecksumType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FullObject => "FULL_OBJECT",
            Self::Composite => "COMPOSITE",
        })
    }
}

/// A checksum that is stored with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checksum {
    /// How it was calculated.
    pub algorithm: ChecksumAlgorithm,
    /// Over what.
    pub kind: ChecksumType,
    /// Base64; a composite one ends in `-` and the number of parts.
    pub value: String,
}

impl Checksum {
    /// The checksum over all of `data`.
    pub(crate) fn full(algorithm: ChecksumAlgorithm, data: &Data) -> io::Result<Self> {
        Ok(Self {
            algorithm,
            kind: ChecksumType::FullObject,
            value: algorithm.encoded_of(data)?,
        })
    }

    /// The checksum over all bytes of these parts, of which the checksums in base64 and the lengths are given: like S3,
    /// this does not read the parts again. `None` if the algorithm does not allow that.
    pub(crate) fn joined(algorithm: ChecksumAlgorithm, parts: &[(String, usize)]) -> Option<Self> {
        let (polynomial, bytes) = algorithm.polynomial()?;
        let mut whole = 0;
        for (value, length) in parts {
            let digest = STANDARD.decode(value).ok()?;
            let digest = digest
                .iter()
                .fold(0, |digest, byte| digest << 8 | u64::from(*byte));
            whole = after_zeros(whole, *length, polynomial) ^ digest;
        }
        Some(Self {
            algorithm,
            kind: ChecksumType::FullObject,
            value: STANDARD.encode(&whole.to_be_bytes()[8 - bytes..]),
        })
    }

    /// The checksum over the checksums of all parts, given in base64.
    pub(crate) fn composite(algorithm: ChecksumAlgorithm, parts: &[String]) -> Self {
        let digests = parts.iter().map(|part| STANDARD.decode(part));
        let digests: Vec<Vec<u8>> = digests.map(Result::unwrap_or_default).collect();
        let value = algorithm.encoded(&digests.concat());
        Self {
            algorithm,
            kind: ChecksumType::Composite,
            value: format!("{value}-{}", digests.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let hex = |algorithm: ChecksumAlgorithm| {
            let digest = algorithm.digest(b"123456789");
            digest
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        assert_eq!(
            hex(ChecksumAlgorithm::Sha256),
            "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
        );
        assert_eq!(hex(ChecksumAlgorithm::Crc32), "cbf43926");
        assert_eq!(hex(ChecksumAlgorithm::Crc32c), "e3069283");
        assert_eq!(hex(ChecksumAlgorithm::Crc64Nvme), "ae8b14860a799888");
        assert_eq!(
            hex(ChecksumAlgorithm::Sha1),
            "f7c3bc1d808e04732adf679965ccc34ca7ae3441"
        );
        assert_eq!(ChecksumAlgorithm::Crc32.encoded(b"hello"), "NhCmhg==");
    }

    #[test]
    fn values_have_the_right_length() {
        assert!(ChecksumAlgorithm::Crc32.takes("NhCmhg=="));
        assert!(!ChecksumAlgorithm::Crc64Nvme.takes("NhCmhg=="));
        assert!(!ChecksumAlgorithm::Crc32.takes("NhCm"));
        assert!(!ChecksumAlgorithm::Crc32.takes("!"));
    }

    #[test]
    fn joined_checksums_are_those_of_all_bytes() {
        let bytes: Vec<u8> = (0..10_000_u32).map(|number| (number / 7) as u8).collect();
        for algorithm in ChecksumAlgorithm::ALL {
            for ends in [&[10_000][..], &[1, 10_000], &[0, 4097, 4097, 9_000, 10_000]] {
                let mut start = 0;
                let parts = ends.iter().map(|end| {
                    let part = &bytes[start..*end];
                    start = *end;
                    (algorithm.encoded(part), part.len())
                });
                let joined = Checksum::joined(algorithm, &parts.collect::<Vec<_>>());
                assert_eq!(joined.is_some(), algorithm.is_linear(), "{algorithm:?}");
                if let Some(joined) = joined {
                    assert_eq!(joined.value, algorithm.encoded(&bytes), "{algorithm:?}");
                }
            }
        }
    }

    #[test]
    fn composites_tell_the_number_of_parts() {
        let algorithm = ChecksumAlgorithm::Crc32;
        let parts = ["12345", "6789"].map(|part| algorithm.encoded(part.as_bytes()));
        let composite = Checksum::composite(algorithm, &parts);
        assert!(composite.value.ends_with("-2"), "{composite:?}");
        assert_eq!(composite.kind.to_string(), "COMPOSITE");
    }
}

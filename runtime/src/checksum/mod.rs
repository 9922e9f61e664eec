//! Checksums of bodies: which there are, where they travel, and how they are computed.
//!
//! A value is the digest, its highest byte first, in base64.

mod hasher;
#[cfg(feature = "more-checksums")]
mod others;

pub use hasher::{Hasher, Sum};

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::header_field::Marks;

/// What the names of all headers begin with that are about checksums.
const PREFIX: &str = "x-amz-checksum-";

/// A checksum algorithm of S3.
///
/// Directory buckets support the first five. The client uses CRC32 by default. The others are for general purpose
/// buckets, and need the feature `more-checksums`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are S3's")]
pub enum Algorithm {
    Crc32c,
    Crc32,
    Crc64Nvme,
    Sha256,
    Sha1,
    #[cfg(feature = "more-checksums")]
    Xxhash3,
    #[cfg(feature = "more-checksums")]
    Xxhash128,
    #[cfg(feature = "more-checksums")]
    Xxhash64,
    #[cfg(feature = "more-checksums")]
    Sha512,
    #[cfg(feature = "more-checksums")]
    Md5,
}

impl Algorithm {
    /// All algorithms, the fastest first.
    pub const ALL: &'static [Self] = &[
        Self::Crc32c,
        Self::Crc32,
        Self::Crc64Nvme,
        #[cfg(feature = "more-checksums")]
        Self::Xxhash3,
        #[cfg(feature = "more-checksums")]
        Self::Xxhash128,
        #[cfg(feature = "more-checksums")]
        Self::Xxhash64,
        Self::Sha1,
        Self::Sha256,
        #[cfg(feature = "more-checksums")]
        Self::Sha512,
        #[cfg(feature = "more-checksums")]
        Self::Md5,
    ];

    /// S3's name, such as `CRC32`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crc32c => "CRC32C",
            Self::Crc32 => "CRC32",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha256 => "SHA256",
            Self::Sha1 => "SHA1",
            #[cfg(feature = "more-checksums")]
            Self::Xxhash3 => "XXHASH3",
            #[cfg(feature = "more-checksums")]
            Self::Xxhash128 => "XXHASH128",
            #[cfg(feature = "more-checksums")]
            Self::Xxhash64 => "XXHASH64",
            #[cfg(feature = "more-checksums")]
            Self::Sha512 => "SHA512",
            #[cfg(feature = "more-checksums")]
            Self::Md5 => "MD5",
        }
    }

    /// The header or trailing field that carries it.
    pub const fn header(self) -> &'static str {
        match self {
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha256 => "x-amz-checksum-sha256",
            Self::Sha1 => "x-amz-checksum-sha1",
            #[cfg(feature = "more-checksums")]
            Self::Xxhash3 => "x-amz-checksum-xxhash3",
            #[cfg(feature = "more-checksums")]
            Self::Xxhash128 => "x-amz-checksum-xxhash128",
            #[cfg(feature = "more-checksums")]
            Self::Xxhash64 => "x-amz-checksum-xxhash64",
            #[cfg(feature = "more-checksums")]
            Self::Sha512 => "x-amz-checksum-sha512",
            #[cfg(feature = "more-checksums")]
            Self::Md5 => "x-amz-checksum-md5",
        }
    }

    /// Where it stands in [`ALL`](Self::ALL).
    fn place(self) -> usize {
        let place = Self::ALL.iter().position(|other| *other == self);
        place.unwrap_or_default()
    }

    /// The algorithm whose checksum a header carries; `name` is its name without what all have in common.
    pub(crate) fn of_header(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|algorithm| algorithm.header().strip_prefix(PREFIX) == Some(name))
    }

    /// The algorithm of this name, in capitals or not.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// The length of its digest in bytes.
    pub const fn digest_length(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            #[cfg(feature = "more-checksums")]
            Self::Xxhash64 | Self::Xxhash3 => 8,
            #[cfg(feature = "more-checksums")]
            Self::Md5 | Self::Xxhash128 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            #[cfg(feature = "more-checksums")]
            Self::Sha512 => 64,
        }
    }

    /// Whether the checksum of a whole can be told from those of its pieces, see [`Sum::join`].
    pub const fn can_be_joined(self) -> bool {
        matches!(self, Self::Crc32 | Self::Crc32c | Self::Crc64Nvme)
    }

    /// The checksum of bytes in memory, in base64.
    pub fn checksum(self, bytes: &[u8]) -> String {
        Sum::of(self, bytes).to_string()
    }

    /// Whether a text can be a checksum of this kind, that of a whole or of its parts.
    pub(crate) fn is_checksum(self, text: &str) -> bool {
        let text = text.trim();
        // a checksum of checksums tells after a hyphen how many there are
        let (digest, parts) = text.split_once('-').unwrap_or((text, "1"));
        // the longest has 64 bytes
        let length = STANDARD.decode_slice(digest, &mut [0; 66]);
        length == Ok(self.digest_length()) && parts.parse::<u32>().is_ok()
    }

    pub(crate) const fn header_name(self) -> HeaderName {
        HeaderName::from_static(self.header())
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The first checksum among headers, cheap ones before others. One pass costs less than a look for each
/// algorithm.
pub(crate) fn find(headers: &HeaderMap) -> Option<(Algorithm, &HeaderValue)> {
    let all = headers.iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix(PREFIX)?;
        Some((Algorithm::of_header(name)?, value))
    });
    all.min_by_key(|(algorithm, _)| algorithm.place())
}

/// The checksums that an answer carries.
#[derive(Debug, Default)]
pub(crate) struct Carried {
    /// A bit for each algorithm.
    algorithms: u16,
    /// The cheapest of them.
    pub(crate) first: Option<(Algorithm, HeaderValue)>,
    /// They are checksums of the parts' checksums.
    pub(crate) is_composite: bool,
    /// Those of all headers, as they are gone through.
    pub(crate) marks: Marks,
}

impl Carried {
    /// No checksums, whatever the headers are.
    pub(crate) fn by(marks: Marks) -> Self {
        Self {
            marks,
            ..Self::default()
        }
    }

    /// Finds them, and takes those out of the answer that are none: nothing could be compared with them.
    pub(crate) fn find(headers: &mut HeaderMap) -> Self {
        let (mut found, mut wrong) = (Self::default(), Vec::new());
        for (name, value) in &*headers {
            let name = name.as_str();
            found.marks.add(name);
            let Some(name) = name.strip_prefix(PREFIX) else {
                continue;
            };
            match Algorithm::of_header(name) {
                Some(algorithm) if is_readable(algorithm, value) => found.add(algorithm, value),
                Some(algorithm) => wrong.push(algorithm.header()),
                None => found.is_composite |= name == "type" && value == "COMPOSITE",
            }
        }
        for name in wrong {
            tracing::debug!(
                header = name,
                "a checksum of the answer is left out: it is none"
            );
            headers.remove(name);
        }
        found
    }

    fn add(&mut self, algorithm: Algorithm, value: &HeaderValue) {
        let first = self.first.as_ref();
        if first.is_none_or(|(first, _)| algorithm.place() < first.place()) {
            self.first = Some((algorithm, value.clone()));
        }
        self.algorithms |= 1 << algorithm.place();
    }

    pub(crate) fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        let algorithms = self.algorithms;
        let all = Algorithm::ALL.iter().copied().enumerate();
        // nothing, for most answers
        let all = all.take((u16::BITS - algorithms.leading_zeros()) as usize);
        all.filter_map(move |(place, algorithm)| {
            (algorithms >> place & 1 == 1).then_some(algorithm)
        })
    }
}

fn is_readable(algorithm: Algorithm, value: &HeaderValue) -> bool {
    algorithm.is_checksum(value.to_str().unwrap_or_default())
}

/// When to compute checksums that the caller did not set, and to verify responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Checksums {
    /// If the operation supports it.
    #[default]
    WhenSupported,
    /// Only if the operation requires it, or the request asks for it. Over HTTPS, the client then does not read the
    /// body of an upload before it sends it, because TLS protects it. Over plain HTTP, the signature still covers its
    /// SHA-256.
    WhenRequired,
}

impl Checksums {
    /// Reads `WHEN_SUPPORTED` or `WHEN_REQUIRED`, in capitals or not.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        match text {
            _ if text.eq_ignore_ascii_case("WHEN_SUPPORTED") => Some(Self::WhenSupported),
            _ if text.eq_ignore_ascii_case("WHEN_REQUIRED") => Some(Self::WhenRequired),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;

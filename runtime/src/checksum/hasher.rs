//! [`Hasher`]: one checksum, computed piece by piece.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use http::HeaderValue;
use sha1::{Digest, Sha1};

use super::Algorithm;
#[cfg(feature = "more-checksums")]
use super::others::Other;
use crate::hash::Sha256;
use crate::pace::work;

/// A checksum that is computed piece by piece.
///
/// ```
/// use zonal_runtime::checksum::{Algorithm, Hasher};
///
/// let mut hasher = Hasher::new(Algorithm::Crc32);
/// hasher.update(b"hel");
/// hasher.update(b"lo");
/// assert_eq!(hasher.finish().to_string(), Algorithm::Crc32.checksum(b"hello"));
/// ```
// The states are large and their sizes far apart, hence the boxes: a hasher lives as long as a stream.
pub struct Hasher(State);

enum State {
    Crc32(Box<crc_fast::Digest>),
    Crc64(Box<crc_fast::Digest>),
    Sha1(Box<Sha1>),
    // in assembly, so that it is quick in a dev build too
    Sha256(Box<Sha256>),
    #[cfg(feature = "more-checksums")]
    Other(Other),
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: Algorithm) -> Self {
        let crc = |kind| Box::new(crc_fast::Digest::new(kind));
        Self(match algorithm {
            Algorithm::Crc32 => State::Crc32(crc(CrcAlgorithm::Crc32IsoHdlc)),
            Algorithm::Crc32c => State::Crc32(crc(CrcAlgorithm::Crc32Iscsi)),
            Algorithm::Crc64Nvme => State::Crc64(crc(CrcAlgorithm::Crc64Nvme)),
            Algorithm::Sha1 => State::Sha1(Box::default()),
            Algorithm::Sha256 => State::Sha256(Box::new(Sha256::new())),
            #[cfg(feature = "more-checksums")]
            other => State::Other(Other::new(other)),
        })
    }

    /// Adds the bytes that come next.
    pub fn update(&mut self, bytes: &[u8]) {
        work(bytes.len());
        match &mut self.0 {
            State::Crc32(state) | State::Crc64(state) => state.update(bytes),
            State::Sha1(state) => state.update(bytes),
            State::Sha256(state) => state.update(bytes),
            #[cfg(feature = "more-checksums")]
            State::Other(state) => state.update(bytes),
        }
    }

    /// The checksum of all bytes.
    pub fn finish(self) -> Sum {
        match self.0 {
            State::Crc32(state) => crc32(state.finalize()),
            State::Crc64(state) => Sum::new(&state.finalize().to_be_bytes()),
            State::Sha1(state) => Sum::new(&state.finalize()),
            State::Sha256(state) => Sum::new(state.finish().as_ref()),
            #[cfg(feature = "more-checksums")]
            State::Other(state) => state.finish(),
        }
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

/// A CRC of 32 bits comes in the lower half.
fn crc32(value: u64) -> Sum {
    Sum::new(&value.to_be_bytes()[4..])
}

/// A finished checksum. Its text is the base64 of the digest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    bytes: [u8; 64],
    length: usize,
}

impl Sum {
    pub(super) fn new(digest: &[u8]) -> Self {
        let mut bytes = [0; 64];
        bytes[..digest.len()].copy_from_slice(digest);
        Self {
            bytes,
            length: digest.len(),
        }
    }

    /// The bytes of the digest, the highest first.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Reads the text of a checksum of this kind.
    pub fn parse(algorithm: Algorithm, text: &str) -> Option<Self> {
        let digest = STANDARD.decode(text.trim()).ok()?;
        (digest.len() == algorithm.digest_length()).then(|| Self::new(&digest))
    }

    /// The checksum of what `self` was computed over followed by the `length` bytes that `next` was computed
    /// over. CRCs can be joined so; for all others it is `None`.
    pub fn join(self, algorithm: Algorithm, next: Self, length: u64) -> Option<Self> {
        let join = |kind| {
            let number = |sum: &Self| {
                let digits = sum.as_bytes().iter();
                digits.fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
            };
            crc_fast::checksum_combine(kind, number(&self), number(&next), length)
        };
        match algorithm {
            Algorithm::Crc32 => Some(crc32(join(CrcAlgorithm::Crc32IsoHdlc))),
            Algorithm::Crc32c => Some(crc32(join(CrcAlgorithm::Crc32Iscsi))),
            Algorithm::Crc64Nvme => {
                let joined = join(CrcAlgorithm::Crc64Nvme);
                Some(Self::new(&joined.to_be_bytes()))
            }
            _ => None,
        }
    }

    /// The checksum of bytes in memory.
    pub fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        let crc = |kind| {
            work(bytes.len());
            crc_fast::checksum(kind, bytes)
        };
        match algorithm {
            Algorithm::Crc32 => crc32(crc(CrcAlgorithm::Crc32IsoHdlc)),
            Algorithm::Crc32c => crc32(crc(CrcAlgorithm::Crc32Iscsi)),
            Algorithm::Crc64Nvme => Self::new(&crc(CrcAlgorithm::Crc64Nvme).to_be_bytes()),
            _ => {
                let mut hasher = Hasher::new(algorithm);
                hasher.update(bytes);
                hasher.finish()
            }
        }
    }

    /// The value of a header.
    pub(crate) fn to_header(self) -> HeaderValue {
        self.read(|text| HeaderValue::from_bytes(text).expect("base64 is ASCII"))
    }

    /// Whether a header's value is this one.
    pub(crate) fn is(self, value: &str) -> bool {
        self.read(|text| text == value.as_bytes())
    }

    fn read<R>(self, read: impl FnOnce(&[u8]) -> R) -> R {
        let mut text = [0; 88];
        let encoded = STANDARD.encode_slice(self.as_bytes(), &mut text);
        read(&text[..encoded.expect("64 bytes become 88 characters")])
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = base64::display::Base64Display::new(self.as_bytes(), &STANDARD);
        fmt::Display::fmt(&text, f)
    }
}

impl fmt::Debug for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

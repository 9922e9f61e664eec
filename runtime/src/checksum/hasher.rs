//! [`Hasher`]: one checksum, computed piece by piece.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crc_fast::CrcAlgorithm;
use http::HeaderValue;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::Algorithm;
#[cfg(feature = "more-checksums")]
use super::others::Other;
use crate::pace::work;

/// A checksum on its way. The states are large and their sizes far apart, hence the boxes: a
/// hasher lives as long as a stream.
pub(crate) struct Hasher(State);

enum State {
    Crc32(Box<crc_fast::Digest>),
    Crc64(Box<crc_fast::Digest>),
    Sha1(Box<Sha1>),
    Sha256(Box<Sha256>),
    #[cfg(feature = "more-checksums")]
    Other(Other),
}

impl Hasher {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let crc = |kind| Box::new(crc_fast::Digest::new(kind));
        Self(match algorithm {
            Algorithm::Crc32 => State::Crc32(crc(CrcAlgorithm::Crc32IsoHdlc)),
            Algorithm::Crc32c => State::Crc32(crc(CrcAlgorithm::Crc32Iscsi)),
            Algorithm::Crc64Nvme => State::Crc64(crc(CrcAlgorithm::Crc64Nvme)),
            Algorithm::Sha1 => State::Sha1(Box::default()),
            Algorithm::Sha256 => State::Sha256(Box::default()),
            #[cfg(feature = "more-checksums")]
            other => State::Other(Other::new(other)),
        })
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        work(bytes.len());
        match &mut self.0 {
            State::Crc32(state) | State::Crc64(state) => state.update(bytes),
            State::Sha1(state) => state.update(bytes),
            State::Sha256(state) => state.update(bytes),
            #[cfg(feature = "more-checksums")]
            State::Other(state) => state.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> Sum {
        match self.0 {
            State::Crc32(state) => crc32(state.finalize()),
            State::Crc64(state) => Sum::new(&state.finalize().to_be_bytes()),
            State::Sha1(state) => Sum::new(&state.finalize()),
            State::Sha256(state) => Sum::new(&state.finalize()),
            #[cfg(feature = "more-checksums")]
            State::Other(state) => state.finish(),
        }
    }
}

/// A CRC of 32 bits comes in the lower half.
fn crc32(value: u64) -> Sum {
    Sum::new(&value.to_be_bytes()[4..])
}

/// A finished checksum. Its text is the base64 of the digest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sum {
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

    /// The checksum of bytes in memory.
    pub(crate) fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
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
        let encoded = STANDARD.encode_slice(&self.bytes[..self.length], &mut text);
        read(&text[..encoded.expect("64 bytes become 88 characters")])
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = &self.bytes[..self.length];
        fmt::Display::fmt(&base64::display::Base64Display::new(bytes, &STANDARD), f)
    }
}

impl fmt::Debug for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

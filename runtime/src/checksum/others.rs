//! The algorithms that directory buckets do not have: everything about them is in this file.

use std::hash::Hasher as _;

use md5::Md5;
use sha2::{Digest, Sha512};
use twox_hash::{XxHash3_64, XxHash3_128, XxHash64};

use super::{Algorithm, Sum};

/// The state of such a checksum. The seed of the XXHASH family is 0.
pub(super) enum Other {
    Sha512(Box<Sha512>),
    Md5(Box<Md5>),
    Xxhash64(Box<XxHash64>),
    Xxhash3(Box<XxHash3_64>),
    Xxhash128(Box<XxHash3_128>),
}

impl Other {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha512 => Self::Sha512(Box::default()),
            Algorithm::Md5 => Self::Md5(Box::default()),
            Algorithm::Xxhash64 => Self::Xxhash64(Box::new(XxHash64::with_seed(0))),
            Algorithm::Xxhash3 => Self::Xxhash3(Box::new(XxHash3_64::new())),
            Algorithm::Xxhash128 => Self::Xxhash128(Box::new(XxHash3_128::new())),
            algorithm => unreachable!("{algorithm} has a state of its own"),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha512(state) => state.update(bytes),
            Self::Md5(state) => state.update(bytes),
            Self::Xxhash64(state) => state.write(bytes),
            Self::Xxhash3(state) => state.write(bytes),
            Self::Xxhash128(state) => state.write(bytes),
        }
    }

    pub(super) fn finish(self) -> Sum {
        match self {
            Self::Sha512(state) => Sum::new(&state.finalize()),
            Self::Md5(state) => Sum::new(&state.finalize()),
            Self::Xxhash64(state) => Sum::new(&state.finish().to_be_bytes()),
            Self::Xxhash3(state) => Sum::new(&state.finish().to_be_bytes()),
            Self::Xxhash128(state) => Sum::new(&state.finish_128().to_be_bytes()),
        }
    }
}

//! By the RustCrypto crates.

use hmac::{KeyInit as _, Mac as _};
use sha2::Digest as _;

/// What a hash or an HMAC comes to.
pub(crate) type Tag = [u8; 32];

/// A hash in the making.
pub(crate) struct Sha256(sha2::Sha256);

impl Sha256 {
    pub(crate) fn new() -> Self {
        Self(sha2::Sha256::new())
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Tag {
        self.0.finalize().into()
    }
}

/// A key, with the blocks that do not depend on a text hashed already.
pub(crate) struct HmacKey(hmac::Hmac<sha2::Sha256>);

impl HmacKey {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let key = hmac::Hmac::new_from_slice(bytes);
        Self(key.expect("HMAC takes keys of any length"))
    }

    pub(crate) fn begin(&self) -> Hmac {
        Hmac(self.0.clone())
    }
}

/// An HMAC in the making.
#[derive(Clone)]
pub(crate) struct Hmac(hmac::Hmac<sha2::Sha256>);

impl Hmac {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Tag {
        self.0.finalize().into_bytes().into()
    }
}

//! By the RustCrypto crates.

use hmac::{KeyInit as _, Mac as _};
use sha2::Digest as _;

/// What a hash or an HMAC comes to.
pub(in crate::signing) type Tag = [u8; 32];

/// A hash in the making.
pub(in crate::signing) struct Sha256(sha2::Sha256);

impl Sha256 {
    pub(in crate::signing) fn new() -> Self {
        Self(sha2::Sha256::new())
    }

    pub(in crate::signing) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(in crate::signing) fn finish(self) -> Tag {
        self.0.finalize().into()
    }
}

/// A key, with the blocks that do not depend on a text hashed already.
pub(in crate::signing) struct HmacKey(hmac::Hmac<sha2::Sha256>);

impl HmacKey {
    pub(in crate::signing) fn new(bytes: &[u8]) -> Self {
        let key = hmac::Hmac::new_from_slice(bytes);
        Self(key.expect("HMAC takes keys of any length"))
    }

    pub(in crate::signing) fn begin(&self) -> Hmac {
        Hmac(self.0.clone())
    }
}

/// An HMAC in the making.
#[derive(Clone)]
pub(in crate::signing) struct Hmac(hmac::Hmac<sha2::Sha256>);

impl Hmac {
    pub(in crate::signing) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(in crate::signing) fn finish(self) -> Tag {
        self.0.finalize().into_bytes().into()
    }
}

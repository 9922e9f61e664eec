//! By ring.

use ring::digest::{Context, Digest, SHA256};
use ring::hmac::{self, HMAC_SHA256};

pub(crate) use ring::hmac::Tag;

/// A hash in the making.
pub(crate) struct Sha256(Context);

impl Sha256 {
    pub(crate) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Digest {
        self.0.finish()
    }
}

/// A key, with the blocks that do not depend on a text hashed already.
pub(crate) struct HmacKey(hmac::Key);

impl HmacKey {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(HMAC_SHA256, bytes))
    }

    pub(crate) fn begin(&self) -> Hmac {
        Hmac(hmac::Context::with_key(&self.0))
    }
}

/// An HMAC in the making.
#[derive(Clone)]
pub(crate) struct Hmac(hmac::Context);

impl Hmac {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Tag {
        self.0.sign()
    }
}

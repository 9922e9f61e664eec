//! Signatures of a body's chunks, each of which covers the one before it.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::canonical::{EMPTY_HASH, hex};
use super::key_cache::Key;

/// Signs the chunks of one body.
pub struct ChunkSigner {
    key: Arc<Key>,
    /// Date and scope, as every string to sign has them.
    head: String,
    previous: String,
}

impl ChunkSigner {
    pub(super) fn new(key: Arc<Key>, date_time: &str, scope: &str, signature: &str) -> Self {
        Self {
            key,
            head: format!("{date_time}\n{scope}"),
            previous: signature.to_owned(),
        }
    }

    /// The signature of a chunk whose bytes have been hashed.
    pub fn chunk(&mut self, bytes: Sha256) -> &str {
        let hashes = format!("{EMPTY_HASH}\n{}", hex(&bytes.finalize()));
        self.sign("AWS4-HMAC-SHA256-PAYLOAD", &hashes)
    }

    /// The signature of the trailing fields, each on a line `name:value\n`.
    pub fn trailer(&mut self, lines: &str) -> &str {
        let hash = hex(&Sha256::digest(lines));
        self.sign("AWS4-HMAC-SHA256-TRAILER", &hash)
    }

    fn sign(&mut self, algorithm: &str, hashes: &str) -> &str {
        let (head, previous) = (&self.head, &self.previous);
        let string = format!("{algorithm}\n{head}\n{previous}\n{hashes}");
        self.previous = super::signature(&self.key, &string);
        &self.previous
    }
}

/// It holds a key.
impl fmt::Debug for ChunkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChunkSigner")
    }
}

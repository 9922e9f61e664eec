//! Signatures of a body's chunks, each of which covers the one before it.

use std::fmt;
use std::sync::Arc;

use super::canonical::{EMPTY_HASH, PayloadHasher};
use super::key_cache::Key;
use super::time::SigningTime;

/// Signs the chunks of one body.
pub struct ChunkSigner {
    key: Arc<Key>,
    /// Date and scope, as every string to sign has them.
    head: String,
    previous: String,
    /// Seconds from 1970 to the signing time.
    #[cfg(feature = "event-streams")]
    seconds: i64,
}

impl ChunkSigner {
    pub(super) fn new(key: Arc<Key>, time: &SigningTime, scope: &str, signature: &str) -> Self {
        Self {
            key,
            head: format!("{}\n{scope}", time.date_time()),
            previous: signature.to_owned(),
            #[cfg(feature = "event-streams")]
            seconds: time.seconds(),
        }
    }

    /// The signature of a chunk whose bytes have been hashed.
    pub fn chunk(&mut self, bytes: PayloadHasher) -> &str {
        let hashes = format!("{EMPTY_HASH}\n{}", bytes.finish());
        self.sign("AWS4-HMAC-SHA256-PAYLOAD", &hashes)
    }

    /// The signature of the trailing fields, each on a line `name:value\n`.
    pub fn trailer(&mut self, lines: &str) -> &str {
        self.sign(
            "AWS4-HMAC-SHA256-TRAILER",
            &PayloadHasher::of(lines.as_bytes()),
        )
    }

    /// Seconds from 1970 to the time that signatures name.
    #[cfg(feature = "event-streams")]
    pub fn seconds(&self) -> i64 {
        self.seconds
    }

    /// The signature of an event, of which the headers of the message around it are signed as well.
    #[cfg(feature = "event-streams")]
    pub fn event(&mut self, headers: &[u8], message: &[u8]) -> Vec<u8> {
        let (headers, message) = (PayloadHasher::of(headers), PayloadHasher::of(message));
        let hashes = format!("{headers}\n{message}");
        let signature = self.sign("AWS4-HMAC-SHA256-PAYLOAD", &hashes).as_bytes();
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default() as u8;
        let bytes = signature.chunks(2);
        bytes
            .map(|pair| pair.iter().fold(0, |byte, next| byte << 4 | digit(*next)))
            .collect()
    }

    fn sign(&mut self, algorithm: &str, hashes: &str) -> &str {
        let (head, previous) = (&self.head, &self.previous);
        let string = format!("{algorithm}\n{head}\n{previous}\n{hashes}");
        self.previous = super::signature(self.key.sign(&string));
        &self.previous
    }
}

/// It holds a key.
impl fmt::Debug for ChunkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChunkSigner")
    }
}

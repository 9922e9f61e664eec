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

#[cfg(test)]
mod tests {
    use super::super::tests::{example_keys, example_time};
    use super::super::{KeyCache, Scope};
    use super::*;

    fn signer(seed: &str) -> ChunkSigner {
        let scope = Scope {
            region: "us-east-1",
            service: "s3",
        };
        let cache = KeyCache::default();
        let moment = cache.moment(example_keys(), example_time(), scope).unwrap();
        ChunkSigner::new(Arc::clone(&moment.key), &moment.time, &moment.scope, seed)
    }

    fn hasher(bytes: &[u8]) -> PayloadHasher {
        let mut hasher = PayloadHasher::new();
        hasher.update(bytes);
        hasher
    }

    /// 65 KiB of `a`, in chunks of 64 KiB.
    #[test]
    fn the_examples_of_the_documentation_are_signed_as_it_says() {
        let (long, short) = (hasher(&[b'a'; 65_536]), hasher(&[b'a'; 1024]));
        let mut signer = signer("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
        for (bytes, signature) in [
            (
                long,
                "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            ),
            (
                short,
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            ),
            (
                hasher(b""),
                "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
            ),
        ] {
            assert_eq!(signer.chunk(bytes), signature);
        }
        assert_eq!(format!("{signer:?}"), "ChunkSigner");
        #[cfg(feature = "event-streams")]
        assert_eq!(signer.seconds(), 1_369_353_600);
    }

    #[test]
    fn a_trailer_is_signed_after_the_last_chunk() {
        let mut signer = signer("2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992");
        assert_eq!(
            signer.trailer("x-amz-checksum-crc32c:sOO8/Q==\n"),
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"
        );
    }
}

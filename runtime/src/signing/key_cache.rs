//! Keeps the last few signing keys: deriving one takes four rounds of HMAC.

use std::fmt;
use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};

use ring::hmac::{self, HMAC_SHA256};

use super::Scope;
use super::time::SigningTime;
use crate::credentials::SigningKeys;
use crate::secret::{Secret, Wiped, constant_time_eq};

/// How many keys are kept. A client signs for few regions and services at a time.
const CAPACITY: usize = 8;

/// A signing key, ready: two of the blocks that each signature hashes depend on nothing else.
pub(super) struct Key(hmac::Key);

impl Key {
    fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(HMAC_SHA256, bytes))
    }

    /// The HMAC of a text.
    pub(super) fn sign(&self, text: &str) -> hmac::Tag {
        hmac::sign(&self.0, text.as_bytes())
    }
}

/// Nothing of the key stays in memory.
impl Drop for Key {
    fn drop(&mut self) {
        self.0 = hmac::Key::new(HMAC_SHA256, &[]);
        // somebody may look: it must be written
        black_box(&self.0);
    }
}

/// Signing keys by credentials, day, region and service.
#[derive(Default)]
pub struct KeyCache {
    /// The key used last comes first.
    entries: Mutex<Vec<Entry>>,
}

struct Entry {
    access_key_id: String,
    secret_access_key: Secret,
    date: String,
    region: String,
    service: String,
    key: Arc<Key>,
}

impl KeyCache {
    pub(super) fn signing_key(
        &self,
        keys: SigningKeys<'_>,
        time: &SigningTime,
        scope: Scope<'_>,
    ) -> Arc<Key> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let known = entries
            .iter()
            .position(|entry| entry.fits(keys, time, scope));
        if let Some(index) = known {
            entries[..=index].rotate_right(1);
            return Arc::clone(&entries[0].key);
        }
        let key = Arc::new(derive(keys, time, scope));
        entries.truncate(CAPACITY - 1);
        entries.insert(
            0,
            Entry {
                access_key_id: keys.access_key_id.to_owned(),
                secret_access_key: Secret::from(keys.secret_access_key),
                date: time.date().to_owned(),
                region: scope.region.to_owned(),
                service: scope.service.to_owned(),
                key: Arc::clone(&key),
            },
        );
        key
    }
}

impl Entry {
    fn fits(&self, keys: SigningKeys<'_>, time: &SigningTime, scope: Scope<'_>) -> bool {
        let (ours, theirs) = (self.secret_access_key.expose(), keys.secret_access_key);
        self.access_key_id == keys.access_key_id
            && self.date == time.date()
            && self.region == scope.region
            && self.service == scope.service
            && constant_time_eq(ours.as_bytes(), theirs.as_bytes())
    }
}

/// The key for a day, a region and a service, in four rounds. A signing library would leave a copy of
/// the secret key behind.
fn derive(keys: SigningKeys<'_>, time: &SigningTime, scope: Scope<'_>) -> Key {
    let secret = keys.secret_access_key;
    let mut first = Wiped(Vec::with_capacity(4 + secret.len()));
    first.0.extend_from_slice(b"AWS4");
    first.0.extend_from_slice(secret.as_bytes());
    let parts = [time.date(), scope.region, scope.service, "aws4_request"];
    parts.iter().fold(Key::new(&first.0), |key, part| {
        Key::new(key.sign(part).as_ref())
    })
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyCache")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn every_part_of_the_key_counts_and_the_cache_stays_small() {
        let cache = KeyCache::default();
        let keys = |id, secret| SigningKeys {
            access_key_id: id,
            secret_access_key: secret,
            token: None,
        };
        let key = |keys, day: u64, region, service| {
            let now = UNIX_EPOCH + Duration::from_secs(86_400 * day + 86_399);
            let time = SigningTime::new(now);
            let key = cache.signing_key(keys, &time, Scope { region, service });
            key.sign("text").as_ref().to_owned()
        };
        let first = key(keys("a", "s"), 1, "r", "v");
        assert_eq!(first, key(keys("a", "s"), 1, "r", "v"));
        for other in [
            key(keys("a", "t"), 1, "r", "v"),
            key(keys("a", "s"), 2, "r", "v"),
            key(keys("a", "s"), 1, "q", "v"),
            key(keys("a", "s"), 1, "r", "w"),
        ] {
            assert_ne!(first, other);
        }
        for day in 0..100 {
            key(keys("a", "s"), day, "r", "v");
        }
        assert_eq!(cache.entries.lock().unwrap().len(), CAPACITY);
    }
}

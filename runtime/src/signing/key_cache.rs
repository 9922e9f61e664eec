//! Keeps the last few signing keys: deriving one takes four rounds of HMAC. And what all signatures of one
//! second have in common: a busy client makes thousands of them.

use std::fmt;
use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use http::HeaderValue;

use super::time::SigningTime;
use super::{ALGORITHM, Scope, SigningError};
use crate::credentials::SigningKeys;
use crate::hash::{Hmac, HmacKey, Tag};
use crate::secret::{Secret, constant_time_eq};

/// How many keys are kept. A client signs for few regions and services at a time.
const CAPACITY: usize = 8;
/// What a signing key is derived from: this, and the secret key.
const VERSION: &str = "AWS4";

/// A signing key, ready: two of the blocks that each signature hashes depend on nothing else.
pub(super) struct Key(HmacKey);

impl Key {
    fn new(bytes: &[u8]) -> Self {
        Self(HmacKey::new(bytes))
    }

    /// The HMAC of a text.
    pub(super) fn sign(&self, text: &str) -> Tag {
        let mut hmac = self.0.begin();
        hmac.update(text.as_bytes());
        hmac.finish()
    }
}

/// Nothing of the key stays in memory.
impl Drop for Key {
    fn drop(&mut self) {
        self.0 = HmacKey::new(&[]);
        // somebody may look: it must be written
        black_box(&self.0);
    }
}

/// A key in one second: what all signatures that are made with it then begin with.
pub(super) struct Moment {
    pub(super) key: Arc<Key>,
    pub(super) time: SigningTime,
    /// The time as the header has it.
    pub(super) date_value: HeaderValue,
    /// The scope as it is signed.
    pub(super) scope: String,
    /// All lines of the string to sign but the last.
    head: String,
    /// The HMAC of them.
    begun: Hmac,
}

impl Moment {
    fn new(key: Arc<Key>, time: SigningTime, scope: Scope<'_>) -> Result<Self, SigningError> {
        let Scope { region, service } = scope;
        let scope = [time.date(), "/", region, "/", service, "/aws4_request"].concat();
        let head = [ALGORITHM, "\n", time.date_time(), "\n", &scope, "\n"].concat();
        let mut begun = key.0.begin();
        begun.update(head.as_bytes());
        let date_value = HeaderValue::from_str(time.date_time());
        Ok(Self {
            date_value: date_value.map_err(|_| SigningError { what: "date" })?,
            key,
            time,
            scope,
            head,
            begun,
        })
    }

    /// The string to sign whose last line this is.
    pub(super) fn string_to_sign(&self, last: &str) -> String {
        [&*self.head, last].concat()
    }

    /// The HMAC of that.
    pub(super) fn sign(&self, last: &[u8]) -> Tag {
        let mut hmac = self.begun.clone();
        hmac.update(last);
        hmac.finish()
    }
}

/// As with the key itself.
impl Drop for Moment {
    fn drop(&mut self) {
        self.begun = HmacKey::new(&[]).begin();
        black_box(&self.begun);
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
    /// [`VERSION`] and the secret key: what the signing key is derived from. It is kept, so that there is no other copy
    /// that would have to be overwritten.
    origin: Secret,
    region: String,
    service: String,
    /// The second in which the key was used last.
    moment: Arc<Moment>,
}

impl KeyCache {
    /// The key for this time, and what is known in it already.
    pub(super) fn moment(
        &self,
        keys: SigningKeys<'_>,
        now: SystemTime,
        scope: Scope<'_>,
    ) -> Result<Arc<Moment>, SigningError> {
        let second = SigningTime::second(now);
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let known = entries
            .iter()
            .position(|entry| entry.fits(keys, second, scope));
        if let Some(index) = known {
            entries[..=index].rotate_right(1);
            let moment = &mut entries[0].moment;
            if !moment.time.is(second) {
                let (key, time) = (Arc::clone(&moment.key), SigningTime::new(second));
                *moment = Arc::new(Moment::new(key, time, scope)?);
            }
            return Ok(Arc::clone(moment));
        }
        let time = SigningTime::new(second);
        let origin = Secret::from([VERSION, keys.secret_access_key].concat());
        let key = Arc::new(derive(&origin, &time, scope));
        let moment = Arc::new(Moment::new(key, time, scope)?);
        entries.truncate(CAPACITY - 1);
        entries.insert(
            0,
            Entry {
                access_key_id: keys.access_key_id.to_owned(),
                origin,
                region: scope.region.to_owned(),
                service: scope.service.to_owned(),
                moment: Arc::clone(&moment),
            },
        );
        Ok(moment)
    }
}

impl Entry {
    fn fits(&self, keys: SigningKeys<'_>, second: u64, scope: Scope<'_>) -> bool {
        let (ours, theirs) = (
            &self.origin.expose()[VERSION.len()..],
            keys.secret_access_key,
        );
        self.moment.time.is_on_the_day_of(second)
            && self.access_key_id == keys.access_key_id
            && self.region == scope.region
            && self.service == scope.service
            && constant_time_eq(ours.as_bytes(), theirs.as_bytes())
    }
}

/// The key for a day, a region and a service, in four rounds. A signing library would leave a copy of
/// the secret key behind.
fn derive(origin: &Secret, time: &SigningTime, scope: Scope<'_>) -> Key {
    let parts = [time.date(), scope.region, scope.service, "aws4_request"];
    let first = Key::new(origin.expose().as_bytes());
    parts
        .iter()
        .fold(first, |key, part| Key::new(key.sign(part).as_ref()))
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
        let at = |keys, seconds: u64, region, service| {
            let now = UNIX_EPOCH + Duration::from_secs(seconds);
            cache.moment(keys, now, Scope { region, service }).unwrap()
        };
        let key = |keys, day: u64, region, service| {
            let moment = at(keys, 86_400 * day + 86_399, region, service);
            moment.key.sign("text").as_ref().to_owned()
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
        let (one, next) = (
            at(keys("a", "s"), 7, "r", "v"),
            at(keys("a", "s"), 8, "r", "v"),
        );
        assert!(Arc::ptr_eq(&one.key, &next.key) && !Arc::ptr_eq(&one, &next));
        assert!(Arc::ptr_eq(&next, &at(keys("a", "s"), 8, "r", "v")));
        for moment in [one, next] {
            let whole = moment.key.sign(&moment.string_to_sign("last"));
            assert_eq!(moment.sign(b"last").as_ref(), whole.as_ref());
        }
        for day in 0..100 {
            key(keys("a", "s"), day, "r", "v");
        }
        assert_eq!(cache.entries.lock().unwrap().len(), CAPACITY);
        assert_eq!(format!("{cache:?}"), "KeyCache");
    }
}

//! [`Fingerprint`]: account credentials as a number that gives nothing away.

use std::fmt;
use std::sync::{LazyLock, PoisonError, RwLock};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::credentials::{BaseCredentials, SigningKeys};
use crate::secret::constant_time_eq;

/// How many credentials are remembered. A client has one at a time, two while they change.
const REMEMBERED: usize = 4;

/// Stands for all parts of account credentials: two that differ in any part have different
/// fingerprints. It means nothing outside of this process.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(u128);

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint")
    }
}

/// Makes fingerprints, once for each credentials: those seen last are remembered.
#[derive(Default)]
pub struct Fingerprints {
    recent: RwLock<Vec<(BaseCredentials, Fingerprint)>>,
}

impl Fingerprints {
    /// The fingerprint of these credentials.
    pub fn of(&self, credentials: &BaseCredentials) -> Fingerprint {
        let keys = credentials.signing_keys();
        let find = |recent: &[(BaseCredentials, Fingerprint)]| {
            let known = |same: fn(&SigningKeys<'_>, &SigningKeys<'_>) -> bool| {
                let mut recent = recent.iter();
                recent.find(|(known, _)| same(&known.signing_keys(), &keys))
            };
            // a provider that caches gives the same value again; only another one is compared
            known(is_same_value)
                .or_else(|| known(is_equal))
                .map(|(_, fingerprint)| *fingerprint)
        };
        if let Some(known) = find(&self.recent.read().unwrap_or_else(PoisonError::into_inner)) {
            return known;
        }
        let mut recent = self.recent.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = find(&recent) {
            return known;
        }
        let fingerprint = fingerprint(&keys);
        recent.truncate(REMEMBERED - 1);
        recent.insert(0, (credentials.clone(), fingerprint));
        fingerprint
    }
}

impl fmt::Debug for Fingerprints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprints")
    }
}

fn parts<'a>(keys: &SigningKeys<'a>) -> [Option<&'a str>; 3] {
    let token = keys.token.map(|token| token.text);
    [
        Some(keys.access_key_id),
        Some(keys.secret_access_key),
        token,
    ]
}

/// Whether both are clones of one value. The one that is remembered is alive, so that nothing else
/// can lie where its texts do.
fn is_same_value(left: &SigningKeys<'_>, right: &SigningKeys<'_>) -> bool {
    let place = |part: Option<&str>| part.map(|text| (text.as_ptr(), text.len()));
    parts(left).map(place) == parts(right).map(place)
}

fn is_equal(left: &SigningKeys<'_>, right: &SigningKeys<'_>) -> bool {
    let mut pairs = parts(left).into_iter().zip(parts(right));
    pairs.all(|pair| match pair {
        (Some(left), Some(right)) => constant_time_eq(left.as_bytes(), right.as_bytes()),
        (left, right) => left.is_none() && right.is_none(),
    })
}

/// HMAC under a key of this process; every part goes in with its length, so that no two splits of
/// the same bytes look alike.
fn fingerprint(keys: &SigningKeys<'_>) -> Fingerprint {
    static KEY: LazyLock<[u8; 32]> = LazyLock::new(|| {
        let mut key = [0; 32];
        // as in `random`: without randomness there is no TLS either
        getrandom::fill(&mut key).expect("the system's randomness");
        key
    });
    let mut mac = Hmac::<Sha256>::new_from_slice(&*KEY).expect("HMAC takes keys of any length");
    for part in parts(keys) {
        let length = part.map_or(u64::MAX, |part| part.len() as u64);
        mac.update(&length.to_le_bytes());
        mac.update(part.unwrap_or_default().as_bytes());
    }
    let digest = mac.finalize().into_bytes();
    let half = digest.iter().take(16);
    Fingerprint(half.fold(0, |number, byte| number << 8 | u128::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credentials;

    fn credentials(id: &str, secret: &str, token: Option<&str>) -> BaseCredentials {
        Credentials::new(id, secret, token.map(str::to_owned), None, "test").into()
    }

    #[test]
    fn every_part_counts_and_so_does_where_it_ends() {
        let all = Fingerprints::default();
        let different = [
            credentials("ab", "cd", Some("ef")),
            credentials("a", "bcd", Some("ef")),
            credentials("ab", "cde", Some("f")),
            credentials("ab", "cd", Some("eg")),
            credentials("ab", "cdef", None),
            credentials("ab", "cd", Some("")),
            credentials("ab", "cd", None),
        ];
        for (index, one) in different.iter().enumerate() {
            for other in &different[..index] {
                assert_ne!(all.of(one), all.of(other));
            }
        }
        assert_eq!(all.recent.read().unwrap().len(), REMEMBERED);
    }

    #[test]
    fn equal_credentials_are_computed_once() {
        let all = Fingerprints::default();
        let one = credentials("id", "secret", Some("token"));
        let first = all.of(&one);
        assert_eq!(first, all.of(&one.clone()));
        assert_eq!(first, all.of(&credentials("id", "secret", Some("token"))));
        assert_eq!(all.recent.read().unwrap().len(), 1);
        assert_eq!(first, Fingerprints::default().of(&one), "one key a process");
        assert_eq!(format!("{all:?} {first:?}"), "Fingerprints Fingerprint");
    }
}

//! [`Fingerprint`]: identifies account credentials without revealing them.

use std::fmt;
use std::sync::LazyLock;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::credentials::{BaseCredentials, SigningKeys};
use crate::random::bytes;

/// Stands for all parts of account credentials: two that differ in any part have different
/// fingerprints. It means nothing outside of this process.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(u128);

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint")
    }
}

impl Fingerprint {
    /// The fingerprint of these credentials.
    pub fn of(credentials: &BaseCredentials) -> Self {
        fingerprint(&credentials.signing_keys())
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

/// HMAC under a key of this process; every part goes in with its length, so that no two splits of
/// the same bytes look alike.
fn fingerprint(keys: &SigningKeys<'_>) -> Fingerprint {
    static KEY: LazyLock<[u8; 32]> = LazyLock::new(bytes);
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
    use std::collections::HashSet;

    use super::*;
    use crate::Credentials;

    fn credentials(id: &str, secret: &str, token: Option<&str>) -> BaseCredentials {
        Credentials::new(id, secret, token.map(str::to_owned), None, "test").into()
    }

    #[test]
    fn every_part_counts_and_so_does_where_it_ends() {
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
                assert_ne!(Fingerprint::of(one), Fingerprint::of(other));
            }
        }
    }

    /// More than the values of a byte.
    #[test]
    fn all_bytes_of_it_count() {
        let of = |number: u32| Fingerprint::of(&credentials(&number.to_string(), "secret", None));
        let all: HashSet<_> = (0..300).map(of).collect();
        assert_eq!(all.len(), 300);
    }

    #[test]
    fn equal_credentials_have_the_same() {
        let one = credentials("id", "secret", Some("token"));
        let first = Fingerprint::of(&one);
        assert_eq!(first, Fingerprint::of(&one.clone()));
        let equal = credentials("id", "secret", Some("token"));
        assert_eq!(first, Fingerprint::of(&equal), "one key a process");
        assert_eq!(format!("{first:?}"), "Fingerprint");
    }
}

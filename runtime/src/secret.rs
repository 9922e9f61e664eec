//! [`Secret`]: text that must not be seen.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A secret text: a key, a token, an encryption context.
///
/// It has no `Display`, its `Debug` is redacted, equality takes the same time wherever the values
/// differ, and its memory is overwritten when it is dropped. [`Secret::expose`] is the only way to
/// the text.
///
/// ```
/// use zonal_runtime::Secret;
///
/// let token = Secret::from("s3cr3t");
/// assert_eq!(format!("{token:?}"), "Secret(***)");
/// assert_eq!(token.expose(), "s3cr3t");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The text itself. Whoever calls this keeps it out of logs and errors.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.expose().as_bytes(), other.expose().as_bytes())
    }
}

impl Eq for Secret {}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(SecretString::from(text))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

/// Compares without stopping at the first difference; only the lengths are public.
pub(crate) fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let difference = left
        .iter()
        .zip(right)
        .fold(0, |seen, (a, b)| std::hint::black_box(seen | (a ^ b)));
    difference == 0
}

/// The secret is written **in clear**: a serialized request holds what the user put into it.
#[cfg(feature = "serde")]
impl serde::Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_and_equality_compares_the_text() {
        let secret = Secret::from("MARKER");
        assert!(!format!("{secret:?} {:#?}", Some(&secret)).contains("MARKER"));
        assert_eq!(secret, Secret::from(String::from("MARKER")));
        assert_ne!(secret, Secret::from("MARKEr"));
        assert_ne!(secret, Secret::from("MARK"));
    }

    #[cfg(feature = "serde")]
    #[test]
    fn serde_carries_the_text() {
        let json = serde_json::to_string(&Secret::from("a")).unwrap();
        assert_eq!(json, "\"a\"");
        assert_eq!(
            serde_json::from_str::<Secret>(&json).unwrap(),
            Secret::from("a")
        );
    }
}

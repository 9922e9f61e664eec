//! [`Secret`]: text that must not be shown.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretBox};

/// A secret text: a key, a token, an encryption context.
///
/// It has no `Display`, its `Debug` is redacted, equality takes constant time for texts of equal length, and dropping
/// it overwrites its memory. Only [`Secret::expose`] returns the text. The order is for keys of maps, and takes a time
/// that depends on the texts.
///
/// This crate also overwrites its own copies: header values, the text that is signed, derived keys, and the body of an
/// answer with a secret. It cannot overwrite the buffers of the HTTP and TLS libraries and of the kernel, the state of
/// the hash functions, copies that moves leave on the stack, presigned URLs, which belong to the caller, and pages that
/// the system has swapped out. `SECURITY.md` in the repository has the whole list.
///
/// ```
/// use zonal_runtime::Secret;
///
/// let token = Secret::from("s3cr3t");
/// assert_eq!(format!("{token:?}"), "Secret(***)");
/// assert_eq!(token.expose(), "s3cr3t");
/// ```
pub struct Secret(SecretBox<String>);

impl Secret {
    /// Returns the text. The caller must keep it out of logs and errors.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl Clone for Secret {
    fn clone(&self) -> Self {
        Self::from(self.expose())
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

impl PartialOrd for Secret {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Secret {
    fn cmp(&self, other: &Self) -> Ordering {
        self.expose().cmp(other.expose())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

/// The memory of the text is taken over as it is, its spare room included: there is no copy that would have to be
/// overwritten.
impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(SecretBox::new(Box::new(text)))
    }
}

/// Bytes that are overwritten when they are dropped, as there is a secret among them.
pub(crate) struct Wiped(pub(crate) Vec<u8>);

impl Drop for Wiped {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// Overwrites bytes that nobody reads any more: all at once, and the compiler does not know that it
/// could leave it out.
pub(crate) fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    std::hint::black_box(bytes);
}

/// A secret as a header's value that is never shown, and whose copies share its memory; `None` if no
/// header can carry it.
pub(crate) fn header_value(secret: Arc<Secret>) -> Option<HeaderValue> {
    let bytes = Bytes::from_owner(Shared(secret));
    let mut value = HeaderValue::from_maybe_shared(bytes).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// A secret whose memory all copies of a header's value share, and which is still overwritten after
/// the last of them.
struct Shared(Arc<Secret>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }
}

/// Compares without stopping at the first difference; only the lengths are public.
pub(crate) fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let (left, left_rest) = left.as_chunks();
    let (right, right_rest) = right.as_chunks();
    let pairs = left.iter().zip(right);
    let words = pairs.map(|(a, b)| u64::from_ne_bytes(*a) ^ u64::from_ne_bytes(*b));
    let rest = left_rest.iter().zip(right_rest);
    let rest = rest.map(|(a, b)| u64::from(a ^ b));
    let difference = words.chain(rest);
    difference.fold(0, |seen, each| std::hint::black_box(seen | each)) == 0
}

/// Serialization writes the secret **in clear text**, because a serialized request must contain what the user set.
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

    #[test]
    fn the_memory_of_a_text_is_taken_over() {
        let mut text = String::with_capacity(100);
        text.push_str("MARKER");
        let place = text.as_ptr();
        assert_eq!(Secret::from(text).expose().as_ptr(), place);
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

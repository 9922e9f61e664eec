//! The canonical request.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use http::{HeaderMap, HeaderValue};

use super::Unsigned;
use crate::hash::Sha256;
use crate::pace::work;
use crate::secret::Wiped;

/// SHA-256 of nothing.
pub(super) const EMPTY_HASH: &str =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What the signature says of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload<'a> {
    /// These bytes, hashed.
    Bytes(&'a [u8]),
    /// A hash that is known, or one of the fixed words such as `UNSIGNED-PAYLOAD`.
    Hash(&'a str),
}

impl<'a> Payload<'a> {
    pub(super) fn hash(self) -> Cow<'a, str> {
        match self {
            Self::Hash(hash) => Cow::Borrowed(hash),
            Self::Bytes([]) => Cow::Borrowed(EMPTY_HASH),
            Self::Bytes(bytes) => Cow::Owned(PayloadHasher::of(bytes)),
        }
    }
}

/// The hash of a body, computed piece by piece.
pub struct PayloadHasher(Sha256);

impl PayloadHasher {
    /// Of no bytes yet.
    pub fn new() -> Self {
        Self(Sha256::new())
    }

    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> String {
        let mut hasher = Self::new();
        hasher.update(bytes);
        hasher.finish()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        work(bytes.len());
        self.0.update(bytes);
    }

    /// In hexadecimal, as it is signed.
    pub fn finish(self) -> String {
        Hex::of(self.0.finish().as_ref()).as_str().to_owned()
    }
}

impl Default for PayloadHasher {
    fn default() -> Self {
        Self::new()
    }
}

/// A request in the form that is hashed and signed.
pub struct CanonicalRequest {
    /// Header values are bytes, and so is this. It is overwritten, as the token is in it.
    text: Wiped,
    /// Where the names of the signed headers are in it.
    signed_headers: Range<usize>,
    has_signed_chunks: bool,
}

impl CanonicalRequest {
    /// The canonical form of a request with these headers, all of which are signed but those that
    /// transports change.
    pub fn new(request: &Unsigned<'_>, headers: &HeaderMap, payload_hash: &str) -> Self {
        let mut signed = Vec::with_capacity(headers.len());
        let named = headers.iter().map(|(name, value)| (name.as_str(), value));
        signed.extend(named.filter(|(name, _)| is_signed(name)));
        Self::of(request, signed, payload_hash)
    }

    /// The canonical form of a request of which these headers are signed.
    pub(super) fn of(
        request: &Unsigned<'_>,
        mut signed: Vec<(&str, &HeaderValue)>,
        payload_hash: &str,
    ) -> Self {
        // stable: the values of one name stay in their order
        signed.sort_by_key(|(name, _)| *name);
        // as long as it gets, each parameter and each name with its mark: a vector that grows leaves copies
        let query = request.query.len();
        let (method, path) = (request.method.as_str().len(), request.path.len());
        let parts = [8, method, path, query, query, payload_hash.len()];
        let headers = signed
            .iter()
            .flat_map(|(name, value)| [3, name.len(), name.len(), value.len()]);
        let longest = parts.into_iter().chain(headers).sum();
        let mut text = Vec::with_capacity(longest);
        let mut add = |part: &str| text.extend_from_slice(part.as_bytes());
        add(request.method.as_str());
        add("\n");
        add(if request.path.is_empty() {
            "/"
        } else {
            request.path
        });
        add("\n");
        canonical_query(request.query, &mut add);
        add("\n");
        for values in signed.chunk_by(|(one, _), (next, _)| one == next) {
            for (index, (name, value)) in values.iter().enumerate() {
                let (name, mark) = if index == 0 {
                    (*name, b':')
                } else {
                    ("", b',')
                };
                text.extend_from_slice(name.as_bytes());
                text.push(mark);
                canonical_value(value.as_bytes(), &mut text);
            }
            text.push(b'\n');
        }
        text.push(b'\n');
        let start = text.len();
        signed.dedup_by_key(|(name, _)| *name);
        for (index, (name, _)) in signed.iter().enumerate() {
            if index > 0 {
                text.push(b';');
            }
            text.extend_from_slice(name.as_bytes());
        }
        let signed_headers = start..text.len();
        text.push(b'\n');
        text.extend_from_slice(payload_hash.as_bytes());
        debug_assert!(text.len() <= longest, "copies are left");
        Self {
            text: Wiped(text),
            signed_headers,
            has_signed_chunks: payload_hash.starts_with("STREAMING-AWS4-HMAC"),
        }
    }

    /// Whether the chunks of the body have signatures of their own.
    pub(super) fn has_signed_chunks(&self) -> bool {
        self.has_signed_chunks
    }

    /// Their names, joined by semicolons.
    pub(super) fn signed_headers(&self) -> &[u8] {
        let names = self.text.0.get(self.signed_headers.clone());
        names.unwrap_or_default()
    }

    /// The hash of the canonical request, as the string to sign holds it.
    pub(super) fn hash(&self) -> Hex {
        let mut hash = Sha256::new();
        hash.update(&self.text.0);
        Hex::of(hash.finish().as_ref())
    }
}

/// The text. It holds the token.
impl fmt::Display for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.text.0))
    }
}

/// The names of the headers that are signed, in their order.
pub(super) fn signed_names(headers: &HeaderMap) -> Vec<&str> {
    let names = headers.keys().map(|name| name.as_str());
    let mut names: Vec<_> = names.filter(|name| is_signed(name)).collect();
    names.sort_unstable();
    names
}

/// Transports and proxies set or change these.
fn is_signed(name: &str) -> bool {
    let is_unsigned = matches!(
        name,
        "accept-encoding"
            | "authorization"
            | "connection"
            | "expect"
            | "transfer-encoding"
            | "user-agent"
            | "x-amzn-trace-id"
    );
    !is_unsigned && !name.starts_with("amz-sdk-")
}

/// Parameters in the order of their encoded names and values, each with an `=`.
fn canonical_query(query: &str, add: &mut impl FnMut(&str)) {
    if query.is_empty() {
        return;
    }
    if !query.contains('&') {
        add(query);
        add(if query.contains('=') { "" } else { "=" });
        return;
    }
    let mut params: Vec<(&str, &str)> = query
        .split('&')
        .map(|param| param.split_once('=').unwrap_or((param, "")))
        .collect();
    params.sort_unstable();
    for (index, (name, value)) in params.into_iter().enumerate() {
        add(if index == 0 { "" } else { "&" });
        add(name);
        add("=");
        add(value);
    }
}

/// A header value without blanks at its ends, and with one where there were several. Tabs are blanks, too.
fn canonical_value(value: &[u8], text: &mut Vec<u8>) {
    if memchr::memchr2(b' ', b'\t', value).is_none() {
        text.extend_from_slice(value);
        return;
    }
    let words = value.split(|byte| matches!(byte, b' ' | b'\t'));
    for (index, word) in words.filter(|word| !word.is_empty()).enumerate() {
        if index > 0 {
            text.push(b' ');
        }
        text.extend_from_slice(word);
    }
}

/// The two digits of each byte.
static DIGITS: [[u8; 2]; 256] = {
    let mut all = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        let digits = b"0123456789abcdef";
        all[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    all
};

/// A hash in hexadecimal.
pub(super) struct Hex([[u8; 2]; 32]);

impl Hex {
    /// The first 32 bytes, of which there are no more and no fewer.
    pub(super) fn of(hash: &[u8]) -> Self {
        let hash: [u8; 32] = hash.first_chunk().copied().unwrap_or_default();
        Self(hash.map(|byte| DIGITS[usize::from(byte)]))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_flattened()
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue, Method};

    use super::*;

    /// As the signature of AWS asks: values of one name in their order, that name once among the signed ones.
    #[test]
    fn values_of_a_repeated_header_are_joined_by_commas() {
        let request = Unsigned {
            method: &Method::GET,
            authority: "example.com",
            path: "",
            query: "b=2&a&b=1",
            payload: Payload::Hash("HASH"),
        };
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-b", "2"),
            ("x-a", "  one  and \t two "),
            ("user-agent", "not signed"),
            ("amz-sdk-request", "not signed"),
            ("x-b", ""),
            ("x-b", "1"),
        ] {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        let canonical = CanonicalRequest::new(&request, &headers, "HASH");
        assert_eq!(
            canonical.to_string(),
            "GET\n/\na=&b=1&b=2\nx-a:one and two\nx-b:2,,1\n\nx-a;x-b\nHASH"
        );
        assert_eq!(canonical.signed_headers(), b"x-a;x-b");
        assert_eq!(signed_names(&headers), ["x-a", "x-b"]);
    }

    /// In a debug build it is told where it grows.
    #[test]
    fn the_text_is_written_without_growing() {
        let (name, value) = (HeaderName::from_static("x"), HeaderValue::from_static(""));
        for query in ["", "a", "a&b&&&&&&&&&&&&&&&"] {
            let request = Unsigned {
                method: &Method::DELETE,
                authority: "example.com",
                path: "",
                query,
                payload: Payload::Hash(""),
            };
            for length in [0, 1, 200] {
                let hash = "h".repeat(length);
                let signed = vec![(name.as_str(), &value); length];
                let canonical = CanonicalRequest::of(&request, signed, &hash);
                assert!(canonical.to_string().ends_with(&hash));
            }
        }
    }
}

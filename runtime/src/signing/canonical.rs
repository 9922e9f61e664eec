//! The canonical request.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::HeaderValue;
use ring::digest::{SHA256, digest};

use super::Unsigned;

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
            Self::Bytes(bytes) => Cow::Owned(hex(digest(&SHA256, bytes).as_ref())),
        }
    }
}

/// A request in the form that is hashed and signed.
pub struct CanonicalRequest {
    text: String,
    signed_headers: String,
}

impl CanonicalRequest {
    /// The canonical form of a request with these headers, all of which are signed but those that
    /// transports change.
    pub fn new(request: &Unsigned<'_>, headers: &HeaderMap, payload_hash: &str) -> Self {
        let mut signed: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .filter(|(name, _)| is_signed(name))
            .collect();
        // stable: the values of one name stay in their order
        signed.sort_by_key(|(name, _)| *name);
        let mut signed_headers = String::with_capacity(128);
        let mut text = String::with_capacity(2048 + request.path.len() + request.query.len());
        text.push_str(request.method.as_str());
        text.push('\n');
        text.push_str(if request.path.is_empty() {
            "/"
        } else {
            request.path
        });
        text.push('\n');
        canonical_query(request.query, &mut text);
        text.push('\n');
        let mut last = "";
        for (name, value) in signed {
            if name == last {
                text.push(',');
            } else {
                signed_headers.push_str(if last.is_empty() { "" } else { ";" });
                signed_headers.push_str(name);
                text.push_str(if last.is_empty() { "" } else { "\n" });
                text.push_str(name);
                text.push(':');
                last = name;
            }
            canonical_value(value, &mut text);
        }
        text.push_str("\n\n");
        text.push_str(&signed_headers);
        text.push('\n');
        text.push_str(payload_hash);
        Self {
            text,
            signed_headers,
        }
    }

    /// Whether the chunks of the body have signatures of their own.
    pub(super) fn has_signed_chunks(&self) -> bool {
        let hash = self.text.rsplit('\n').next();
        hash.is_some_and(|hash| hash.starts_with("STREAMING-AWS4-HMAC"))
    }

    pub(super) fn signed_headers(&self) -> &str {
        &self.signed_headers
    }

    /// The hash of the canonical request, as the string to sign holds it.
    pub fn hash(&self) -> String {
        hex(digest(&SHA256, self.text.as_bytes()).as_ref())
    }

    /// The text. It holds the token.
    pub fn into_text(self) -> String {
        self.text
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
fn canonical_query(query: &str, text: &mut String) {
    if query.is_empty() {
        return;
    }
    let mut params: Vec<(&str, &str)> = query
        .split('&')
        .map(|param| param.split_once('=').unwrap_or((param, "")))
        .collect();
    params.sort_unstable();
    for (index, (name, value)) in params.into_iter().enumerate() {
        text.push_str(if index == 0 { "" } else { "&" });
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
}

/// A header value without blanks at its ends, and with one where there were several. Tabs are blanks, too.
fn canonical_value(value: &HeaderValue, text: &mut String) {
    let value = match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Cow::Borrowed(text),
        // header values are made from text, so this does not happen
        Err(_) => String::from_utf8_lossy(value.as_bytes()),
    };
    let mut words = value.split([' ', '\t']).filter(|word| !word.is_empty());
    if let Some(first) = words.next() {
        text.push_str(first);
    }
    for word in words {
        text.push(' ');
        text.push_str(word);
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from(DIGITS[usize::from(half)]));
        }
    }
    text
}

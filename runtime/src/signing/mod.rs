//! AWS Signature Version 4.
//!
//! The canonical request is built here, as S3 wants it: the path as it is sent, encoded once and
//! never normalized, the payload hash in a signed header. `aws-sigv4` is what the tests compare with:
//! it would log the session token, and leave copies of keys in memory.

mod canonical;
mod chunks;
mod key_cache;
mod query;
mod time;

pub(crate) use canonical::PayloadHasher;
pub use canonical::{CanonicalRequest, Payload};
pub use chunks::ChunkSigner;
pub use key_cache::KeyCache;
pub use query::{SignedQuery, sign_query};

use std::fmt;
use std::time::SystemTime;

use http::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue};
use http::{HeaderMap, Method};

use crate::credentials::{CredentialsError, SigningKeys};
use canonical::EMPTY_HASH;
use time::SigningTime;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
pub(crate) const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");

/// What a signature is valid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The region.
    pub region: &'a str,
    /// The service's signing name.
    pub service: &'a str,
}

/// A request to be signed: what goes over the wire, as it goes over the wire.
#[derive(Debug)]
pub struct Unsigned<'a> {
    /// The method.
    pub method: &'a Method,
    /// Host and port.
    pub authority: &'a str,
    /// The path, encoded.
    pub path: &'a str,
    /// The query, encoded; may be empty.
    pub query: &'a str,
    /// What is signed of the body.
    pub payload: Payload<'a>,
}

/// A finished signature and what it was made from, for those who want to compare.
pub struct Signature {
    /// The canonical request. It holds the token.
    pub canonical_request: CanonicalRequest,
    /// The string to sign.
    pub string_to_sign: String,
    /// The signature, in hexadecimal.
    pub signature: String,
    /// What signs the chunks of the body, where they have signatures of their own.
    pub chunks: Option<ChunkSigner>,
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature").finish_non_exhaustive()
    }
}

/// Signs a request in its headers: sets `host`, the date, the payload hash, the token's header and
/// `authorization`.
pub fn sign(
    request: &Unsigned<'_>,
    headers: &mut HeaderMap,
    keys: SigningKeys<'_>,
    scope: Scope<'_>,
    now: SystemTime,
    cache: &KeyCache,
) -> Result<Signature, SigningError> {
    let time = SigningTime::new(now);
    let payload_hash = request.payload.hash();
    insert(headers, HOST, request.authority, "endpoint")?;
    insert(headers, DATE, time.date_time(), "date")?;
    match &*payload_hash {
        EMPTY_HASH => drop(headers.insert(CONTENT_SHA256, HeaderValue::from_static(EMPTY_HASH))),
        hash => insert(headers, CONTENT_SHA256, hash, "payload hash")?,
    }
    if let Some(token) = keys.token {
        let name = HeaderName::from_static(token.header);
        match token.value {
            Some(value) => drop(headers.insert(name, value.clone())),
            None => insert_secret(headers, name, token.text, "session token")?,
        }
    }
    let canonical = CanonicalRequest::new(request, headers, &payload_hash);
    let credential = Credential::new(keys, &time, scope);
    let signature = credential.sign(canonical, cache);
    let authorization = [
        ALGORITHM,
        " Credential=",
        keys.access_key_id,
        "/",
        &credential.scope_text,
        ", SignedHeaders=",
        signature.canonical_request.signed_headers(),
        ", Signature=",
        &signature.signature,
    ];
    let authorization = authorization.concat();
    insert_secret(headers, AUTHORIZATION, &authorization, "access key id")?;
    Ok(signature)
}

/// Who signs, when, and for what.
struct Credential<'a> {
    keys: SigningKeys<'a>,
    time: &'a SigningTime,
    scope: Scope<'a>,
    /// The scope as it is signed.
    scope_text: String,
}

impl<'a> Credential<'a> {
    fn new(keys: SigningKeys<'a>, time: &'a SigningTime, scope: Scope<'a>) -> Self {
        let Scope { region, service } = scope;
        let scope_text = [time.date(), "/", region, "/", service, "/aws4_request"].concat();
        Self {
            keys,
            time,
            scope,
            scope_text,
        }
    }

    fn sign(&self, request: CanonicalRequest, cache: &KeyCache) -> Signature {
        let (time, hash) = (self.time.date_time(), request.hash());
        let string_to_sign = [ALGORITHM, time, &self.scope_text, &hash].join("\n");
        let key = cache.signing_key(self.keys, self.time, self.scope);
        let signature = signature(&key, &string_to_sign);
        let chunks = request
            .has_signed_chunks()
            .then(|| ChunkSigner::new(key, self.time, &self.scope_text, &signature));
        Signature {
            canonical_request: request,
            string_to_sign,
            signature,
            chunks,
        }
    }
}

/// The access key id and the scope, as both forms of a signature write it.
impl fmt::Display for Credential<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.keys.access_key_id, self.scope_text)
    }
}

/// The HMAC of a text, in hexadecimal.
fn signature(key: &key_cache::Key, text: &str) -> String {
    canonical::hex(key.sign(text).as_ref())
}

fn insert(
    headers: &mut HeaderMap,
    name: HeaderName,
    text: &str,
    what: &'static str,
) -> Result<(), SigningError> {
    let value = HeaderValue::from_str(text).map_err(|_| SigningError { what })?;
    headers.insert(name, value);
    Ok(())
}

/// A header that is never shown.
fn insert_secret(
    headers: &mut HeaderMap,
    name: HeaderName,
    text: &str,
    what: &'static str,
) -> Result<(), SigningError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| SigningError { what })?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

/// A part of the credentials that no header can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningError {
    what: &'static str,
}

impl fmt::Display for SigningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the {} has characters that no header can carry",
            self.what
        )
    }
}

impl std::error::Error for SigningError {}

impl From<SigningError> for CredentialsError {
    fn from(error: SigningError) -> Self {
        Self::Unusable(error.what)
    }
}

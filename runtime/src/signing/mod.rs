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

pub use canonical::PayloadHasher;
pub use canonical::{CanonicalRequest, Payload};
pub use chunks::ChunkSigner;
pub use key_cache::KeyCache;
pub use query::{SignedQuery, sign_query};

pub use crate::request::{ENCODED, ENCODED_GREEDY};

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue};
use http::{HeaderMap, Method};

use crate::credentials::{CredentialsError, SigningKeys};
use crate::hash::Tag;
use canonical::{EMPTY_HASH, Hex};
use key_cache::Moment;

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
    moment: Arc<Moment>,
    hash: Hex,
    signature: Hex,
    /// What signs the chunks of the body, where they have signatures of their own.
    pub chunks: Option<ChunkSigner>,
}

impl Signature {
    /// The signature, in hexadecimal.
    pub fn signature(&self) -> &str {
        self.signature.as_str()
    }

    /// The string to sign.
    pub fn string_to_sign(&self) -> String {
        self.moment.string_to_sign(self.hash.as_str())
    }
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
    let credential = Credential::new(keys, now, scope, cache)?;
    let payload_hash = request.payload.hash();
    // not by its hash: the client writes it before all others
    let host = headers.iter().find(|(name, _)| *name == HOST);
    if host.is_none_or(|(_, host)| host != request.authority) {
        insert(headers, HOST, request.authority, "endpoint")?;
    }
    headers.insert(DATE, credential.moment.date_value.clone());
    match &*payload_hash {
        EMPTY_HASH => drop(headers.insert(CONTENT_SHA256, HeaderValue::from_static(EMPTY_HASH))),
        hash => insert(headers, CONTENT_SHA256, hash, "payload hash")?,
    }
    if let Some(token) = keys.token {
        let name = HeaderName::from_static(token.header);
        match token.value {
            Some(value) => drop(headers.insert(name, value.clone())),
            None => {
                let text = Bytes::copy_from_slice(token.text.as_bytes());
                insert_secret(headers, name, text, "session token")?;
            }
        }
    }
    let canonical = CanonicalRequest::new(request, headers, &payload_hash);
    let signature = credential.sign(canonical);
    let authorization = [
        ALGORITHM.as_bytes(),
        b" Credential=",
        keys.access_key_id.as_bytes(),
        b"/",
        credential.moment.scope.as_bytes(),
        b", SignedHeaders=",
        signature.canonical_request.signed_headers(),
        b", Signature=",
        signature.signature.as_bytes(),
    ];
    let authorization = Bytes::from(authorization.concat());
    insert_secret(headers, AUTHORIZATION, authorization, "access key id")?;
    Ok(signature)
}

/// The signature of a request that somebody else has signed, to compare theirs with: these headers are signed, and
/// path and query are in canonical form. `time` is that of `x-amz-date`.
pub fn sign_again(
    request: &Unsigned<'_>,
    signed: Vec<(&str, &HeaderValue)>,
    keys: SigningKeys<'_>,
    scope: Scope<'_>,
    time: SystemTime,
    cache: &KeyCache,
) -> Result<Signature, SigningError> {
    let credential = Credential::new(keys, time, scope, cache)?;
    let canonical = CanonicalRequest::of(request, signed, &request.payload.hash());
    Ok(credential.sign(canonical))
}

/// Who signs, when, and for what.
struct Credential<'a> {
    keys: SigningKeys<'a>,
    moment: Arc<Moment>,
}

impl<'a> Credential<'a> {
    fn new(
        keys: SigningKeys<'a>,
        now: SystemTime,
        scope: Scope<'_>,
        cache: &KeyCache,
    ) -> Result<Self, SigningError> {
        let moment = cache.moment(keys, now, scope)?;
        Ok(Self { keys, moment })
    }

    fn sign(&self, request: CanonicalRequest) -> Signature {
        let (moment, hash) = (&self.moment, request.hash());
        let signature = Hex::of(moment.sign(hash.as_bytes()).as_ref());
        let chunks = request.has_signed_chunks().then(|| {
            let key = Arc::clone(&moment.key);
            ChunkSigner::new(key, &moment.time, &moment.scope, signature.as_str())
        });
        Signature {
            canonical_request: request,
            moment: Arc::clone(moment),
            hash,
            signature,
            chunks,
        }
    }
}

/// The access key id and the scope, as both forms of a signature write it.
impl fmt::Display for Credential<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.keys.access_key_id, self.moment.scope)
    }
}

/// A signature, as it is written.
fn signature(hmac: Tag) -> String {
    Hex::of(hmac.as_ref()).as_str().to_owned()
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
    text: Bytes,
    what: &'static str,
) -> Result<(), SigningError> {
    let mut value = HeaderValue::from_maybe_shared(text).map_err(|_| SigningError { what })?;
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

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    const AUTHORITY: &str = "examplebucket.s3.amazonaws.com";
    const SCOPE: Scope<'_> = Scope {
        region: "us-east-1",
        service: "s3",
    };
    const REQUEST: Unsigned<'_> = Unsigned {
        method: &Method::GET,
        authority: AUTHORITY,
        path: "/test.txt",
        query: "",
        payload: Payload::Hash(EMPTY_HASH),
    };

    /// Those of the examples in the documentation of S3.
    pub(super) fn example_keys() -> SigningKeys<'static> {
        SigningKeys {
            access_key_id: "AKIAIOSFODNN7EXAMPLE",
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            token: None,
        }
    }

    pub(super) fn example_time() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_369_353_600)
    }

    fn signed(headers: &mut HeaderMap) -> Signature {
        let cache = KeyCache::default();
        sign(
            &REQUEST,
            headers,
            example_keys(),
            SCOPE,
            example_time(),
            &cache,
        )
        .unwrap()
    }

    #[test]
    fn the_example_of_the_documentation_is_signed_as_it_says() {
        let mut headers = HeaderMap::new();
        // of another endpoint
        headers.insert(HOST, HeaderValue::from_static("example.com"));
        headers.insert("range", HeaderValue::from_static("bytes=0-9"));
        let signature = signed(&mut headers);
        let scope = "20130524/us-east-1/s3/aws4_request";
        assert_eq!(
            signature.string_to_sign(),
            format!(
                "AWS4-HMAC-SHA256\n20130524T000000Z\n{scope}\n\
                 7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972"
            )
        );
        let hmac = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        assert_eq!(signature.signature(), hmac);
        assert_eq!(headers[HOST], AUTHORITY);
        assert_eq!(
            headers[AUTHORIZATION],
            format!(
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{scope}, \
                 SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature={hmac}"
            )
        );
        assert!(headers[AUTHORIZATION].is_sensitive());
        assert_eq!(format!("{signature:?}"), "Signature { .. }");
    }

    #[test]
    fn the_host_is_set_whatever_other_headers_say() {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-meta-host", HeaderValue::from_static(AUTHORITY));
        signed(&mut headers);
        assert_eq!(headers[HOST], AUTHORITY);
    }

    #[test]
    fn what_no_header_can_carry_is_named() {
        let request = Unsigned {
            authority: "a\nb",
            ..REQUEST
        };
        let (keys, cache) = (example_keys(), KeyCache::default());
        let error = sign(
            &request,
            &mut HeaderMap::new(),
            keys,
            SCOPE,
            UNIX_EPOCH,
            &cache,
        );
        assert_eq!(
            error.unwrap_err().to_string(),
            "the endpoint has characters that no header can carry"
        );
    }
}

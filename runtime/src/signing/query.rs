//! Signatures in the query: presigned URLs.

use std::fmt::{self, Display, Write};
use std::time::SystemTime;

use http::HeaderMap;
use http::header::HOST;
use percent_encoding::utf8_percent_encode;
use secrecy::zeroize::Zeroizing;

use super::canonical::{CanonicalRequest, signed_names};
use super::{ALGORITHM, Credential, KeyCache, Scope, Signature, SigningError, Unsigned, insert};
use crate::credentials::{SESSION_TOKEN, SigningKeys};
use crate::request::ENCODED;

/// A query with its signature.
pub struct SignedQuery {
    /// All of the query, to stand behind the `?` as it is. Who has it can make the request. It is
    /// overwritten when it is dropped, as the token is in it.
    pub query: Zeroizing<String>,
    /// The signature and what it was made from.
    pub signature: Signature,
}

impl fmt::Debug for SignedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedQuery").finish_non_exhaustive()
    }
}

/// Signs a request in its query, for so many seconds: the parameters of the signature, the token's
/// among them, follow those of the request. Sets `host`; who sends the request has to send all of
/// the headers but that and those that transports change.
pub fn sign_query(
    request: &Unsigned<'_>,
    headers: &mut HeaderMap,
    keys: SigningKeys<'_>,
    scope: Scope<'_>,
    (now, seconds): (SystemTime, u64),
    cache: &KeyCache,
) -> Result<SignedQuery, SigningError> {
    insert(headers, HOST, request.authority, "endpoint")?;
    let credential = Credential::new(keys, now, scope, cache)?;
    // as long as it gets with a token that is encoded: a text that grows leaves copies
    let token_length = keys.token.map_or(0, |token| 3 * token.text.len());
    let length = request.query.len() + keys.access_key_id.len() + token_length + 1024;
    let mut query = Zeroizing::new(String::with_capacity(length));
    query.push_str(request.query);
    add(&mut query, "X-Amz-Algorithm", &ALGORITHM);
    add(&mut query, "X-Amz-Credential", &credential);
    add(
        &mut query,
        "X-Amz-Date",
        &credential.moment.time.date_time(),
    );
    add(&mut query, "X-Amz-Expires", &seconds);
    if let Some(token) = keys.token {
        let name = match token.header {
            SESSION_TOKEN => "X-Amz-S3session-Token",
            _ => "X-Amz-Security-Token",
        };
        let and = if query.is_empty() { "" } else { "&" };
        let encoded = utf8_percent_encode(token.text, ENCODED);
        query.extend([and, name, "="].into_iter().chain(encoded));
    }
    add(
        &mut query,
        "X-Amz-SignedHeaders",
        &signed_names(headers).join(";"),
    );
    let request = Unsigned {
        query: &query,
        ..*request
    };
    let payload_hash = request.payload.hash();
    let canonical = CanonicalRequest::new(&request, headers, &payload_hash);
    let signature = credential.sign(canonical);
    add(&mut query, "X-Amz-Signature", &signature.signature());
    Ok(SignedQuery { query, signature })
}

fn add(query: &mut String, name: &str, value: &dyn Display) {
    let and = if query.is_empty() { "" } else { "&" };
    let value = value.to_string();
    // writing to a String cannot fail
    let _ = write!(
        query,
        "{and}{name}={}",
        utf8_percent_encode(&value, ENCODED)
    );
}

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

#[cfg(test)]
mod tests {
    use http::Method;

    use super::super::Payload;
    use super::super::tests::{example_keys, example_time};
    use super::*;
    use crate::credentials::SessionCredentials;

    #[test]
    fn the_example_of_the_documentation_is_signed_as_it_says() {
        let request = Unsigned {
            method: &Method::GET,
            authority: "examplebucket.s3.amazonaws.com",
            path: "/test.txt",
            query: "",
            payload: Payload::Hash("UNSIGNED-PAYLOAD"),
        };
        let scope = Scope {
            region: "us-east-1",
            service: "s3",
        };
        let (keys, cache) = (example_keys(), KeyCache::default());
        let (mut headers, until) = (HeaderMap::new(), (example_time(), 86_400));
        let signed = sign_query(&request, &mut headers, keys, scope, until, &cache).unwrap();
        assert_eq!(
            *signed.query,
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524\
             %2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400\
             &X-Amz-SignedHeaders=host&X-Amz-Signature=\
             aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        );
        assert_eq!(format!("{signed:?}"), "SignedQuery { .. }");
    }

    #[test]
    fn the_token_of_a_session_is_written_without_growing() {
        let token = "/".repeat(5000);
        let session = SessionCredentials::new("ID".into(), "SECRET".into(), token.as_str().into());
        let request = Unsigned {
            method: &Method::GET,
            authority: "example.com",
            path: "/",
            query: "versionId=1",
            payload: Payload::Hash("UNSIGNED-PAYLOAD"),
        };
        let (region, service) = ("us-west-2", "s3express");
        let scope = Scope { region, service };
        let (keys, cache) = (session.signing_keys(), KeyCache::default());
        let (mut headers, until) = (HeaderMap::new(), (example_time(), 60));
        let signed = sign_query(&request, &mut headers, keys, scope, until, &cache).unwrap();
        let encoded = "%2F".repeat(5000);
        let (head, tail) = signed.query.split_once(&encoded).unwrap();
        assert!(head.ends_with("&X-Amz-S3session-Token="), "{head}");
        assert!(tail.starts_with("&X-Amz-SignedHeaders=host&"), "{tail}");
        let room = request.query.len() + "ID".len() + encoded.len() + 1024;
        assert_eq!(signed.query.capacity(), room);
    }
}

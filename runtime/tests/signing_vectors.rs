//! Known answers: requests that other clients signed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use zonal_runtime::Credentials;
use zonal_runtime::credentials::{BaseCredentials, SessionCredentials};
use zonal_runtime::signing::{KeyCache, Payload, Scope, Signature, Unsigned, sign, sign_query};

const BOTOCORE: &str = include_str!("vectors/botocore-frozen-clock.json");
const AWS_CLI: &str = include_str!("vectors/awscli-recorded.json");

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Headers that the signer sets itself.
const OURS: [&str; 5] = [
    "host",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-s3session-token",
    "x-amz-security-token",
];

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {vector}"))
}

/// `20231126T000000Z` as a time.
fn time(text: &str) -> SystemTime {
    let iso = format!(
        "{}-{}-{}T{}:{}:{}Z",
        &text[..4],
        &text[4..6],
        &text[6..8],
        &text[9..11],
        &text[11..13],
        &text[13..15]
    );
    let format = aws_smithy_types::date_time::Format::DateTime;
    let time = aws_smithy_types::DateTime::from_str(&iso, format).unwrap();
    UNIX_EPOCH + Duration::from_secs(time.secs().try_into().unwrap())
}

struct Case<'a> {
    vector: &'a Value,
    authority: &'a str,
    path: &'a str,
    query: String,
    headers: HeaderMap,
    payload_hash: &'a str,
    timestamp: &'a str,
    keys: (&'a str, &'a str),
    token: Option<(bool, &'a str)>,
}

impl Case<'_> {
    fn sign(mut self) -> (Signature, HeaderMap) {
        let (id, secret) = self.keys;
        let method: Method = text(self.vector, "method").parse().unwrap();
        let request = Unsigned {
            method: &method,
            authority: self.authority,
            path: self.path,
            query: &self.query,
            payload: Payload::Hash(self.payload_hash),
        };
        let scope = Scope {
            region: text(self.vector, "region"),
            service: text(self.vector, "service"),
        };
        let (now, cache) = (time(self.timestamp), KeyCache::default());
        let headers = &mut self.headers;
        let signature = match self.token {
            Some((true, token)) => {
                let session = SessionCredentials::new(id.into(), secret.into(), token.into());
                sign(
                    &request,
                    headers,
                    session.signing_keys(),
                    scope,
                    now,
                    &cache,
                )
            }
            token => {
                let token = token.map(|(_, token)| token.to_owned());
                let base = BaseCredentials::from(Credentials::new(id, secret, token, None, "test"));
                sign(&request, headers, base.signing_keys(), scope, now, &cache)
            }
        };
        (signature.unwrap(), self.headers)
    }

    fn check(self) {
        let vector = self.vector;
        let (signature, headers) = self.sign();
        assert_eq!(
            signature.canonical_request.to_string(),
            text(vector, "canonical_request")
        );
        assert_eq!(signature.string_to_sign(), text(vector, "string_to_sign"));
        assert_eq!(signature.signature(), text(vector, "signature"));
        assert!(headers["authorization"].is_sensitive());
        if let Some(authorization) = vector["authorization"].as_str() {
            assert_eq!(headers["authorization"], authorization);
        }
    }
}

fn header_map(headers: &Value) -> HeaderMap {
    let headers = headers.as_object().unwrap().iter();
    headers
        .filter(|(name, _)| !OURS.contains(&name.to_lowercase().as_str()))
        .map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            (name, value.as_str().unwrap().parse().unwrap())
        })
        .collect()
}

#[test]
fn botocore_signs_the_same() {
    let vectors: Vec<Value> = serde_json::from_str(BOTOCORE).unwrap();
    let in_headers = vectors
        .iter()
        .filter(|vector| vector["location"] == "header");
    let mut count = 0;
    for vector in in_headers {
        let encode =
            |value: &Value| utf8_percent_encode(value.as_str().unwrap(), ENCODED).to_string();
        let query = vector["query"].as_array().unwrap().iter();
        let query: Vec<_> = query
            .map(|p| format!("{}={}", encode(&p[0]), encode(&p[1])))
            .collect();
        let token = vector["session_token"].as_str();
        let is_session = vector["session_token_name"] == "x-amz-s3session-token";
        Case {
            vector,
            authority: text(vector, "host"),
            path: text(vector, "path"),
            query: query.join("&"),
            headers: header_map(&vector["extra_signed_headers"]),
            payload_hash: text(vector, "payload_hash"),
            timestamp: text(vector, "timestamp"),
            keys: (
                text(vector, "access_key_id"),
                text(vector, "secret_access_key"),
            ),
            token: token.map(|token| (is_session, token)),
        }
        .check();
        count += 1;
    }
    assert!(count >= 10, "{count}");
}

#[test]
fn botocore_presigns_the_same() {
    let vectors: Vec<Value> = serde_json::from_str(BOTOCORE).unwrap();
    let vectors: Vec<_> = vectors
        .iter()
        .filter(|vector| vector["location"] == "query")
        .collect();
    assert!(!vectors.is_empty());
    for vector in vectors {
        assert_eq!(vector["session_token_name"], "X-Amz-S3session-Token");
        let method: Method = text(vector, "method").parse().unwrap();
        let request = Unsigned {
            method: &method,
            authority: text(vector, "host"),
            path: text(vector, "path"),
            query: "",
            payload: Payload::Hash(text(vector, "payload_hash")),
        };
        let scope = Scope {
            region: text(vector, "region"),
            service: text(vector, "service"),
        };
        let session = SessionCredentials::new(
            text(vector, "access_key_id").into(),
            text(vector, "secret_access_key").into(),
            text(vector, "session_token").into(),
        );
        let now = time(text(vector, "timestamp"));
        let when = (now, vector["expires_in"].as_u64().unwrap());
        let (mut headers, cache) = (HeaderMap::new(), KeyCache::default());
        let keys = session.signing_keys();
        let signed = sign_query(&request, &mut headers, keys, scope, when, &cache).unwrap();
        let signature = &signed.signature;
        assert_eq!(
            signature.canonical_request.to_string(),
            text(vector, "canonical_request")
        );
        assert_eq!(signature.string_to_sign(), text(vector, "string_to_sign"));
        assert_eq!(signature.signature(), text(vector, "signature"));
        let end = format!("&X-Amz-Signature={}", signature.signature());
        assert!(signed.query.ends_with(&end), "{}", *signed.query);
        assert_eq!(format!("{signed:?}"), "SignedQuery { .. }");
    }
}

#[test]
fn the_aws_cli_signs_the_same() {
    let vectors: Vec<Value> = serde_json::from_str(AWS_CLI).unwrap();
    assert_eq!(vectors.len(), 30);
    for vector in &vectors {
        let signed = &vector["signed_headers"];
        let target = text(vector, "path_and_query");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let session = signed["x-amz-s3session-token"]
            .as_str()
            .map(|token| (true, token));
        let base = signed["x-amz-security-token"]
            .as_str()
            .map(|token| (false, token));
        Case {
            vector,
            authority: text(signed, "host"),
            path,
            query: query.to_owned(),
            headers: header_map(signed),
            payload_hash: text(signed, "x-amz-content-sha256"),
            timestamp: text(signed, "x-amz-date"),
            keys: (text(vector, "access_key"), text(vector, "secret_key")),
            token: session.or(base),
        }
        .check();
    }
}

//! The recorded requests, as requests.

use crate::clock::parse_basic;
use crate::error::S3Error;
use crate::http::{Limits, Request, Target};
use crate::secret::Secret;
use crate::sigv4::{Expected, verify};
use serde_json::Value;
use std::time::SystemTime;

/// One signed request with everything that was calculated on the way.
pub(super) struct Vector {
    pub(super) name: String,
    pub(super) request: Request,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) secret: String,
    pub(super) signed_at: SystemTime,
    pub(super) canonical_request: String,
    pub(super) string_to_sign: String,
}

impl Vector {
    pub(super) fn verify(&self, request: &Request) -> Result<(), S3Error> {
        self.verify_at(request, self.signed_at)
    }

    pub(super) fn verify_at(&self, request: &Request, now: SystemTime) -> Result<(), S3Error> {
        let target = Target::parse(&request.target).ok_or_else(S3Error::access_denied)?;
        let expected = Expected {
            region: &self.region,
            service: &self.service,
            now,
        };
        let verified = verify(request, &target, &expected, |_| {
            Some(Secret::new(&self.secret))
        })?;
        verified.payload(&mut request.clone()).map(drop)
    }

    pub(super) fn is_presigned(&self) -> bool {
        self.request
            .target
            .windows(15)
            .any(|window| window == b"X-Amz-Signature")
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn request(method: &str, target: &str, headers: Vec<(String, String)>, body: &str) -> Request {
    let mut raw = format!("{method} {target} HTTP/1.1\r\n");
    for (name, value) in headers {
        raw.push_str(&format!("{name}: {value}\r\n"));
    }
    raw.push_str("\r\n");
    let parsed = Request::parse_head(raw.as_bytes(), &Limits::default());
    let (mut request, _) = parsed.expect("a head").expect("a whole head");
    request.body = body.as_bytes().to_vec().into();
    request
}

/// Requests of the AWS CLI.
pub(super) fn recorded() -> Vec<Vector> {
    let json = include_str!("../../../tests/vectors/awscli-recorded.json");
    let vectors: Vec<Value> = serde_json::from_str(json).expect("vectors");
    let read = |vector: &Value| {
        let signed = vector["signed_headers"].as_object().expect("headers");
        let mut headers: Vec<(String, String)> = signed
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect();
        let names: Vec<&str> = signed.keys().map(String::as_str).collect();
        let date = text(vector, "string_to_sign")
            .lines()
            .nth(2)
            .expect("scope");
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{date}, SignedHeaders={}, Signature={}",
            text(vector, "access_key"),
            names.join(";"),
            text(vector, "signature")
        );
        headers.push(("Authorization".to_owned(), authorization));
        let target = text(vector, "path_and_query");
        Vector {
            name: format!("{} {target}", text(vector, "method")),
            request: request(
                text(vector, "method"),
                target,
                headers,
                text(vector, "body_text"),
            ),
            region: text(vector, "region").to_owned(),
            service: text(vector, "service").to_owned(),
            secret: text(vector, "secret_key").to_owned(),
            signed_at: parse_basic(signed["x-amz-date"].as_str().expect("date")).expect("date"),
            canonical_request: text(vector, "canonical_request").to_owned(),
            string_to_sign: text(vector, "string_to_sign").to_owned(),
        }
    };
    vectors.iter().map(read).collect()
}

/// Requests of botocore with its clock frozen.
fn frozen() -> Vec<Vector> {
    let json = include_str!("../../../tests/vectors/botocore-frozen-clock.json");
    let vectors: Vec<Value> = serde_json::from_str(json).expect("vectors");
    vectors.iter().map(read_frozen).collect()
}

fn read_frozen(vector: &Value) -> Vector {
    let canonical = text(vector, "canonical_request");
    let query = canonical.lines().nth(2).expect("query");
    let path = text(vector, "path");
    let mut headers = vec![("Host".to_owned(), text(vector, "host").to_owned())];
    let mut target = if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    };
    if text(vector, "location") == "query" {
        target.push_str(&format!("&X-Amz-Signature={}", text(vector, "signature")));
    } else {
        let extra = vector["extra_signed_headers"].as_object().expect("headers");
        let extra = extra
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
        headers.extend(extra);
        for (name, value) in [
            ("X-Amz-Date", "timestamp"),
            ("X-Amz-Content-SHA256", "payload_hash"),
            ("Authorization", "authorization"),
        ] {
            headers.push((name.to_owned(), text(vector, value).to_owned()));
        }
        headers.push((
            text(vector, "session_token_name").to_owned(),
            text(vector, "session_token").to_owned(),
        ));
    }
    // The one streaming vector has five bytes and a CRC32 after them.
    let body = if text(vector, "payload_hash").starts_with("STREAMING-") {
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
    } else {
        text(vector, "note")
            .strip_prefix("body ")
            .unwrap_or_default()
    };
    Vector {
        name: text(vector, "id").to_owned(),
        request: request(text(vector, "method"), &target, headers, body),
        region: text(vector, "region").to_owned(),
        service: text(vector, "service").to_owned(),
        secret: text(vector, "secret_access_key").to_owned(),
        signed_at: parse_basic(text(vector, "timestamp")).expect("date"),
        canonical_request: canonical.to_owned(),
        string_to_sign: text(vector, "string_to_sign").to_owned(),
    }
}

/// All of them.
pub(super) fn all() -> Vec<Vector> {
    let all: Vec<Vector> = frozen().into_iter().chain(recorded()).collect();
    assert_eq!(all.len(), 42);
    all
}

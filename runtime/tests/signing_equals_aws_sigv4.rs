//! Our signature equals that of `aws-sigv4`'s own signer for requests of every odd kind, and
//! nothing of the credentials gets into a log on the way.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tracing::field::{Field, Visit};
use tracing::span;
use zonal_runtime::Credentials;
use zonal_runtime::credentials::{BaseCredentials, SessionCredentials};
use zonal_runtime::signing::{KeyCache, Payload, Scope, Unsigned, sign, sign_query};

const SET: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const PATH: &AsciiSet = &SET.remove(b'/');

/// xorshift64*: enough to pick odd requests, the same ones every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    /// A text of odd pieces.
    fn text(&mut self, pieces: &[&str], longest: usize) -> String {
        let length = self.below(longest + 1);
        (0..length)
            .map(|_| pieces[self.below(pieces.len())])
            .collect()
    }
}

const KEY: &[&str] = &[
    "a", "Z", "9", "/", "//", " ", "+", "%", "%2F", "ü", "日", "🦀", "?", "#", "&", "=", "~", "*",
    "'", "(", "\\", "\t", ":", "@", "...",
];
const VALUE: &[&str] = &["a", "B", " ", "  ", ",", ";", "=", "/", "\"", "%20", "x y"];

struct Random1 {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Vec<u8>,
    now: SystemTime,
}

fn request(random: &mut Random) -> Random1 {
    let methods = [
        Method::GET,
        Method::PUT,
        Method::POST,
        Method::DELETE,
        Method::HEAD,
    ];
    let mut query = String::new();
    for _ in 0..random.below(5) {
        let (name, value) = (random.text(KEY, 3) + "n", random.text(KEY, 4));
        let equals = if value.is_empty() && random.below(2) == 0 {
            ""
        } else {
            "="
        };
        let and = if query.is_empty() { "" } else { "&" };
        write!(
            query,
            "{and}{}{equals}{}",
            utf8_percent_encode(&name, SET),
            utf8_percent_encode(&value, SET)
        )
        .unwrap();
    }
    let mut headers = HeaderMap::new();
    for name in [
        "x-amz-meta-a",
        "x-amz-meta-a-b",
        "range",
        "if-match",
        "content-type",
        "x-amz-copy-source",
    ] {
        if random.below(2) == 0 {
            let value = HeaderValue::from_str(&random.text(VALUE, 6)).unwrap();
            headers.append(HeaderName::from_static(name), value);
        }
    }
    Random1 {
        method: methods[random.below(methods.len())].clone(),
        path: format!("/{}", utf8_percent_encode(&random.text(KEY, 12), PATH)),
        query,
        headers,
        body: random.text(KEY, 6).into_bytes(),
        now: UNIX_EPOCH + Duration::from_secs(1_700_000_000 + random.below(500_000_000) as u64),
    }
}

/// What `aws-sigv4` makes of it: a signature in the headers, or in the query for so many seconds.
fn theirs(
    request: &Random1,
    credentials: &Credentials,
    session: bool,
    presigned_for: Option<u64>,
) -> String {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let mut body = SignableBody::Bytes(&request.body);
    let mut token_name = "x-amz-s3session-token";
    if let Some(seconds) = presigned_for {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        settings.expires_in = Some(Duration::from_secs(seconds));
        body = SignableBody::UnsignedPayload;
        token_name = "X-Amz-S3session-Token";
    }
    if session {
        settings.session_token_name_override = Some(token_name);
    }
    let identity = credentials.clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-west-2")
        .name("s3express")
        .time(request.now)
        .settings(settings)
        .build()
        .unwrap();
    let question = if request.query.is_empty() { "" } else { "?" };
    let uri = format!(
        "https://b.example.com{}{question}{}",
        request.path, request.query
    );
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let signable = SignableRequest::new(request.method.as_str(), uri, headers, body).unwrap();
    let output = aws_sigv4::http_request::sign(signable, &params.into()).unwrap();
    output.signature().to_owned()
}

const SCOPE: Scope<'_> = Scope {
    region: "us-west-2",
    service: "s3express",
};

#[test]
fn random_requests_get_the_same_signature() {
    let mut random = Random(0x5EED);
    let cache = KeyCache::default();
    for round in 0..2000_u64 {
        let request = request(&mut random);
        let session = round % 2 == 0;
        let credentials = Credentials::new(
            "AKIDEXAMPLE",
            "secret/key+",
            Some("to/ken==".into()),
            None,
            "test",
        );
        let base = BaseCredentials::from(credentials.clone());
        let express = SessionCredentials::new(
            "AKIDEXAMPLE".into(),
            "secret/key+".into(),
            "to/ken==".into(),
        );
        let keys = || {
            if session {
                express.signing_keys()
            } else {
                base.signing_keys()
            }
        };
        let unsigned = |payload| Unsigned {
            method: &request.method,
            authority: "b.example.com",
            path: &request.path,
            query: &request.query,
            payload,
        };
        let now = request.now;
        let whole = unsigned(Payload::Bytes(&request.body));
        let mut headers = request.headers.clone();
        let ours = sign(&whole, &mut headers, keys(), SCOPE, now, &cache).unwrap();
        let theirs = |presigned_for| theirs(&request, &credentials, session, presigned_for);
        assert_eq!(ours.signature(), theirs(None), "{}", ours.canonical_request);

        let bare = unsigned(Payload::Hash("UNSIGNED-PAYLOAD"));
        let mut headers = request.headers.clone();
        let when = (now, 1 + round % 604_800);
        let ours = sign_query(&bare, &mut headers, keys(), SCOPE, when, &cache);
        let ours = ours.unwrap().signature;
        let theirs = theirs(Some(when.1));
        assert_eq!(ours.signature(), theirs, "{}", ours.canonical_request);
    }
}

/// Keeps every field of every span and event.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<String>>);

impl Visit for &Recorder {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl tracing::Subscriber for Recorder {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut &*self);
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut &*self);
    }
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut &*self);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[test]
fn signing_logs_nothing_of_the_credentials() {
    let recorder = Recorder::default();
    let log = recorder.0.clone();
    let debug = tracing::subscriber::with_default(recorder, || {
        tracing::trace!(probe = "PROBE");
        let keys = SessionCredentials::new(
            "MARKERID".into(),
            "MARKERSECRET".into(),
            "MARKERTOKEN".into(),
        );
        let unsigned = Unsigned {
            method: &Method::GET,
            authority: "b.example.com",
            path: "/",
            query: "session",
            payload: Payload::Bytes(b""),
        };
        let scope = Scope {
            region: "r",
            service: "s",
        };
        let mut headers = HeaderMap::new();
        let cache = KeyCache::default();
        let signed = sign(
            &unsigned,
            &mut headers,
            keys.signing_keys(),
            scope,
            UNIX_EPOCH,
            &cache,
        )
        .unwrap();
        assert!(signed.canonical_request.to_string().contains("MARKERTOKEN"));
        format!("{headers:?} {signed:?} {cache:?} {keys:?} {unsigned:?}")
    });
    let log = log.lock().unwrap();
    assert!(log.contains("PROBE"));
    assert!(!log.contains("MARKER"), "{log}");
    assert!(!debug.contains("MARKER"), "{debug}");
}

//! Requests of other clients: ours sends the same, signature included.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::date_time::Format;
use serde_json::Value;
use zonal::operation::CreateSession;
use zonal::types::{ServerSideEncryption, SessionMode};
use zonal::{Builder, Client, DateTime};

use crate::recorder::{Frozen, Recorder, Sent, ready};
use crate::support::credentials;

const BOTOCORE: &str = include_str!("../../runtime/tests/vectors/botocore-frozen-clock.json");
const AWS_CLI: &str = include_str!("../../runtime/tests/vectors/awscli-recorded.json");

/// Headers that every client sets as it likes, and none signs.
const UNSIGNED: [&str; 3] = ["accept-encoding", "user-agent", "authorization"];

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {value}"))
}

/// Reads `20231126T000000Z`.
fn time(stamp: &str) -> SystemTime {
    let part = |range: std::ops::Range<usize>| stamp[range].to_owned();
    let date = [part(0..4), part(4..6), part(6..8)].join("-");
    let time = [part(9..11), part(11..13), part(13..15)].join(":");
    let read = DateTime::from_str(&format!("{date}T{time}Z"), Format::DateTime).unwrap();
    UNIX_EPOCH + Duration::from_secs(read.secs().try_into().unwrap())
}

/// A client with the clock and the keys of a vector, and where its requests go.
fn client(
    stamp: &str,
    region: &str,
    keys: [&str; 2],
    token: Option<&str>,
) -> (Builder<Client>, Recorder) {
    let recorder = Recorder::default();
    let client = Client::builder()
        .region(region)
        .credentials(credentials(keys[0], keys[1], token))
        .clock(Frozen(time(stamp)))
        .transport(recorder.clone());
    (client, recorder)
}

/// The request whose members are these headers.
fn request(bucket: &str, headers: &Value) -> CreateSession {
    let header = |name: &str| headers[name].as_str().map(str::to_owned);
    let mut request = CreateSession::new(bucket);
    request.session_mode = header("x-amz-create-session-mode").map(SessionMode::from);
    let encryption = header("x-amz-server-side-encryption");
    request.server_side_encryption = encryption.map(ServerSideEncryption::from);
    request.sse_kms_key_id = header("x-amz-server-side-encryption-aws-kms-key-id").map(Into::into);
    request.sse_kms_encryption_context =
        header("x-amz-server-side-encryption-context").map(Into::into);
    let bucket_key = header("x-amz-server-side-encryption-bucket-key-enabled");
    request.bucket_key_enabled = bucket_key.map(|value| value == "true");
    request
}

/// What was sent is what the vector signed: these headers, no other, and its signature.
fn compare(sent: &Sent, vector: &Value, signed: &Value) {
    let ours: Vec<_> = sent
        .headers
        .iter()
        .filter(|(name, _)| !UNSIGNED.contains(&name.as_str()))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut theirs: Vec<_> = signed
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
    let authorization = sent.header("authorization").unwrap();
    let names: Vec<_> = theirs.iter().map(|(name, _)| *name).collect();
    let end = format!(
        "SignedHeaders={}, Signature={}",
        names.join(";"),
        text(vector, "signature")
    );
    assert!(authorization.ends_with(&end), "{authorization}\n{end}");
    assert!(sent.body.is_empty());
}

#[test]
fn botocore() {
    let vectors: Vec<Value> = serde_json::from_str(BOTOCORE).unwrap();
    let of_us = vectors
        .iter()
        .filter(|vector| text(vector, "id").starts_with("botocore-createsession"));
    let mut count = 0;
    for vector in of_us {
        let keys = [
            text(vector, "access_key_id"),
            text(vector, "secret_access_key"),
        ];
        let token = vector["session_token"].as_str();
        let (stamp, host) = (text(vector, "timestamp"), text(vector, "host"));
        let (client, recorder) = client(stamp, text(vector, "region"), keys, token);
        let bucket = host.split('.').next().unwrap();
        let extra = &vector["extra_signed_headers"];
        ready(client.build().unwrap().send(request(bucket, extra))).unwrap();
        let sent = recorder.requests().pop().unwrap();
        assert_eq!(sent.method, text(vector, "method"));
        assert_eq!(
            sent.url,
            format!("https://{host}{}?session", text(vector, "path"))
        );
        let mut signed = extra.clone();
        signed["host"] = host.into();
        signed["x-amz-date"] = stamp.into();
        signed["x-amz-content-sha256"] = vector["payload_hash"].clone();
        signed["x-amz-security-token"] = token.unwrap().into();
        compare(&sent, vector, &signed);
        let authorization = sent.header("authorization");
        assert_eq!(authorization, vector["authorization"].as_str());
        count += 1;
    }
    assert_eq!(count, 2);
}

#[test]
fn the_aws_cli() {
    let vectors: Vec<Value> = serde_json::from_str(AWS_CLI).unwrap();
    let of_us = vectors
        .iter()
        .filter(|vector| text(vector, "path_and_query").ends_with("?session"));
    let mut count = 0;
    for vector in of_us {
        let signed = &vector["signed_headers"];
        let (target, host) = (text(vector, "path_and_query"), text(signed, "host"));
        let keys = [text(vector, "access_key"), text(vector, "secret_key")];
        let token = signed["x-amz-security-token"].as_str();
        let (client, recorder) = client(
            text(signed, "x-amz-date"),
            text(vector, "region"),
            keys,
            token,
        );
        let client = client
            .endpoint_url(format!("http://{host}"))
            .build()
            .unwrap();
        let bucket = target.trim_start_matches('/').trim_end_matches("?session");
        ready(client.send(request(bucket, signed))).unwrap();
        let sent = recorder.requests().pop().unwrap();
        assert_eq!(sent.method, text(vector, "method"));
        assert_eq!(sent.url, format!("http://{host}{target}"));
        compare(&sent, vector, signed);
        count += 1;
    }
    assert_eq!(count, 3);
}

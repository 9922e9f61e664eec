//! What the client sends for many inputs, as text. `official.rs` builds this file a second time, into a
//! program on a client that was generated from another model.

use std::time::{Duration, UNIX_EPOCH};

use zonal::operation::CreateSession;
use zonal::{Client, Credentials};

use crate::recorder::{Frozen, Recorder, ready};

/// Directory buckets and their access points. On other names the models differ: ours has no rules for
/// them, and on an address the official ones pass on a name that is no host label.
fn requests() -> Vec<CreateSession> {
    let new = || CreateSession::new("demo--usw2-az1--x-s3");
    vec![
        new(),
        new().session_mode("ReadOnly"),
        new().session_mode("ReadWrite"),
        new().session_mode("SomethingNew"),
        new()
            .server_side_encryption("AES256")
            .bucket_key_enabled(false),
        new()
            .session_mode("ReadWrite")
            .server_side_encryption("aws:kms")
            .sse_kms_key_id("arn:aws:kms:us-west-2:111122223333:key/1234abcd")
            .sse_kms_encryption_context("eyJhIjoiYiJ9")
            .bucket_key_enabled(true),
        new().sse_kms_key_id("a  b, \u{fc}"),
        CreateSession::new("a--b--use1-az4--x-s3"),
        CreateSession::new("demo--usw2-lax1-az1--x-s3"),
        CreateSession::new("door--usw2-az1--xa-s3"),
    ]
}

/// Endpoints of every kind, but no base path on an address: the official rules put it behind the bucket.
fn clients(recorder: &Recorder) -> Vec<(&'static str, Client)> {
    let builder = |token: Option<&str>| {
        let token = token.map(str::to_owned);
        Client::builder()
            .region("us-west-2")
            .credentials(Credentials::new(
                "AKIDEXAMPLE",
                "secret",
                token,
                None,
                "test",
            ))
            .clock(Frozen(UNIX_EPOCH + Duration::from_secs(1_700_956_800)))
            .transport(recorder.clone())
    };
    [
        ("plain", builder(None)),
        ("with a token", builder(Some("TOKEN"))),
        ("FIPS", builder(None).use_fips(true)),
        ("dual-stack", builder(None).use_dual_stack(true)),
        ("both", builder(None).use_fips(true).use_dual_stack(true)),
        ("China", builder(None).region("cn-north-1")),
        (
            "FIPS in China",
            builder(None).region("cn-north-1").use_fips(true),
        ),
        (
            "dual-stack on an address",
            builder(None)
                .use_dual_stack(true)
                .endpoint_url("http://127.0.0.1:8080"),
        ),
        (
            "on an address",
            builder(None).endpoint_url("http://127.0.0.1:8080"),
        ),
        ("on IPv6", builder(None).endpoint_url("http://[::1]:8080")),
        (
            "on a name",
            builder(None).endpoint_url("https://s3.example.com/base"),
        ),
    ]
    .map(|(name, builder)| (name, builder.build().unwrap()))
    .into()
}

/// Every request by every client: what it sends, or that nothing is sent.
pub(crate) fn all() -> String {
    let mut text = String::new();
    for request in requests() {
        let recorder = Recorder::default();
        for (name, client) in clients(&recorder) {
            let before = recorder.requests().len();
            let result = ready(client.send(request.clone()));
            text.push_str(&format!("# {} {name}\n", request.bucket));
            match (result, recorder.requests().get(before)) {
                (Ok(_), Some(sent)) => text.push_str(&sent.text()),
                (Err(error), None) => text.push_str(&format!("nothing: {:?}\n\n", error.kind())),
                (result, sent) => panic!("{result:?} {sent:?}"),
            }
        }
    }
    text
}

#[cfg(test)]
#[test]
fn inputs_and_clients_differ() {
    let text = all();
    assert!(text.contains(
        "\nauthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231126/us-west-2/s3express/"
    ));
    assert!(text.contains("\nGET https://demo--usw2-az1--x-s3.s3express-fips-usw2-az1.dualstack.us-west-2.amazonaws.com/?session\n"));
    assert!(text.contains("\nnothing: Endpoint\n"));
    assert_eq!(text.matches("# ").count(), 110);
    assert!(text.matches("\nGET ").count() > 70);
}

//! A session is opened: what goes over the wire, what comes back, and how the client may be used.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use zonal::operation::{CreateSession, CreateSessionOutput};
use zonal::types::{ServerSideEncryption, SessionMode};
use zonal::{Client, Secret};
use zonal_peer::{CredentialKind, Fault, Operation, Recorded, Reply};

use crate::support::{BUCKET, KEY, Lab, TEMPORARY_KEY, TOKEN, temporary};

const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// What every request carries.
const ALWAYS: [&str; 7] = [
    "accept",
    "accept-encoding",
    "authorization",
    "host",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-date",
];
const KMS_KEY: &str = "arn:aws:kms:us-west-2:111122223333:key/MARKER-1234";
/// `{"aws:s3express:arn":"MARKER"}`
const CONTEXT: &str = "eyJhd3M6czNleHByZXNzOmFybiI6Ik1BUktFUiJ9";

/// The headers of a request that not every request has.
fn own_headers(request: &Recorded) -> BTreeMap<String, String> {
    let mut own = BTreeMap::new();
    for header in &request.headers {
        let name = header.name.to_ascii_lowercase();
        if !ALWAYS.contains(&name.as_str()) {
            let before = own.insert(name, header.value_text());
            assert_eq!(before, None, "{request:?}");
        }
    }
    own
}

fn only(lab: &Lab) -> Recorded {
    let requests = lab.take_requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.into_iter().next().unwrap()
}

/// The output is the session that the peer issued last.
fn assert_issued(lab: &Lab, output: &CreateSessionOutput) {
    let session = lab.issued_sessions().pop().unwrap();
    let credentials = &output.credentials;
    assert_eq!(credentials.access_key_id, session.access_key_id());
    assert_eq!(
        credentials.secret_access_key,
        Secret::from(session.secret_access_key())
    );
    assert_eq!(
        credentials.session_token,
        Secret::from(session.session_token())
    );
    let expiration = SystemTime::try_from(credentials.expiration).unwrap();
    assert_eq!(expiration, session.expiration());
    assert_eq!(session.bucket(), BUCKET);
}

#[tokio::test]
async fn on_the_path_form() {
    let lab = Lab::new();
    let output = lab.client().build().unwrap().create_session(BUCKET).await;
    assert_issued(&lab, &output.unwrap());
    let request = only(&lab);
    assert_eq!(request.method, "GET");
    assert_eq!(request.target, format!("/{BUCKET}?session"));
    assert_eq!(request.header("host").unwrap(), lab.address().to_string());
    assert_eq!(request.header("accept-encoding").unwrap(), "identity");
    assert_eq!(request.header("x-amz-content-sha256").unwrap(), EMPTY_HASH);
    assert!(request.header("user-agent").unwrap().starts_with("zonal/"));
    assert_eq!(own_headers(&request), BTreeMap::new());
    assert!(request.body.is_empty() && request.trailers.is_empty());
    assert_eq!(request.operation, Operation::CreateSession);
    let authorization = request.header("authorization").unwrap();
    let day = &request.header("x-amz-date").unwrap()[..8];
    let scope = format!("Credential={KEY}/{day}/us-west-2/s3express/aws4_request, ");
    assert!(authorization.contains(&scope), "{authorization}");
    assert!(
        authorization.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date, "),
        "{authorization}"
    );
}

#[tokio::test]
async fn on_the_virtual_hosted_form() {
    let lab = Lab::new();
    let output = lab.hosted().build().unwrap().create_session(BUCKET).await;
    assert_issued(&lab, &output.unwrap());
    let request = only(&lab);
    assert_eq!(request.target, "/?session");
    let port = lab.address().port();
    assert_eq!(
        request.header("host").unwrap(),
        format!("{BUCKET}.localhost:{port}")
    );
    assert_eq!(request.bucket.as_deref(), Some(BUCKET));
}

#[tokio::test]
async fn a_base_path_of_the_endpoint_stays() {
    let lab = Lab::new();
    let url = format!("{}/base/path", lab.endpoint_url());
    let client = lab.client().endpoint_url(url).build().unwrap();
    // the peer knows no base path and answers with an error of its own; the target is what counts
    client.create_session(BUCKET).await.unwrap_err();
    assert_eq!(only(&lab).target, format!("/base/path/{BUCKET}?session"));
}

#[tokio::test]
async fn every_member_is_sent_and_comes_back() {
    let lab = Lab::new();
    for client in [lab.client(), lab.hosted()] {
        let call = client.build().unwrap().create_session(BUCKET);
        let output = call
            .session_mode(SessionMode::ReadOnly)
            .server_side_encryption(ServerSideEncryption::AwsKms)
            .sse_kms_key_id(KMS_KEY)
            .sse_kms_encryption_context(CONTEXT)
            .bucket_key_enabled(true)
            .await
            .unwrap();
        assert_issued(&lab, &output);
        let encryption = Some(ServerSideEncryption::AwsKms);
        assert_eq!(output.server_side_encryption, encryption);
        assert_eq!(output.sse_kms_key_id, Some(Secret::from(KMS_KEY)));
        let context = Some(Secret::from(CONTEXT));
        assert_eq!(output.sse_kms_encryption_context, context);
        assert_eq!(output.bucket_key_enabled, Some(true));
        lab.assert_clean(&format!("{output:?} {output:#?}"));

        let sent = own_headers(&only(&lab));
        let expected = [
            ("x-amz-create-session-mode", "ReadOnly"),
            ("x-amz-server-side-encryption", "aws:kms"),
            ("x-amz-server-side-encryption-aws-kms-key-id", KMS_KEY),
            ("x-amz-server-side-encryption-context", CONTEXT),
            ("x-amz-server-side-encryption-bucket-key-enabled", "true"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(sent, BTreeMap::from(expected));
    }
}

#[tokio::test]
async fn what_is_not_set_is_not_sent_and_not_made_up() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    for (mode, sent) in [
        (None, None),
        (Some(SessionMode::ReadWrite), Some("ReadWrite")),
        (Some(SessionMode::ReadOnly), Some("ReadOnly")),
    ] {
        let mut request = CreateSession::new(BUCKET);
        request.session_mode = mode;
        let output = client.send(request).await.unwrap();
        assert_eq!(output.server_side_encryption, None);
        assert_eq!(output.sse_kms_key_id, None);
        assert_eq!(output.sse_kms_encryption_context, None);
        assert_eq!(output.bucket_key_enabled, None);
        let seen = only(&lab).header("x-amz-create-session-mode");
        assert_eq!(seen.as_deref(), sent);
    }
    let output = client
        .create_session(BUCKET)
        .bucket_key_enabled(false)
        .await;
    assert_eq!(output.unwrap().bucket_key_enabled, Some(false));
    let name = "x-amz-server-side-encryption-bucket-key-enabled";
    assert_eq!(only(&lab).header(name).as_deref(), Some("false"));
}

#[tokio::test]
async fn values_that_nobody_knows_yet_pass_both_ways() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let mode = SessionMode::Unknown("Append".to_owned());
    let error = client.create_session(BUCKET).session_mode(mode).await;
    assert_eq!(error.unwrap_err().code(), Some("InvalidArgument"));
    let sent = only(&lab).header("x-amz-create-session-mode");
    assert_eq!(sent.as_deref(), Some("Append"));

    lab.fault(Fault::genuine().with_header("x-amz-server-side-encryption", "aws:new"));
    let output = client.create_session(BUCKET).await.unwrap();
    assert_eq!(
        output.server_side_encryption,
        Some(ServerSideEncryption::Unknown("aws:new".to_owned()))
    );
}

#[tokio::test]
async fn members_may_come_in_any_order_and_with_strangers() {
    let lab = Lab::new();
    let body = "\u{feff}<?xml version='1.0'?>\r\n<!-- <Error/> --><s:ConnectResult xmlns:s='x'>\
        <s:New a='1'><s:AccessKeyId>no</s:AccessKeyId></s:New><s:Credentials>\
        <s:Expiration>2026-11-22T02:45:15.000+02:00</s:Expiration><s:AccessKeyId>AS<![CDATA[IA]]></s:AccessKeyId>\
        <s:New/><s:SecretAccessKey>a&amp;b&#x3c;</s:SecretAccessKey><s:SessionToken>tok\
        <!-- - -->en</s:SessionToken></s:Credentials></s:ConnectResult>\n";
    lab.fault(Fault::reply(Reply::xml(200, body)));
    let output = lab.client().build().unwrap().create_session(BUCKET).await;
    let credentials = output.unwrap().credentials;
    assert_eq!(credentials.access_key_id, "ASIA");
    assert_eq!(credentials.secret_access_key.expose(), "a&b<");
    assert_eq!(credentials.session_token.expose(), "token");
    assert_eq!(credentials.expiration.secs(), 1_795_308_315);
}

#[tokio::test]
async fn a_base_token_travels_in_its_own_header() {
    let lab = Lab::new();
    let client = lab.client().credentials(temporary()).build().unwrap();
    let output = client.create_session(BUCKET).await.unwrap();
    assert_issued(&lab, &output);
    let request = only(&lab);
    let token = request.header("x-amz-security-token");
    assert_eq!(token.as_deref(), Some(TOKEN));
    assert_eq!(own_headers(&request).len(), 1);
    assert!(!request.target.contains("oken"), "{}", request.target);
    let authorization = request.header("authorization").unwrap();
    assert!(authorization.contains(";x-amz-security-token, "));
    let who = CredentialKind::Base {
        access_key_id: TEMPORARY_KEY.to_owned(),
    };
    assert_eq!(request.credentials, who);
}

#[tokio::test]
async fn a_request_is_a_value() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let value = CreateSession::new(BUCKET)
        .session_mode(SessionMode::ReadOnly)
        .server_side_encryption("AES256");
    let call = client
        .create_session(BUCKET)
        .session_mode("ReadOnly")
        .server_side_encryption(ServerSideEncryption::Aes256);
    lab.assert_clean(&format!("{call:?}"));
    let from_call = call.into_request();
    assert_eq!(from_call, value);
    assert_ne!(value, CreateSession::new(BUCKET));
    assert_ne!(value.clone().sse_kms_key_id("a"), value.clone());
    assert!(lab.requests().is_empty(), "a call does nothing by itself");

    client.send(value.clone()).await.unwrap();
    client
        .create_session(BUCKET)
        .session_mode("ReadOnly")
        .send()
        .await
        .unwrap();
    let mut other = client.create_session("other").into_request();
    other.clone_from(&value);
    client.send(other).await.unwrap();
    let sent: Vec<_> = lab.requests().iter().map(own_headers).collect();
    assert_eq!(sent[0], sent[2]);
    assert_eq!(sent[0].len(), sent[1].len() + 1);
}

#[test]
fn a_request_is_written_and_read_under_the_names_of_the_service() {
    let request = CreateSession::new(BUCKET)
        .session_mode("Append")
        .server_side_encryption(ServerSideEncryption::AwsKms)
        .sse_kms_key_id(KMS_KEY)
        .sse_kms_encryption_context(CONTEXT)
        .bucket_key_enabled(true);
    let json = serde_json::to_value(&request).unwrap();
    let expected = serde_json::json!({
        "Bucket": BUCKET,
        "SessionMode": "Append",
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": KMS_KEY,
        "SSEKMSEncryptionContext": CONTEXT,
        "BucketKeyEnabled": true,
    });
    assert_eq!(json, expected);
    let read: CreateSession = serde_json::from_value(json).unwrap();
    assert_eq!(read, request);
    let least: CreateSession = serde_json::from_value(serde_json::json!({"Bucket": "b"})).unwrap();
    assert_eq!(least, CreateSession::new("b"));
    serde_json::from_str::<CreateSession>("{}").unwrap_err();
}

#[tokio::test]
async fn two_hundred_calls_at_once() {
    let lab = Lab::new();
    let client = lab.hosted().build().unwrap();
    let calls: Vec<_> = (0..200)
        .map(|_| tokio::spawn(client.create_session(BUCKET).into_future()))
        .collect();
    let mut keys = Vec::new();
    for call in calls {
        keys.push(call.await.unwrap().unwrap().credentials.access_key_id);
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 200, "every caller has a session of its own");
    assert_eq!(lab.requests().len(), 200);
    assert!(lab.connection_count() <= 200);
    // all of them are in the pool now
    let before = lab.connection_count();
    client.create_session(BUCKET).await.unwrap();
    assert_eq!(lab.connection_count(), before);
}

#[tokio::test]
async fn clones_share_their_connections() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    for _ in 0..3 {
        client.create_session(BUCKET).await.unwrap();
        client.clone().create_session(BUCKET).await.unwrap();
    }
    assert_eq!(lab.connection_count(), 1);
    lab.client()
        .build()
        .unwrap()
        .create_session(BUCKET)
        .await
        .unwrap();
    assert_eq!(lab.connection_count(), 2);
}

#[tokio::test]
async fn a_call_that_is_dropped_does_no_harm() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    lab.fault(Fault::genuine().delay(Duration::from_secs(3600)));
    let call = client.create_session(BUCKET).into_future();
    tokio::time::timeout(Duration::from_millis(50), call)
        .await
        .unwrap_err();
    client.create_session(BUCKET).await.unwrap();
}

#[tokio::test]
async fn futures_are_small_and_may_cross_threads() {
    fn size<T: Send + 'static>(future: T) -> usize {
        size_of_val(&future)
    }
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    let lab = Lab::new();
    let client = Arc::new(lab.client().build().unwrap());
    shared::<Client>(&client);
    let owned = Arc::clone(&client);
    let send = size(async move { owned.send(CreateSession::new(BUCKET)).await });
    let fluent = size(client.create_session(BUCKET).send());
    let awaited = size(client.create_session(BUCKET).into_future());
    println!("send {send} B, fluent {fluent} B, awaited {awaited} B");
    assert!(send < 2048 && fluent < 2048 && awaited <= 64);
    assert!(size(client.create_session(BUCKET)) < 256);
}

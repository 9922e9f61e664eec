//! Refusals of the service: what a caller learns from them.

use std::time::{Duration, SystemTime};

use zonal::operation::CreateSessionError;
use zonal::types::SessionMode;
use zonal::{Credentials, ErrorKind};
use zonal_peer::{Fault, Reply};

use crate::support::{
    BUCKET, Error, KEY, Lab, SECRET, TEMPORARY_KEY, TOKEN, credentials, expect, says,
};

/// What is common to all refusals: kind, code and status, an id that is in the text, no reason to try again.
#[track_caller]
fn refusal(error: &Error, code: &str, status: u16) {
    expect(error, ErrorKind::Service, Some(code));
    assert_eq!(error.status().unwrap(), status);
    assert_eq!(error.operation(), "CreateSession");
    assert_eq!(error.host(), Some("127.0.0.1"));
    let id = error.request_id().unwrap();
    assert!(id.len() == 16 && !error.is_retryable() && !error.is_timeout());
    assert!(error.extended_request_id().unwrap().len() > 16);
    let message = error.message().unwrap();
    let text = format!(
        "CreateSession failed: {code}: {message} (HTTP {status}, request id {id}, host 127.0.0.1)"
    );
    assert_eq!(error.to_string(), text);
    assert_eq!(format!("{error:?}"), text);
    assert!(std::error::Error::source(error).is_none());
}

#[tokio::test]
async fn a_wrong_secret() {
    let lab = Lab::new();
    let wrong = lab.client().credentials(credentials(KEY, "MARKER", None));
    let error = lab.refuse(wrong).await;
    refusal(&error, "SignatureDoesNotMatch", 403);
    assert_eq!(error.as_service_error(), None);
    // the answer echoed the string to sign; nothing of it came through
    assert!(!format!("{error:#?}").contains("aws4_request"));
}

#[tokio::test]
async fn an_unknown_access_key() {
    let lab = Lab::new();
    let unknown = lab
        .client()
        .credentials(credentials("AKIDNOBODY", SECRET, None));
    refusal(&lab.refuse(unknown).await, "InvalidAccessKeyId", 403);
}

#[tokio::test]
async fn a_wrong_region() {
    let lab = Lab::new();
    let error = lab.refuse(lab.client().region("eu-north-1")).await;
    refusal(&error, "AuthorizationHeaderMalformed", 400);
    assert_eq!(error.bucket_region(), Some("us-west-2"));
    says(
        &error,
        "the region 'eu-north-1' is wrong; expecting 'us-west-2'",
    );
}

#[tokio::test]
async fn a_clock_that_is_wrong() {
    const MINUTE: Duration = Duration::from_secs(60);
    let lab = Lab::new();
    for set in [zonal_peer::Clock::set_ahead, zonal_peer::Clock::set_behind] {
        let client = lab.client().build().unwrap();
        set(lab.clock(), 14 * MINUTE);
        client.create_session(BUCKET).await.unwrap();
        set(lab.clock(), 16 * MINUTE);
        let error = client.create_session(BUCKET).await.unwrap_err();
        lab.inspect(&error);
        refusal(&error, "RequestTimeTooSkewed", 403);
        // the client knows better now
        client.create_session(BUCKET).await.unwrap();
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let error = client
        .create_session("gone--usw2-az1--x-s3")
        .await
        .unwrap_err();
    lab.inspect(&error);
    refusal(&error, "NoSuchBucket", 404);
    assert_eq!(
        error.as_service_error(),
        Some(&CreateSessionError::NoSuchBucket)
    );
    assert!(format!("{error:#?}").contains("service_error: Some(\n        NoSuchBucket"));
    // the error ends up in `main` of an application as one readable line
    let boxed: Box<dyn std::error::Error + Send + Sync> = Box::new(error);
    assert!(format!("{boxed:?}").starts_with("CreateSession failed: NoSuchBucket: "));
}

#[tokio::test]
async fn a_mode_that_policies_forbid() {
    let lab = Lab::with(zonal_peer::PeerBuilder::deny_read_write);
    let client = lab.client().build().unwrap();
    let call = client.create_session(BUCKET);
    let error = call.session_mode(SessionMode::ReadWrite).await.unwrap_err();
    lab.inspect(&error);
    refusal(&error, "AccessDenied", 403);
    // who names no mode gets what is allowed
    client.create_session(BUCKET).await.unwrap();
    assert_eq!(
        lab.issued_sessions()[0].mode(),
        zonal_peer::SessionMode::ReadOnly
    );
}

#[tokio::test]
async fn an_argument_that_the_service_does_not_take() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let call = client
        .create_session(BUCKET)
        .server_side_encryption("aws:kms");
    let error = call.sse_kms_key_id("alias/MARKER").await.unwrap_err();
    lab.inspect(&error);
    refusal(&error, "InvalidRequest", 400);
    // here the answer names the value
    let call = client
        .create_session(BUCKET)
        .server_side_encryption("AES256");
    let error = call.sse_kms_key_id("key/MARKER").await.unwrap_err();
    lab.inspect(&error);
    refusal(&error, "InvalidArgument", 400);
}

#[tokio::test]
async fn a_base_token_that_is_wrong_or_missing() {
    let lab = Lab::new();
    for token in [None, Some("MARKER-of-somebody-else")] {
        let wrong = credentials(TEMPORARY_KEY, SECRET, token);
        let error = lab.refuse(lab.client().credentials(wrong)).await;
        refusal(&error, "InvalidToken", 400);
    }
    let superfluous = credentials(KEY, SECRET, Some("MARKER"));
    let error = lab.refuse(lab.client().credentials(superfluous)).await;
    refusal(&error, "InvalidToken", 400);
}

#[tokio::test]
async fn a_base_token_that_has_expired() {
    let lab = Lab::new();
    let body = format!(
        "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message>\
         <Token-0>{TOKEN}</Token-0><RequestId>4442587FB7D0A2F9</RequestId><HostId>{}</HostId></Error>",
        "h".repeat(76)
    );
    lab.fault(Fault::reply(Reply::xml(400, body).bare()));
    let expired = lab
        .client()
        .credentials(credentials(TEMPORARY_KEY, SECRET, Some(TOKEN)));
    let error = lab.refuse(expired).await;
    // without headers the ids come from the document
    assert_eq!(error.request_id(), Some("4442587FB7D0A2F9"));
    refusal(&error, "ExpiredToken", 400);
}

#[tokio::test]
async fn credentials_that_are_known_to_have_expired_are_not_sent() {
    let lab = Lab::new();
    let past = SystemTime::now() - Duration::from_secs(1);
    let token = Some(TOKEN.to_owned());
    let expired = Credentials::new(TEMPORARY_KEY, SECRET, token, Some(past), "test");
    let error = lab.refuse(lab.client().credentials(expired)).await;
    expect(&error, ErrorKind::Credentials, None);
    assert!(error.to_string().contains("have expired") && !error.is_retryable());
    assert!(lab.requests().is_empty());
}

#[tokio::test]
async fn credentials_that_no_header_can_carry_are_not_sent() {
    let lab = Lab::new();
    for (key, token, part) in [
        (KEY, Some("MARKER\n"), "session token"),
        (KEY, Some("MARKER\r\nx: y"), "session token"),
        ("AKID\nEXAMPLE", None, "access key id"),
    ] {
        let error = lab
            .refuse(lab.client().credentials(credentials(key, SECRET, token)))
            .await;
        expect(&error, ErrorKind::Credentials, None);
        says(
            &error,
            &format!("the {part} of the credentials has characters"),
        );
    }
    assert!(lab.requests().is_empty());
    // a secret key with a line break signs for nothing, but it is never sent
    let error = lab
        .refuse(lab.client().credentials(credentials(KEY, "MARKER\n", None)))
        .await;
    expect(&error, ErrorKind::Service, Some("SignatureDoesNotMatch"));
}

#[tokio::test]
async fn what_the_service_may_have_too_much_of() {
    let lab = Lab::new();
    for (status, code) in [
        (500, "InternalError"),
        (503, "SlowDown"),
        (503, "ServiceUnavailable"),
        (400, "RequestTimeout"),
        (429, "TooManyRequestsException"),
        (200, "InternalError"),
        (200, "SlowDown"),
    ] {
        let error = lab.fail(Fault::error(status, code, "Later.")).await;
        expect(&error, ErrorKind::Service, Some(code));
        assert_eq!(error.status().unwrap(), status);
        assert!(error.is_retryable(), "{error}");
        assert_eq!(error.request_id(), Some("FAULT00000000000"));
    }
    let error = lab.fail(Fault::slow_down(7)).await;
    assert!(error.is_retryable());
    // nothing was tried twice behind the caller's back
    assert_eq!(lab.requests().len(), 8);
}

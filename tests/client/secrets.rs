//! No log line, error, `Debug` text or panic message contains a secret.
//!
//! Every test of this binary runs under the sink of `capture.rs`; the ones here make sure that there is
//! something to find.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use zonal::ErrorKind;
use zonal::operation::CreateSession;
use zonal_peer::{Fault, Reply};

use crate::capture::{self, has_mark};
use crate::support::{
    BUCKET, KEY, Lab, SECRET, TEMPORARY_KEY, TOKEN, credentials, everything, expect, temporary,
};
use crate::virtual_clock::VirtualClock;

const KMS_KEY: &str = "arn:aws:kms:us-west-2:111122223333:key/MARKER-1234";
/// A JSON object in base64, with a mark that is not encoded behind it.
const CONTEXT: &str = "eyJhIjoiYiJ9MARKER==";

#[test]
fn the_sink_hears_everything_and_knows_a_mark() {
    assert!(has_mark("a MARKER b") && has_mark("4d 41 52 4b 45 52") && has_mark("x4d41524b4552"));
    assert!(has_mark("[65, 77, 65, 82, 75, 69, 82]") && !has_mark("a marker"));
    capture::listen();
    let start = capture::position();
    tracing::trace_span!("a span", field = "first").in_scope(|| {
        tracing::trace!(target: "elsewhere", value = ?"second", "third");
    });
    log::trace!("fourth");
    let log = capture::since(start);
    for word in ["a span", "first", "elsewhere", "second", "third", "fourth"] {
        assert!(log.contains(word), "{word} in {log}");
    }
}

#[tokio::test]
async fn a_good_call() {
    let lab = Lab::new();
    let client = lab.hosted().credentials(temporary()).build().unwrap();
    let call = client
        .create_session(BUCKET)
        .server_side_encryption("aws:kms")
        .sse_kms_key_id(KMS_KEY);
    lab.assert_clean(&format!("{call:?} {call:#?}"));
    let request = call.into_request();
    lab.assert_clean(&format!("{request:?} {request:#?}"));
    let output = client.send(request).await.unwrap();
    lab.assert_clean(&format!("{output:?} {output:#?}"));
    assert!(format!("{output:?}").contains("Secret(***)"));
    // the peer did see them, and the session is a real one
    let sent = lab.requests().pop().unwrap();
    assert_eq!(sent.header("x-amz-security-token").as_deref(), Some(TOKEN));
    assert_eq!(lab.issued_sessions().len(), 1);
    // there is a log, with what helps
    let log = lab.log();
    for part in [
        "operation=\"CreateSession\"",
        "status=200",
        "request_id=",
        BUCKET,
    ] {
        assert!(log.contains(part), "{part} in {log}");
    }
}

#[tokio::test]
async fn refusals_that_repeat_the_request() {
    let lab = Lab::new();
    let refused = [
        credentials(KEY, "MARKER-wrong", None),
        credentials(TEMPORARY_KEY, "MARKER-wrong", Some(TOKEN)),
        credentials(TEMPORARY_KEY, SECRET, Some("MARKER-wrong")),
        credentials(KEY, SECRET, Some(TOKEN)),
    ];
    for credentials in refused {
        let error = lab.refuse(lab.client().credentials(credentials)).await;
        assert_eq!(error.kind(), ErrorKind::Service);
        assert!(
            lab.log().contains(error.code().unwrap()),
            "a failed call is logged"
        );
    }
    // the same under a status that says success
    for status in [200, 400, 500] {
        let body = format!(
            "<Error><Code>ExpiredToken</Code><Token-0>{TOKEN}</Token-0><StringToSign>{SECRET}</StringToSign>\
             <CanonicalRequest>x-amz-security-token:{TOKEN}</CanonicalRequest><Other><Deep>{TOKEN}</Deep></Other>\
             </Error>"
        );
        let error = lab.fail(Fault::reply(Reply::xml(status, body))).await;
        expect(&error, ErrorKind::Service, Some("ExpiredToken"));
    }
}

#[tokio::test]
async fn a_server_that_repeats_secrets_where_messages_stand() {
    let lab = Lab::new();
    let client = lab.client().credentials(temporary()).build().unwrap();
    for status in [200, 400] {
        let body = format!(
            "<Error><Code>Bad{TOKEN}</Code><Message>The token {TOKEN} is bad, and so are {KMS_KEY} and {CONTEXT}.\
             </Message><RequestId>{TOKEN}</RequestId><HostId>{TOKEN}</HostId></Error>"
        );
        let reply = Reply::xml(status, body)
            .header("x-amz-request-id", TOKEN)
            .header("x-amz-id-2", &format!("a{TOKEN}b"));
        lab.fault(Fault::reply(reply));
        let request = CreateSession::new(BUCKET)
            .sse_kms_key_id(KMS_KEY)
            .sse_kms_encryption_context(CONTEXT);
        let error = client.send(request).await.unwrap_err();
        lab.inspect(&error);
        assert_eq!(error.code(), Some("Bad***"));
        assert_eq!(
            error.message(),
            Some("The token *** is bad, and so are *** and ***.")
        );
        assert_eq!(error.extended_request_id(), Some("a***b"));
    }
}

#[tokio::test]
async fn attempts_that_are_repeated() {
    let lab = Lab::new();
    let client = lab.client().credentials(temporary()).max_attempts(3);
    let client = client.build().unwrap();
    let message = format!("the token {TOKEN} asks too often");
    lab.fault(Fault::error(503, "SlowDown", &message).times(2));
    client.create_session(BUCKET).await.unwrap();
    lab.fault(Fault::error(503, "SlowDown", &message).always());
    let error = client.create_session(BUCKET).await.unwrap_err();
    lab.inspect(&error);
    let log = lab.log();
    for part in [
        "number=1",
        "number=3",
        "attempts=3",
        "trying again",
        "the token *** asks",
    ] {
        assert!(log.contains(part), "{part} in {log}");
    }
}

#[tokio::test]
async fn presigned_requests() {
    let lab = Lab::new();
    let client = lab.client().credentials(temporary()).build().unwrap();
    let call = client.put_object(BUCKET, "k").sse_kms_key_id(KMS_KEY);
    let request = call.presign(Duration::from_secs(60)).await.unwrap();
    assert!(
        has_mark(&request.url),
        "the token is in the URL and nowhere else"
    );
    lab.assert_clean(&format!("{request:?} {request:#?}"));
}

#[tokio::test]
async fn answers_that_break_in_the_middle_of_a_secret() {
    let lab = Lab::new();
    let client = || lab.client().credentials(temporary());
    for at in [120, 150, 200, 280, 320] {
        for fault in [
            Fault::truncated(at),
            Fault::genuine().close_after(at as u64),
            Fault::genuine().reset_after(at as u64),
            Fault::genuine().declared_length(at as u64),
            Fault::edit(move |mut body| {
                body.insert_str(at, "&<]]>");
                body
            }),
        ] {
            lab.fault(fault);
            lab.refuse(client()).await;
        }
    }
    lab.fault(Fault::genuine().stall_after(200));
    let (limit, clock) = (Duration::from_secs(7), VirtualClock::new());
    let stalled = client().read_timeout(limit).clock(clock.clone());
    let is_sent = || lab.requests().len() == 26;
    clock.run(limit, is_sent, lab.refuse(stalled)).await;
    assert_eq!(lab.issued_sessions().len(), 26);
    let fault = Fault::edit(|body| {
        body.replace("SessionToken", "Token")
            .replace("Z<", "MARKER<")
    });
    lab.fault(fault);
    lab.refuse(client()).await;
}

#[tokio::test]
async fn panics_of_the_caller() {
    let lab = Lab::new();
    let client = lab.client().credentials(temporary()).build().unwrap();
    let output = client.create_session(BUCKET).await.unwrap();
    let message = |run: &dyn Fn()| {
        let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
        let text = panic.downcast_ref::<String>().unwrap().clone();
        lab.assert_clean(&text);
        text
    };
    let other = client.create_session(BUCKET).await.unwrap();
    let text = message(&|| assert_eq!(output, other));
    assert!(text.contains("Secret(***)"), "{text}");
    lab.fault(Fault::error(403, "AccessDenied", "no"));
    let failed = AssertUnwindSafe(client.create_session(BUCKET).await.unwrap_err());
    let text = message(&|| panic!("{:?}", *failed));
    assert!(
        text.starts_with("CreateSession failed: AccessDenied: no"),
        "{text}"
    );
    assert!(!has_mark(&everything(&failed)));
}

//! No session is to be had.

use std::time::Duration;

use zonal::ErrorKind;
use zonal::session::SessionSettings;
use zonal_peer::{Fault, Operation};

use crate::lab::{BUCKET, Lab, everything};
use crate::support::{lab_with_object, opened, read};
use crate::virtual_clock::VirtualClock;

#[tokio::test]
async fn the_error_says_operation_bucket_host_code_and_request_id() {
    let lab = Lab::new();
    let client = lab.client().max_attempts(1).build().unwrap();
    let fault = Fault::error(500, "InternalError", "We encountered an internal error.");
    lab.fault(fault.on(Operation::CreateSession).always());
    let error = client.get_object(BUCKET, "key").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GetObject failed: no session: CreateSession failed: InternalError: We encountered an \
         internal error. (HTTP 500, request id FAULT00000000000, host 127.0.0.1) \
         (bucket demo--usw2-az1--x-s3)"
    );
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Session, Some("InternalError"))
    );
    assert_eq!(error.request_id(), Some("FAULT00000000000"));
    assert!(error.is_retryable());
    lab.assert_clean(&everything(&error));
    // and once it is up again, the next call succeeds
    lab.clear_faults();
    client.list_objects_v2(BUCKET).await.unwrap();
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_asked_for_once() {
    let lab = Lab::new();
    let client = lab.client().build().unwrap();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let call = client.list_objects_v2("none--usw2-az1--x-s3");
                call.await.unwrap_err().code().map(str::to_owned)
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().as_deref(), Some("NoSuchBucket"));
    }
    assert_eq!(lab.take_requests().len(), 1);
}

#[tokio::test]
async fn a_slow_start_takes_no_longer_than_the_call_may() {
    let lab = Lab::new();
    let limit = Duration::from_millis(300);
    let client = lab
        .client()
        .attempt_timeout(limit)
        .max_attempts(1)
        .build()
        .unwrap();
    lab.fault(
        Fault::genuine()
            .stall_before_head()
            .on(Operation::CreateSession)
            .always(),
    );
    // nothing else ends it: a session is waited for at the service's leisure
    let error = client.get_object(BUCKET, "key").await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(error.to_string().contains("300ms"), "{error}");
}

#[tokio::test]
async fn a_session_that_does_not_come_is_asked_for_again_in_time() {
    let lab = lab_with_object().await;
    let (limit, clock) = (Duration::from_millis(1500), VirtualClock::new());
    let settings = SessionSettings::default().open_timeout(limit);
    let client = lab.client().session_settings(settings).clock(clock.clone());
    let client = client.max_attempts(3).build().unwrap();
    let stall = Fault::genuine().stall_before_head();
    lab.fault(stall.on(Operation::CreateSession).times(1));
    // a third of the time, so that there is time for another
    let time = async {
        clock.pass(1, limit / 3, || lab.requests().len() == 1).await;
        // and the wait before the other
        while lab.requests().len() == 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            clock.advance(Duration::from_millis(1));
        }
    };
    let (text, ()) = tokio::join!(read(&client), time);
    assert_eq!(text.unwrap(), "text");
    assert_eq!(opened(&lab.take_requests()), 2);
}

#[tokio::test]
async fn sessions_are_opened_anew_after_faults_of_every_kind() {
    let session = Operation::CreateSession;
    for fault in [
        Fault::error(503, "ServiceUnavailable", "Reduce your rate."),
        Fault::genuine().reset_before_head(),
        Fault::truncated(40),
        Fault::list_bucket_result(),
    ] {
        let lab = lab_with_object().await;
        let client = lab.client().build().unwrap();
        lab.fault(fault.on(session).times(1));
        if let Err(error) = read(&client).await {
            assert!(error.contains("CreateSession failed"), "{error}");
        }
        assert_eq!(read(&client).await.unwrap(), "text");
        assert_eq!(opened(&lab.take_requests()), 2);
    }
}

#[tokio::test]
async fn a_session_is_never_asked_for_over_plain_http() {
    let lab = Lab::new();
    let client = lab
        .client()
        .endpoint_url("http://192.0.2.1:9")
        .build()
        .unwrap();
    let error = client.get_object(BUCKET, "key").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session);
    assert!(error.to_string().contains("plain http"), "{error}");
}

/// A session that no request can carry is not kept.
#[tokio::test]
async fn a_session_that_fits_no_header_is_not_kept() {
    for name in ["SessionToken", "AccessKeyId"] {
        let lab = lab_with_object().await;
        let client = lab.client().build().unwrap();
        let (open, broken) = (format!("<{name}>"), format!("<{name}>MARKER&#10;x: y"));
        let fault = Fault::edit(move |body| body.replace(&open, &broken));
        lab.fault(fault.on(Operation::CreateSession).times(1));
        let error = client.get_object(BUCKET, "key").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Session);
        let element = format!("the element `{name}` is not right");
        assert!(error.to_string().contains(&element), "{error}");
        lab.assert_clean(&everything(&error));
        assert_eq!(read(&client).await.unwrap(), "text");
    }
}

/// Asked for, missing, made: an answer from before is not given for long.
#[tokio::test]
async fn a_bucket_that_has_just_been_made_is_there() {
    const NEW: &str = "new--usw2-az1--x-s3";
    let (lab, clock) = (Lab::new(), VirtualClock::new());
    let client = lab.client().clock(clock.clone()).build().unwrap();
    let error = client.list_objects_v2(NEW).await.unwrap_err();
    assert_eq!(error.code(), Some("NoSuchBucket"));
    lab.create_bucket(NEW);
    clock.advance(Duration::from_millis(250));
    client.list_objects_v2(NEW).await.unwrap();
}

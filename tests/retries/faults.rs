//! Which answers are retried.

use zonal::ErrorKind;
use zonal_peer::{Fault, Reply};

use crate::support::{BUCKET, client, fail, peer};

/// Faults after which the next attempt succeeds.
fn passing() -> Vec<Fault> {
    let mut faults: Vec<_> = [429, 500, 502, 503, 504]
        .map(|status| Fault::reply(Reply::new(status)))
        .into();
    faults.extend([
        Fault::error(503, "ServiceUnavailable", "later"),
        Fault::slow_down(0),
        Fault::error(500, "InternalError", "sorry"),
        Fault::error(400, "RequestTimeout", "you were too slow"),
        Fault::error(400, "ThrottlingException", "too fast"),
        Fault::error(409, "OperationAborted", "wait"),
        Fault::error(409, "ConditionalRequestConflict", "wait"),
        Fault::error(200, "InternalError", "sorry"),
        Fault::error(200, "SlowDown", "too fast"),
        Fault::truncated(150),
        Fault::genuine().close_before_head(),
        Fault::genuine().reset_before_head(),
        Fault::genuine().close_after(100),
        Fault::genuine().reset_after(100),
        Fault::genuine().declared_length(4000),
        Fault::genuine().stall_before_head(),
        Fault::genuine().stall_after(100),
    ]);
    faults
}

/// Faults that another attempt would meet again.
fn lasting() -> Vec<Fault> {
    vec![
        Fault::error(400, "InvalidRequest", "no"),
        Fault::error(400, "ExpiredToken", "no"),
        Fault::error(403, "AccessDenied", "no"),
        Fault::error(404, "NoSuchBucket", "no"),
        Fault::error(409, "BucketNotEmpty", "no"),
        Fault::error(412, "PreconditionFailed", "no"),
        Fault::error(501, "NotImplemented", "no"),
        Fault::error(200, "AccessDenied", "no"),
        Fault::reply(Reply::new(501)),
        Fault::reply(Reply::new(505)),
        Fault::redirect(307, "http://127.0.0.1:1/"),
        Fault::list_bucket_result(),
        Fault::without_element("SessionToken"),
        Fault::with_doctype("<!DOCTYPE x>"),
        Fault::reply(Reply::new(200)),
        Fault::endless(1 << 20),
        Fault::raw("220 ready\r\n"),
    ]
}

#[tokio::test]
async fn what_passes_is_retried_once() {
    let peer = peer();
    let client = client(&peer).build().unwrap();
    for fault in passing() {
        peer.fault(fault.clone());
        let result = client.create_session(BUCKET).await;
        let requests = peer.take_requests();
        let output = result.unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(requests.len(), 2, "{fault:?}");
        assert!(requests[0].faulted && !requests[1].faulted);
        // the output is that of the second attempt
        let issued = peer.issued_sessions().pop().unwrap();
        assert_eq!(output.credentials.access_key_id, issued.access_key_id());
    }
}

#[tokio::test]
async fn what_lasts_is_not() {
    let peer = peer();
    for fault in lasting() {
        let what = format!("{fault:?}");
        peer.fault(fault);
        let (error, requests) = fail(&peer, client(&peer)).await;
        assert_eq!((requests, error.attempts()), (1, 1), "{what}: {error}");
        assert!(!error.is_retryable(), "{error}");
        assert!(!error.to_string().contains("attempt"), "{error}");
    }
}

#[tokio::test]
async fn what_goes_on_ends_after_three_attempts() {
    let peer = peer();
    for fault in passing() {
        let what = format!("{fault:?}");
        peer.fault(fault.always());
        let (error, requests) = fail(&peer, client(&peer)).await;
        peer.clear_faults();
        assert_eq!((requests, error.attempts()), (3, 3), "{what}: {error}");
        assert!(error.is_retryable(), "{error}");
        assert!(error.to_string().ends_with(", 3 attempts)"), "{error}");
    }
    peer.fault(Fault::slow_down(0).always());
    let (_, requests) = fail(&peer, client(&peer).max_attempts(5)).await;
    assert_eq!(requests, 5);
    let (error, requests) = fail(&peer, client(&peer).max_attempts(1)).await;
    assert_eq!((requests, error.attempts()), (1, 1));
}

#[tokio::test]
async fn what_was_never_sent_is_not_retried() {
    let peer = peer();
    let refused = client(&peer).endpoint_url("http://192.0.2.1");
    let (error, _) = fail(&peer, refused).await;
    assert_eq!(error.kind(), ErrorKind::InsecureTransport);
    assert_eq!(error.attempts(), 1);
    // nobody listens: there may be somebody in a moment
    let nobody = client(&peer).endpoint_url("http://127.0.0.1:1");
    let (error, requests) = fail(&peer, nobody).await;
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!((error.attempts(), requests), (3, 0));
}

//! What ends a call although another attempt might succeed.

use std::time::Duration;

use zonal::ErrorKind;
use zonal_peer::Fault;

use crate::support::{Always, BUCKET, client, fail, peer};
use crate::virtual_clock::VirtualClock;

const MS: Duration = Duration::from_millis(1);

#[tokio::test]
async fn the_quota_ends_retries_while_everything_fails() {
    let peer = peer();
    let client = client(&peer).build().unwrap();
    peer.fault(Fault::slow_down(0).always());
    // 500 tokens, five for each retry, two retries in each call
    for _ in 0..50 {
        let error = client.create_session(BUCKET).await.unwrap_err();
        assert_eq!(error.attempts(), 3, "{error}");
    }
    assert_eq!(peer.take_requests().len(), 150);
    for _ in 0..10 {
        let error = client.create_session(BUCKET).await.unwrap_err();
        assert_eq!((error.attempts(), error.code()), (1, Some("SlowDown")));
        let says = "not retried because too many calls of this client fail)";
        assert!(error.to_string().ends_with(says), "{error}");
    }
    assert_eq!(peer.take_requests().len(), 10);
    // five calls that succeed earn one retry
    peer.clear_faults();
    for _ in 0..5 {
        client.create_session(BUCKET).await.unwrap();
    }
    peer.take_requests();
    peer.fault(Fault::slow_down(0));
    client.create_session(BUCKET).await.unwrap();
    assert_eq!(peer.take_requests().len(), 2);
}

#[tokio::test]
async fn the_time_of_the_call_ends_its_last_attempt() {
    let (peer, clock) = (peer(), VirtualClock::new());
    peer.fault(Fault::genuine().stall_before_head().always());
    let client = client(&peer)
        .clock(clock.clone())
        .attempt_timeout(400 * MS)
        .call_timeout(1000 * MS);
    let time = async {
        for (attempt, limit) in [(1, 400 * MS), (2, 400 * MS), (3, 200 * MS)] {
            let is_sent = || peer.requests().len() == attempt;
            clock.pass(1, limit, is_sent).await;
        }
    };
    let ((error, requests), ()) = tokio::join!(fail(&peer, client), time);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!((error.attempts(), requests), (3, 3));
    let says = "CreateSession failed: the call did not succeed within 1s (";
    assert!(error.to_string().starts_with(says), "{error}");
}

#[tokio::test]
async fn a_wait_beyond_the_time_of_the_call_is_not_begun() {
    let (peer, clock) = (peer(), VirtualClock::new());
    peer.fault(Fault::slow_down(30));
    let client = client(&peer)
        .clock(clock)
        .random(Always(u64::MAX))
        .call_timeout(900 * MS);
    // by a clock that stands still no wait would end
    let (error, requests) = fail(&peer, client).await;
    assert_eq!((error.code(), requests), (Some("SlowDown"), 1));
    let says = ", no time left for another attempt)";
    assert!(error.to_string().ends_with(says), "{error}");
}

//! Sessions that end before their time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use zonal::runtime::Body;
use zonal_peer::Fault;

use crate::lab::{BUCKET, Lab};
use crate::support::{Counted, counted, lab_with_object, opened, read};

/// 200 readers, and in the middle of it this happens to their session.
async fn readers(lab: &Lab, calls: &Counted, happens: impl FnOnce(&Lab)) {
    calls.client.warm(BUCKET).await.unwrap();
    // a session is young for 5 seconds; then nothing is put off
    lab.take_requests();
    let done = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let (client, done) = (calls.client.clone(), done.clone());
            tokio::spawn(async move {
                for _ in 0..10 {
                    assert_eq!(read(&client).await, Ok("text".to_owned()));
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while done.load(Ordering::Relaxed) < 500 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    happens(lab);
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(opened(&lab.take_requests()), 1);
    assert_eq!(calls.counts().heals, 1);
}

#[tokio::test]
async fn a_session_that_ends_under_200_readers_is_replaced_once() {
    let lab = lab_with_object().await;
    readers(&lab, &counted(&lab, |client| client), |lab| {
        lab.expire_sessions()
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_forgotten_under_200_readers_is_replaced_once() {
    let lab = lab_with_object().await;
    readers(&lab, &counted(&lab, |client| client), |lab| {
        lab.forget_sessions()
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_call_heals_if_its_body_can_be_sent_again() {
    let lab = lab_with_object().await;
    let client = lab.client().build().unwrap();
    read(&client).await.unwrap();
    lab.expire_sessions();
    client.head_object(BUCKET, "key").await.unwrap();
    lab.expire_sessions();
    client
        .put_object(BUCKET, "key")
        .body("again")
        .await
        .unwrap();
    lab.expire_sessions();
    client.list_objects_v2(BUCKET).await.unwrap();
    assert_eq!(read(&client).await.unwrap(), "again");
    assert_eq!(opened(&lab.take_requests()), 4);
    // a stream is sent once: the error says why, and the next call finds another session
    lab.expire_sessions();
    let pieces = Pieces(vec![Bytes::from("from a stream")]);
    let body = Body::from_stream(pieces, Some(13));
    let error = client
        .put_object(BUCKET, "key")
        .body(body)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("ExpiredToken"), "{error}");
    assert_eq!(read(&client).await.unwrap(), "again");
    assert_eq!(opened(&lab.take_requests()), 1);
}

#[tokio::test]
async fn a_service_that_rejects_all_sessions_gets_one_more_request() {
    let lab = lab_with_object().await;
    let client = lab.client().build().unwrap();
    lab.fault(
        Fault::error(400, "InvalidToken", "The token is malformed.")
            .on(zonal_peer::Operation::GetObject)
            .always(),
    );
    let error = client.get_object(BUCKET, "key").await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidToken"));
    let requests = lab.take_requests();
    assert_eq!((requests.len(), opened(&requests)), (4, 2));
}

/// The answer to a `HEAD` has no code either where the session is the reason. It is replaced all the
/// same, young as it is, used or not, and however often.
#[tokio::test]
async fn heads_at_once_heal_a_session_as_often_as_it_is_forgotten() {
    let lab = lab_with_object().await;
    let calls = counted(&lab, |client| client);
    calls.client.warm(BUCKET).await.unwrap();
    for times in 1..=8 {
        lab.forget_sessions();
        let heads: Vec<_> = (0..50)
            .map(|_| tokio::spawn(calls.client.head_object(BUCKET, "key").into_future()))
            .collect();
        for head in heads {
            head.await.unwrap().unwrap();
        }
        assert_eq!(calls.counts().heals, times);
    }
}

/// Calls that heal a session find the next one forgotten when they get to use it.
#[tokio::test]
async fn a_session_that_is_forgotten_twice_under_200_heads_is_replaced_twice() {
    let lab = lab_with_object().await;
    let calls = counted(&lab, |client| client);
    let done = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let (client, done) = (calls.client.clone(), done.clone());
            tokio::spawn(async move {
                for _ in 0..10 {
                    client.head_object(BUCKET, "key").await.unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let mut enough = 500;
    for _ in 0..2 {
        while done.load(Ordering::Relaxed) < enough {
            tokio::task::yield_now().await;
        }
        lab.forget_sessions();
        // more than are under way: some have used the next session by then
        enough = done.load(Ordering::Relaxed) + 220;
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(opened(&lab.take_requests()), 3);
}

/// A call that is refused for another reason does not keep others from healing.
#[tokio::test]
async fn a_head_that_is_refused_once_does_not_keep_others_from_healing() {
    let lab = lab_with_object().await;
    let client = lab.client().build().unwrap();
    let denied = Fault::error(403, "AccessDenied", "no").on(zonal_peer::Operation::HeadObject);
    lab.fault(denied.times(2));
    client.head_object(BUCKET, "key").await.unwrap_err();
    for _ in 0..4 {
        lab.forget_sessions();
        client.head_object(BUCKET, "key").await.unwrap();
    }
    assert_eq!(opened(&lab.take_requests()), 6);
}

/// The answer to a `HEAD` has no code: what is wrong with the request looks like a session that was
/// rejected.
#[tokio::test]
async fn heads_that_fail_for_another_reason_cost_no_sessions() {
    let lab = lab_with_object().await;
    let client = lab.client().build().unwrap();
    let head = zonal_peer::Operation::HeadObject;
    for (status, code) in [(400, "InvalidArgument"), (403, "AccessDenied")] {
        lab.clear_faults();
        lab.fault(Fault::error(status, code, "no").on(head).always());
        let start = std::time::Instant::now();
        for _ in 0..100 {
            let error = client.head_object(BUCKET, "key").await.unwrap_err();
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(read(&client).await.unwrap(), "text");
        }
        let (count, seconds) = (opened(&lab.take_requests()), start.elapsed().as_secs());
        assert!(count as u64 <= 3 + seconds / 5, "{count} in {seconds} s");
    }
}

/// The session lapses while a call waits for its next attempt.
#[tokio::test]
async fn every_attempt_looks_for_a_session_that_still_lasts() {
    let lab = Lab::with(|peer| peer.session_lifetime(Duration::from_secs(2)));
    crate::support::put_object(&lab).await;
    let client = lab.client().max_attempts(2).build().unwrap();
    let get = zonal_peer::Operation::GetObject;
    lab.fault(Fault::slow_down(2).on(get));
    assert_eq!(read(&client).await.unwrap(), "text");
    let requests = lab.take_requests();
    assert_eq!((requests.len(), opened(&requests)), (4, 2));
    let expired = |code: &Option<String>| code.as_deref() == Some("ExpiredToken");
    assert!(!requests.iter().any(|request| expired(&request.code)));
}

/// A body in pieces.
struct Pieces(Vec<Bytes>);

impl futures_core::Stream for Pieces {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.pop().map(Ok))
    }
}

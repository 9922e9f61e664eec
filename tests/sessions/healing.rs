//! Sessions that end before their time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use zonal::runtime::Body;
use zonal::session::SessionUse;
use zonal_peer::{Fault, Operation, Recorded, Reply};

use crate::lab::{BUCKET, Lab, credentials};
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
            .on(Operation::GetObject)
            .always(),
    );
    let error = client.get_object(BUCKET, "key").await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidToken"));
    let requests = lab.take_requests();
    assert_eq!((requests.len(), opened(&requests)), (4, 2));
}

/// A session that a call gets in place of one that was rejected may be gone too: it was opened before
/// the service forgot all of them, or the service forgets again. That is a failed attempt.
#[tokio::test]
async fn sessions_that_are_rejected_one_after_the_other_cost_attempts() {
    let lab = lab_with_object().await;
    let rejected = |times| {
        let fault = Fault::error(403, "InvalidAccessKeyId", "Unknown.").times(times);
        lab.fault(fault.on(Operation::GetObject));
    };
    let client = || lab.client().max_attempts(2).build().unwrap();
    rejected(2);
    assert_eq!(read(&client()).await.as_deref(), Ok("text"));
    let requests = lab.take_requests();
    assert_eq!((requests.len(), opened(&requests)), (6, 3));
    // as many as there are attempts, and the one that is free
    rejected(9);
    let client = client();
    let error = client.get_object(BUCKET, "key").await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidAccessKeyId"));
    assert!(error.attempts() == 2 && error.is_retryable(), "{error}");
    let requests = lab.take_requests();
    assert_eq!((requests.len(), opened(&requests)), (6, 3));
}

/// The service forgets a session before the answer that opens it has come. The calls whose session was
/// forgotten with it wait for that one.
#[tokio::test]
async fn a_session_that_is_forgotten_before_it_has_come_is_replaced() {
    let lab = lab_with_object().await;
    let client = lab.client().max_attempts(2).build().unwrap();
    for is_head in [false, true] {
        client.warm(BUCKET).await.unwrap();
        lab.forget_sessions();
        let (send, received) = std::sync::mpsc::channel();
        let received = std::sync::Mutex::new(received);
        let wait = Fault::edit_reply(move |reply| {
            received.lock().unwrap().recv().unwrap();
            reply
        });
        lab.fault(wait.on(Operation::CreateSession));
        lab.take_requests();
        let issued = lab.issued_sessions().len();
        let call = async {
            if is_head {
                client.head_object(BUCKET, "key").await.map(drop).unwrap()
            } else {
                client.get_object(BUCKET, "key").await.map(drop).unwrap()
            }
        };
        let forget = async {
            while lab.issued_sessions().len() == issued {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            lab.forget_sessions();
            send.send(()).unwrap();
        };
        tokio::join!(call, forget);
        assert_eq!(opened(&lab.take_requests()), 2);
    }
}

/// What is wrong with the credentials of the account stays an error at once.
#[tokio::test]
async fn an_account_that_is_rejected_costs_no_attempts() {
    let lab = lab_with_object().await;
    let nobody = credentials("AKIDNOBODY", "secret", None);
    let client = lab.client().max_attempts(3).credentials(nobody);
    let client = client.build().unwrap();
    for auth in [SessionUse::AsClient, SessionUse::Off] {
        for _ in 0..2 {
            let get = client.get_object(BUCKET, "key").sessions(auth);
            let error = get.await.unwrap_err();
            assert_eq!(error.code(), Some("InvalidAccessKeyId"), "{error}");
            assert!(error.attempts() == 1 && !error.is_retryable(), "{error}");
        }
    }
}

/// How many requests of a kind there were.
fn count(requests: &[Recorded], operation: Operation) -> usize {
    let is_it = |request: &&Recorded| request.operation == operation;
    requests.iter().filter(is_it).count()
}

/// The answer to a `HEAD` has no code either where the session is the reason. It is found out and the
/// session replaced, young as it is, used or not, and however often.
#[tokio::test]
async fn heads_at_once_heal_a_session_as_often_as_it_is_forgotten() {
    let lab = lab_with_object().await;
    let calls = counted(&lab, |client| client);
    for times in 1..=3 {
        calls.client.warm(BUCKET).await.unwrap();
        lab.forget_sessions();
        let heads: Vec<_> = (0..50)
            .map(|_| tokio::spawn(calls.client.head_object(BUCKET, "key").into_future()))
            .collect();
        for head in heads {
            head.await.unwrap().unwrap();
        }
        assert_eq!(calls.counts().heals, times);
        // one asks for all
        let requests = lab.take_requests();
        assert_eq!(count(&requests, Operation::GetObject), 1);
        assert!(count(&requests, Operation::HeadObject) <= 100);
    }
}

/// Calls that heal a session find the next one forgotten when they get to use it.
#[tokio::test]
async fn a_session_that_is_forgotten_twice_under_200_heads_is_replaced_twice() {
    let lab = lab_with_object().await;
    let calls = counted(&lab, |client| client.max_attempts(3));
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

/// What is wrong with a `HEAD` looks like a session that was rejected. The service is asked, and the
/// session stays: for the next calls, and for those that heal it when it is forgotten after all.
#[tokio::test]
async fn heads_that_are_refused_cost_no_sessions() {
    let lab = lab_with_object().await;
    let client = lab.client().max_attempts(3).build().unwrap();
    for (status, code) in [
        (400, "InvalidArgument"),
        (401, "Unauthorized"),
        (403, "AccessDenied"),
    ] {
        let refused = Fault::error(status, code, "no").on(Operation::HeadObject);
        lab.fault(refused.times(20));
        for _ in 0..20 {
            let error = client.head_object(BUCKET, "key").await.unwrap_err();
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(error.attempts(), 1, "{error}");
            assert_eq!(read(&client).await.as_deref(), Ok("text"));
        }
        // each is asked about once
        let requests = lab.take_requests();
        assert_eq!(opened(&requests), usize::from(status == 400), "{code}");
        assert_eq!(count(&requests, Operation::HeadObject), 20);
        assert_eq!(count(&requests, Operation::GetObject), 40);
    }
    lab.forget_sessions();
    client.head_object(BUCKET, "key").await.unwrap();
    assert_eq!(opened(&lab.take_requests()), 1);
}

/// A question that fails leaves open what was refused: it is a failed attempt.
#[tokio::test]
async fn a_head_is_tried_again_where_the_reason_cannot_be_found_out() {
    let lab = lab_with_object().await;
    let client = lab.client().max_attempts(3).build().unwrap();
    let faults = [
        Fault::error(503, "SlowDown", "too fast"),
        Fault::genuine().close_before_head(),
        Fault::reply(Reply::new(500)),
    ];
    for fault in faults {
        client.warm(BUCKET).await.unwrap();
        lab.forget_sessions();
        // a fault meets only who is signed as the peer knows
        lab.fault(fault.on(Operation::GetObject).for_any_caller());
        lab.take_requests();
        client.head_object(BUCKET, "key").await.unwrap();
        let requests = lab.take_requests();
        assert_eq!(opened(&requests), 1);
        assert_eq!(count(&requests, Operation::GetObject), 2);
        assert_eq!(count(&requests, Operation::HeadObject), 3);
    }
}

/// `RequestTimeTooSkewed` has no code in the answer to a `HEAD` either.
#[tokio::test]
async fn a_head_learns_the_time_of_the_service() {
    let lab = lab_with_object().await;
    let client = lab.client().max_attempts(2).build().unwrap();
    client.warm(BUCKET).await.unwrap();
    lab.clock().set_behind(Duration::from_secs(20 * 60));
    client.head_object(BUCKET, "key").await.unwrap();
    assert_eq!(count(&lab.take_requests(), Operation::GetObject), 1);
}

/// The session lapses while a call waits for its next attempt.
#[tokio::test]
async fn every_attempt_looks_for_a_session_that_still_lasts() {
    let lab = Lab::with(|peer| peer.session_lifetime(Duration::from_secs(2)));
    crate::support::put_object(&lab).await;
    let client = lab.client().max_attempts(2).build().unwrap();
    lab.fault(Fault::slow_down(2).on(Operation::GetObject));
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

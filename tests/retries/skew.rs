//! A clock that is wrong is corrected from the service's own, once for each call.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_credential_types::provider::future;
use zonal::{Credentials, ProvideCredentials};
use zonal_peer::{Clock, Fault};

use crate::support::{BUCKET, KEY, SECRET, client, fail, peer};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_first_call_learns_and_the_others_know() {
    for set in [Clock::set_ahead, Clock::set_behind] {
        let peer = peer();
        let client = client(&peer).build().unwrap();
        for by in [20 * MINUTE, 60 * 24 * 400 * MINUTE] {
            set(peer.clock(), by);
            client.create_session(BUCKET).await.unwrap();
            assert_eq!(peer.take_requests().len(), 2, "one is refused, one is not");
            let calls = (0..20).map(|_| client.create_session(BUCKET).send());
            for call in calls {
                call.await.unwrap();
            }
            assert_eq!(peer.take_requests().len(), 20);
        }
        // within what the service allows, nothing changes
        peer.clock().reset();
        let client = self::client(&peer).build().unwrap();
        set(peer.clock(), 14 * MINUTE);
        client.create_session(BUCKET).await.unwrap();
        assert_eq!(peer.take_requests().len(), 1);
    }
}

#[tokio::test]
async fn many_calls_at_once_learn_the_same() {
    let peer = peer();
    let client = client(&peer).build().unwrap();
    peer.clock().set_ahead(20 * MINUTE);
    let calls = (0..50).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.create_session(BUCKET).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert!(
        peer.requests().len() <= 100,
        "no call needs a third attempt"
    );
}

#[tokio::test]
async fn a_service_that_is_never_content_is_left_alone() {
    let peer = peer();
    let skewed = || Fault::error(403, "RequestTimeTooSkewed", "no").always();
    // its clock is right: there is nothing to correct
    peer.fault(skewed());
    let (error, requests) = fail(&peer, client(&peer)).await;
    assert_eq!((error.attempts(), requests), (1, 1), "{error}");
    peer.clear_faults();
    // it is far away, and stays so whatever we do
    peer.fault(skewed().with_header("date", "Sun, 06 Nov 1994 08:49:37 GMT"));
    let (error, requests) = fail(&peer, client(&peer)).await;
    assert_eq!((error.attempts(), requests), (2, 2), "{error}");
}

#[tokio::test]
async fn the_date_of_any_other_answer_teaches_nothing() {
    let peer = peer();
    let client = client(&peer).build().unwrap();
    let old = "Sun, 06 Nov 1994 08:49:37 GMT";
    peer.fault(Fault::genuine().with_header("date", old));
    client.create_session(BUCKET).await.unwrap();
    peer.fault(Fault::error(403, "AccessDenied", "no").with_header("date", old));
    client.create_session(BUCKET).await.unwrap_err();
    peer.take_requests();
    client.create_session(BUCKET).await.unwrap();
    assert_eq!(peer.take_requests().len(), 1);
}

/// Gives credentials that end when a test says.
#[derive(Clone, Debug, Default)]
struct Ending(Arc<Mutex<Option<SystemTime>>>);

impl ProvideCredentials for Ending {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let end = *self.0.lock().unwrap();
        future::ProvideCredentials::ready(Ok(Credentials::new(KEY, SECRET, None, end, "test")))
    }
}

#[tokio::test]
async fn credentials_end_by_the_corrected_clock() {
    for (set, works) in [
        (Clock::set_behind as fn(&Clock, Duration), true),
        (Clock::set_ahead, false),
    ] {
        let (peer, provider) = (peer(), Ending::default());
        let client = client(&peer).credentials(provider.clone());
        let client = client.build().unwrap();
        set(peer.clock(), 60 * MINUTE);
        client.create_session(BUCKET).await.unwrap();
        peer.take_requests();
        // half an hour from now by one clock, half an hour ago by the other
        let (now, half) = (SystemTime::now(), 30 * MINUTE);
        let end = if works { now - half } else { now + half };
        *provider.0.lock().unwrap() = Some(end);
        let result = client.create_session(BUCKET).await;
        let error = result.err().map(|error| error.to_string());
        let has_expired = error.is_some_and(|error| error.contains("have expired"));
        assert_eq!(
            (has_expired, peer.take_requests().len()),
            (!works, works.into())
        );
    }
}

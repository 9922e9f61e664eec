//! A clock that is wrong is corrected from the service's own, once for each call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use aws_credential_types::provider::future;
use zonal::{Credentials, ProvideCredentials};
use zonal_peer::{Clock, Fault};

use crate::support::{BUCKET, KEY, SECRET, client, fail, peer};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn the_first_call_learns_and_the_others_know() {
    for set in [Clock::set_ahead, Clock::set_behind] {
        let peer = peer();
        let client = client(&peer).build().unwrap();
        for by in [20 * MINUTE, 74 * MINUTE] {
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

/// A clock that is off by hours is corrected by an hour with every answer, in one call as far as
/// its attempts go, and in the next from there.
#[tokio::test]
async fn hours_are_learned_one_by_one() {
    for set in [Clock::set_ahead, Clock::set_behind] {
        let peer = peer();
        let client = client(&peer).build().unwrap();
        set(peer.clock(), 2 * HOUR);
        client.create_session(BUCKET).await.unwrap();
        assert_eq!(peer.take_requests().len(), 3);
        set(peer.clock(), 7 * HOUR);
        let error = client.create_session(BUCKET).await.unwrap_err();
        assert_eq!(error.code(), Some("RequestTimeTooSkewed"), "{error}");
        client.create_session(BUCKET).await.unwrap();
        assert_eq!(peer.take_requests().len(), 6);
    }
}

/// Whatever servers say, nothing is signed for another day than the machine's and its neighbours.
#[tokio::test]
async fn nobody_has_requests_signed_for_another_year() {
    let peer = peer();
    let client = client(&peer).build().unwrap();
    let lie = "Thu, 01 Jan 2099 00:00:00 GMT";
    let skewed = || Fault::error(403, "RequestTimeTooSkewed", "no").always();
    peer.fault(skewed().with_header("date", lie));
    let date = |time: SystemTime| {
        let time = zonal::DateTime::from(time);
        let format = aws_smithy_types::date_time::Format::DateTime;
        time.fmt(format).unwrap().replace(['-', ':'], "")[..13].to_owned()
    };
    for call in 1..=30_u32 {
        client.create_session(BUCKET).await.unwrap_err();
        let requests = peer.take_requests();
        assert_eq!(requests.len(), 2, "a lie is worth one more attempt");
        let sent = requests.iter().filter_map(|sent| sent.header("x-amz-date"));
        let latest = sent.max().unwrap();
        // by an hour an answer; the second answer of a call teaches as well
        let bound = SystemTime::now() + (2 * call).min(24) * HOUR + MINUTE;
        assert!(latest[..13] <= *date(bound), "{latest} in call {call}");
    }
    // the truth is believed again
    peer.clear_faults();
    for _ in 0..24 {
        if client.create_session(BUCKET).await.is_ok() {
            return;
        }
    }
    panic!("the clock is not found again");
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

/// Gives credentials that end at this time, and counts how often it is asked.
#[derive(Clone, Debug)]
struct Ending(SystemTime, Arc<AtomicUsize>);

impl ProvideCredentials for Ending {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.1.fetch_add(1, Ordering::Relaxed);
        let end = Some(self.0);
        future::ProvideCredentials::ready(Ok(Credentials::new(KEY, SECRET, None, end, "test")))
    }
}

/// A machine whose clock is an hour ahead takes good credentials for expired ones, and one that is
/// behind the other way round. The first answer tells.
#[tokio::test]
async fn credentials_end_by_the_corrected_clock() {
    for (set, works) in [
        (Clock::set_behind as fn(&Clock, Duration), true),
        (Clock::set_ahead, false),
    ] {
        // half an hour from now by one clock, half an hour ago by the other
        let (now, half) = (SystemTime::now(), 30 * MINUTE);
        let end = if works { now - half } else { now + half };
        let (peer, asked) = (peer(), Arc::default());
        let provider = Ending(end, Arc::clone(&asked));
        let client = client(&peer).credentials(provider).build().unwrap();
        set(peer.clock(), 60 * MINUTE);
        let result = client.create_session(BUCKET).await;
        let error = result.err().map(|error| error.to_string());
        let has_expired = error.is_some_and(|error| error.contains("have expired"));
        assert_eq!(
            (has_expired, peer.take_requests().len()),
            (!works, if works { 2 } else { 1 })
        );
        // what has ended for sure is not sent, what lasts is not asked for again
        let before = asked.load(Ordering::Relaxed);
        let result = client.create_session(BUCKET).await;
        assert_eq!(result.is_ok(), works);
        assert_eq!(peer.take_requests().len(), usize::from(works));
        let again = asked.load(Ordering::Relaxed) - before;
        assert_eq!(again, usize::from(!works));
    }
}

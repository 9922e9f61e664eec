//! When the next attempt is made, by a clock of our own.

use std::time::Duration;

use zonal::{Builder, Client};
use zonal_peer::{Fault, Peer};

use crate::support::{Always, BUCKET, client, peer};
use crate::virtual_clock::VirtualClock;

const MS: Duration = Duration::from_millis(1);

/// A client on a clock of our own that waits as long as it may, and never as long as its timeouts.
fn waiting(peer: &Peer, clock: &VirtualClock) -> Builder<Client> {
    client(peer)
        .clock(clock.clone())
        .random(Always(u64::MAX))
        .attempt_timeout(60_000 * MS)
        .read_timeout(50_000 * MS)
}

/// Runs a call through these waits, in which nothing is sent.
async fn expect_waits(peer: &Peer, clock: &VirtualClock, client: Client, waits: &[Duration]) {
    peer.take_requests();
    let call = tokio::spawn(async move { client.create_session(BUCKET).await });
    for (index, wait) in waits.iter().enumerate() {
        clock.until_asleep_for(*wait).await;
        assert_eq!(peer.requests().len(), index + 1);
        clock.advance(*wait - MS);
        tokio::time::sleep(20 * MS).await;
        assert_eq!(peer.requests().len(), index + 1, "too early");
        clock.advance(MS);
    }
    call.await.unwrap().unwrap();
    assert_eq!(peer.requests().len(), waits.len() + 1);
}

#[tokio::test]
async fn waits_double() {
    let (peer, clock) = (peer(), VirtualClock::new());
    let client = waiting(&peer, &clock).max_attempts(8).build().unwrap();
    peer.fault(Fault::error(503, "ServiceUnavailable", "later").times(7));
    let waits = [50, 100, 200, 400, 800, 1000, 1000].map(|millis| millis * MS);
    expect_waits(&peer, &clock, client, &waits).await;
}

#[tokio::test]
async fn the_service_may_name_the_wait() {
    let (peer, clock) = (peer(), VirtualClock::new());
    let slow_down = || Fault::error(503, "SlowDown", "too fast");
    let client = |longest| {
        let client = waiting(&peer, &clock);
        client.retry_wait(50 * MS, longest).build().unwrap()
    };
    // no session waits for longer than a second, whoever asks for it
    peer.fault(Fault::slow_down(7));
    expect_waits(&peer, &clock, client(20_000 * MS), &[1000 * MS]).await;
    peer.fault(slow_down().with_header("x-amz-retry-after", "300"));
    expect_waits(&peer, &clock, client(20_000 * MS), &[350 * MS]).await;
    peer.fault(Fault::slow_down(7));
    expect_waits(&peer, &clock, client(400 * MS), &[400 * MS]).await;
    // what is no time asks for nothing
    peer.fault(slow_down().with_header("retry-after", "-5"));
    peer.fault(slow_down().with_header("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"));
    expect_waits(&peer, &clock, client(400 * MS), &[50 * MS, 100 * MS]).await;
}

#[tokio::test]
async fn every_attempt_has_a_fresh_signature() {
    let (peer, clock) = (peer(), VirtualClock::new());
    let client = waiting(&peer, &clock).retry_wait(1000 * MS, 1000 * MS);
    peer.fault(Fault::error(503, "SlowDown", "too fast").times(2));
    let waits = [1000 * MS, 1000 * MS];
    expect_waits(&peer, &clock, client.build().unwrap(), &waits).await;
    let requests = peer.requests();
    let date = |index: usize| requests[index].header("x-amz-date").unwrap();
    assert!(date(0) < date(1) && date(1) < date(2));
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_is_gone() {
    let (peer, clock) = (peer(), VirtualClock::new());
    let client = waiting(&peer, &clock).build().unwrap();
    peer.fault(Fault::slow_down(1));
    let call = tokio::spawn(async move { client.create_session(BUCKET).await });
    clock.until_asleep_for(1000 * MS).await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    clock.advance(5000 * MS);
    tokio::time::sleep(20 * MS).await;
    assert_eq!(peer.requests().len(), 1);
    assert!(clock.waits().is_empty());
}

//! The service cannot be asked for a while, or any more.

use super::*;

/// Reads ten times a second from `from` to `to`; how many failed, and the longest wait.
async fn read(world: &World, from: u64, to: u64) -> (usize, Duration) {
    let (mut failed, mut longest) = (0, Duration::ZERO);
    tokio::time::sleep(seconds(from).saturating_sub(world.clock.monotonic())).await;
    while world.clock.monotonic() < seconds(to) {
        let (time, result) = world.timed().await;
        failed += usize::from(result.is_err());
        longest = longest.max(time);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    (failed, longest)
}

#[tokio::test(start_paused = true)]
async fn an_outage_before_the_end_of_a_session_is_not_seen() {
    for trouble in [
        (500, "InternalError"),
        (503, "SlowDown"),
        (403, "AccessDenied"),
    ] {
        let world = World::new();
        world.call().await.unwrap();
        assert_eq!(read(&world, 1, 239).await, (0, Duration::ZERO));
        world.server.set(|state| state.trouble = Some(trouble));
        assert_eq!(read(&world, 239, 284).await, (0, Duration::ZERO));
        let asked = world.server.count();
        assert!(
            (3..=40).contains(&asked),
            "{asked} requests for {trouble:?}"
        );
        world.server.set(|state| state.trouble = None);
        assert_eq!(read(&world, 284, 500).await, (0, Duration::ZERO));
        assert_eq!(world.counters.counts().opens, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_for_good_is_seen_when_the_session_is_stale() {
    let world = World::new();
    world.call().await.unwrap();
    read(&world, 1, 200).await;
    world
        .server
        .set(|state| state.trouble = Some((500, "InternalError")));
    assert_eq!(read(&world, 200, 288).await, (0, Duration::ZERO));
    let stale = loop {
        let (time, result) = world.timed().await;
        if let Err(error) = result {
            assert!(time <= Duration::from_millis(20), "{time:?}");
            break error.to_string();
        }
        assert!(world.clock.monotonic() < seconds(296));
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(
        stale,
        "no session: CreateSession failed: InternalError \
         (HTTP 500, request id REQUEST1, host demo.example)"
    );
    assert!(world.clock.monotonic() >= seconds(289));
    read(&world, 300, 400).await;
    world.server.set(|state| state.trouble = None);
    world.call().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn nobody_asks_for_a_stale_session_that_nobody_uses() {
    let world = World::new();
    world.call().await.unwrap();
    read(&world, 1, 238).await;
    world
        .server
        .set(|state| state.trouble = Some((500, "InternalError")));
    tokio::time::sleep(seconds(100)).await;
    assert!(world.cache.is_empty());
    let asked = world.server.count();
    tokio::time::sleep(seconds(10_000)).await;
    assert_eq!(world.server.count(), asked);
}

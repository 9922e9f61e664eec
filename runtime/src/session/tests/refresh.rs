//! Sessions are replaced before their end, on nobody's time.

use super::*;

#[tokio::test(start_paused = true)]
async fn thirty_minutes_of_steady_reads_wait_once() {
    let world = World::new();
    world.server.set(|state| state.delay = seconds(2));
    let (first, result) = world.timed().await;
    result.unwrap();
    assert_eq!(first, seconds(2));
    for _ in 0..30 * 60 * 20 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let (time, result) = world.timed().await;
        assert_eq!((time, result.is_ok()), (Duration::ZERO, true));
    }
    let asked = world.server.asked();
    for pair in asked.windows(2) {
        let gap = (pair[1] - pair[0]).as_secs_f64();
        assert!((239.0..=259.1).contains(&gap), "{gap}");
    }
    let counts = world.counters.counts();
    assert_eq!((counts.opens, counts.failures), (1, 0));
    assert_eq!(counts.refreshes as usize, asked.len() - 1);
    assert!(counts.oldest_use <= seconds(263), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn sessions_opened_together_are_not_replaced_together() {
    let world = World::with(SessionSettings::default().capacity(200));
    let hosts: Vec<_> = (0..200)
        .map(|number| format!("bucket{number}.example"))
        .collect();
    for round in 0..2 {
        for host in &hosts {
            world.server.set(|state| state.delay = Duration::ZERO);
            world.call_at(host, seconds(1)).await.unwrap();
        }
        tokio::time::sleep(seconds(1 + round)).await;
    }
    tokio::time::sleep(seconds(270)).await;
    let asked = world.server.asked();
    let mut replaced: Vec<_> = asked[200..].iter().map(Duration::as_secs_f64).collect();
    replaced.sort_by(f64::total_cmp);
    assert_eq!(replaced.len(), 200);
    assert!(
        replaced[0] >= 239.0 && replaced[199] <= 259.1,
        "{replaced:?}"
    );
    // evenly: every fifth of the time has its share
    for part in 0..5 {
        let from = 239.0 + 4.0 * f64::from(part);
        let share = replaced
            .iter()
            .filter(|at| (from..from + 4.0).contains(*at))
            .count();
        assert!((15..=70).contains(&share), "{share} from {from}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unused_session_is_let_go() {
    let world = World::new();
    world.call().await.unwrap();
    assert_eq!(world.cache.len(), 1);
    tokio::time::sleep(seconds(270)).await;
    assert!(world.cache.is_empty());
    assert_eq!(
        (world.server.count(), world.counters.counts().evictions),
        (1, 1)
    );
    // used once more, it is replaced once
    world.call().await.unwrap();
    tokio::time::sleep(seconds(10)).await;
    world.call().await.unwrap();
    tokio::time::sleep(seconds(1000)).await;
    assert!(world.cache.is_empty());
    assert_eq!(world.server.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn short_sessions_work_too() {
    let world = World::new();
    world.server.set(|state| state.lifetime = seconds(2));
    world.call().await.unwrap();
    for _ in 0..600 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let (time, result) = world.timed().await;
        assert_eq!(time, Duration::ZERO);
        let left = result.unwrap().time_left(world.clock.monotonic());
        assert!(left >= Duration::from_millis(100), "{left:?}");
    }
    let count = world.server.count();
    assert!((70..=84).contains(&count), "{count}");
}

/// Told to the second, ends move by whole seconds: who opens the next session before the end of the
/// last gains a second less than the lifetime, whoever they are.
#[tokio::test(start_paused = true)]
async fn short_sessions_are_used_for_as_long_as_can_be() {
    for (lifetime, hours_off) in [(2, 0), (3, 7), (10, 0)] {
        let world = World::new();
        world.server.set(|state| {
            state.lifetime = seconds(lifetime);
            state.skew = hours_off * 3600;
            state.whole_seconds = true;
        });
        // not at the start of a second
        tokio::time::sleep(Duration::from_millis(437)).await;
        world.call().await.unwrap();
        for _ in 0..60_000 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let (time, result) = world.timed().await;
            assert_eq!((time, result.is_ok()), (Duration::ZERO, true));
        }
        let (asked, mut last) = (world.server.asked(), Duration::ZERO);
        for sent in &asked {
            // it was replaced before the end that it was told
            let told = (last + Duration::from_millis(20)).as_secs() + lifetime;
            assert!(*sent < seconds(told), "{sent:?}, not {told}");
            last = *sent;
        }
        let window = lifetime.div_ceil(4);
        let fewest = 600 / (lifetime - window) + 1;
        let count = asked.len() as u64;
        assert!(count <= fewest * 102 / 100 + 2, "{count}, {fewest} needed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_comes_too_late_is_an_error() {
    let world = World::new();
    world.server.set(|state| state.lifetime = Duration::ZERO);
    let error = world.call().await.unwrap_err().to_string();
    assert!(error.contains("Expiration"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_tasks_go_with_the_cache() {
    let world = World::new();
    world.call().await.unwrap();
    let World { server, cache, .. } = world;
    assert!(Arc::strong_count(&server) > 1);
    drop(cache);
    tokio::task::yield_now().await;
    assert_eq!(Arc::strong_count(&server), 1);
    tokio::time::sleep(seconds(400)).await;
    assert_eq!(server.count(), 1);
}

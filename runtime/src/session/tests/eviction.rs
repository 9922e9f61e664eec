//! A bounded cache.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_one_unused_for_longest_goes_first() {
    let world = World::with(SessionSettings::default().capacity(3));
    let call = async |host: &str| {
        tokio::time::sleep(Duration::from_millis(5)).await;
        world.call_at(host, seconds(1)).await.unwrap().generation()
    };
    let (a, b, c) = (call("a").await, call("b").await, call("c").await);
    assert_eq!(call("a").await, a);
    let d = call("d").await;
    assert_eq!(world.cache.len(), 3);
    assert_eq!(
        [call("a").await, call("c").await, call("d").await],
        [a, c, d]
    );
    assert_ne!(call("b").await, b);
    assert_eq!(world.counters.counts().evictions, 2);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_buckets_need_a_hundred_places() {
    let world = World::with(SessionSettings::default().capacity(100));
    world.server.set(|state| state.delay = Duration::ZERO);
    for number in 0..10_000 {
        world
            .call_at(&format!("bucket{number}"), seconds(1))
            .await
            .unwrap();
        // one that is always in use stays
        world.call_at("busy", seconds(1)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(world.cache.len() <= 100);
    }
    assert_eq!(world.server.count(), 10_001);
    // nothing is left of those that went: the rest end with their sessions
    tokio::time::sleep(seconds(600)).await;
    assert!(world.cache.is_empty());
    assert_eq!(Arc::strong_count(&world.server), 1);
}

#[tokio::test(start_paused = true)]
async fn an_entry_with_waiters_is_never_dropped() {
    let world = Arc::new(World::with(SessionSettings::default().capacity(2)));
    world.server.set(|state| state.delay = seconds(1));
    let spawn = |number: usize| {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            let host = format!("bucket{}", number % 10);
            world.call_at(&host, seconds(5)).await
        })
    };
    let calls: Vec<_> = (0..100).map(spawn).collect();
    tokio::task::yield_now().await;
    assert_eq!(world.cache.len(), 10);
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(world.server.count(), 10, "one for each");
    world.call_at("another", seconds(5)).await.unwrap();
    assert_eq!(world.cache.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn five_thousand_buckets_in_turn_need_a_session_each() {
    let world = World::new();
    world.server.set(|state| state.delay = Duration::ZERO);
    for _ in 0..2 {
        for number in 0..5000 {
            let host = format!("bucket{number}");
            world.call_at(&host, seconds(1)).await.unwrap();
        }
        tokio::time::sleep(seconds(1)).await;
    }
    assert_eq!((world.server.count(), world.cache.len()), (5000, 5000));
}

/// However many buckets there are, their sessions take no more than the memory that they may.
#[tokio::test(start_paused = true)]
async fn any_number_of_buckets_stays_within_its_memory() {
    let memory = 2 << 20;
    let world = World::with(SessionSettings::default().memory(memory));
    world.server.set(|state| state.delay = Duration::ZERO);
    let mut most = 0;
    for number in 0..20_000 {
        let host = format!("bucket{number}.s3express-usw2-az1.us-west-2.amazonaws.com");
        world.call_at(&host, seconds(1)).await.unwrap();
        most = most.max(world.cache.bytes());
        if number % 100 == 0 {
            world.call_at("busy", seconds(1)).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    // one that is being opened counts when it is there
    assert!(most <= memory + 8192, "{most}");
    let sessions = world.cache.len();
    assert!((400..=700).contains(&sessions), "{sessions}");
    assert_eq!(world.server.count(), 20_001, "the busy one stays");
}

#[tokio::test(start_paused = true)]
async fn what_a_session_takes_is_counted_and_is_room_for_another() {
    let encryption = Encryption::kms("key").kms_context("context");
    // three times the texts of the key, with an entry of 3 KiB, and the texts of the credentials
    let texts = "demo.example".len() + "/bucket".len() + "aws:kms".len() + "keycontext".len();
    let entry = 3072 + 3 * texts;
    let whole = entry + "ID".len() + "SECRET".len() + "TOKEN".len();
    let world = World::with(SessionSettings::default().memory(whole));
    let opener = || -> Arc<dyn OpenSession> { Arc::new(Opener(Arc::clone(&world.server))) };
    assert!(world.cache.is_empty());
    for region in ["r", "q"] {
        let key = KeyRef {
            path: "/bucket",
            encryption: Some(&encryption),
            region,
            ..world.key("demo.example")
        };
        assert!(world.cache.lookup(&key).is_none());
        let session = world.cache.get(&key, seconds(1), opener).await.unwrap();
        assert_eq!((world.cache.len(), world.cache.bytes()), (1, whole));
        assert!(!world.cache.is_empty());
        world.cache.reject(&key, session.generation());
        assert_eq!(world.cache.bytes(), entry);
        world.cache.get(&key, seconds(1), opener).await.unwrap();
        assert_eq!((world.cache.len(), world.cache.bytes()), (1, whole));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(world.counters.counts().evictions, 1);
}

#[tokio::test(start_paused = true)]
async fn a_cache_that_is_just_full_drops_nothing_yet() {
    let whole = 3072 + 3 * "a".len() + "IDSECRETTOKEN".len();
    let world = World::with(SessionSettings::default().memory(whole));
    world.call_at("a", seconds(1)).await.unwrap();
    let find = async || world.cache.lookup(&world.key("a")).is_some();
    // while the other is being opened, and when it is there
    let (opened, is_there) = tokio::join!(world.call_at("b", seconds(1)), find());
    opened.unwrap();
    assert_eq!((is_there, find().await), (true, false));
    assert_eq!(world.cache.bytes(), whole);
}

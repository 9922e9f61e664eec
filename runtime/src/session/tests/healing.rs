//! Sessions that the service rejects before their end.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_rejected_session_is_replaced_once_for_all() {
    let world = Arc::new(World::new());
    let dead = world.call().await.unwrap().generation();
    tokio::time::sleep(seconds(60)).await;
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                let session = world.call().await.unwrap();
                tokio::time::sleep(Duration::from_millis(5)).await;
                if session.generation() == dead {
                    world.cache.reject(&world.key("demo.example"), dead);
                }
                world.call().await.unwrap().generation()
            })
        })
        .collect();
    for call in calls {
        assert_ne!(call.await.unwrap(), dead);
    }
    assert_eq!(world.server.count(), 2);
    assert_eq!(world.counters.counts().heals, 1);
    // a late report of the dead one does nothing to the new one
    world.cache.reject(&world.key("demo.example"), dead);
    let (time, result) = world.timed().await;
    result.unwrap();
    assert_eq!((time, world.server.count()), (Duration::ZERO, 2));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_rejects_every_session_is_not_stormed() {
    let world = World::new();
    let end = world.clock.monotonic() + seconds(60);
    while world.clock.monotonic() < end {
        let session = world.call().await.unwrap();
        world
            .cache
            .reject(&world.key("demo.example"), session.generation());
    }
    assert!(world.server.count() < 25, "{}", world.server.count());
    // one that holds is used as ever
    let session = world.call().await.unwrap();
    tokio::time::sleep(seconds(6)).await;
    world
        .cache
        .reject(&world.key("demo.example"), session.generation());
    let (time, result) = world.timed().await;
    result.unwrap();
    assert_eq!(time, Duration::from_millis(20));
}

/// Sessions that were good to their end are not held against one that is not.
#[tokio::test(start_paused = true)]
async fn a_rejection_is_forgotten_in_time() {
    let world = World::new();
    for _ in 0..3 {
        let session = world.call().await.unwrap();
        world
            .cache
            .reject(&world.key("demo.example"), session.generation());
        let (time, result) = world.timed().await;
        result.unwrap();
        assert_eq!(time, Duration::from_millis(20));
        for _ in 0..30 {
            tokio::time::sleep(seconds(10)).await;
            world.call().await.unwrap();
        }
        tokio::time::sleep(seconds(1000)).await;
    }
}

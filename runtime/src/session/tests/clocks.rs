//! Clocks that are wrong, jump, or stand still.

use super::*;

#[tokio::test(start_paused = true)]
async fn wrong_clocks_make_no_difference() {
    for skew in [-1200, -240, 240, 1200] {
        let world = World::new();
        world.server.set(|state| state.skew = skew);
        // the client's clock is wrong as well, and jumps while sessions are open
        world.clock.jump(-skew);
        for minute in 0..30 {
            world.clock.jump(if minute % 2 == 0 { 900 } else { -1800 });
            for _ in 0..60 {
                world.call().await.unwrap();
                tokio::time::sleep(seconds(1)).await;
            }
        }
        let count = world.server.count();
        assert!((7..=8).contains(&count), "{count} sessions at {skew}");
        assert_eq!(world.counters.counts().misses, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_date_a_wrong_clock_makes_no_storm() {
    for jump in [-1200, -240, 0, 240, 1200] {
        let world = World::new();
        world.server.set(|state| state.sends_date = false);
        world.clock.jump(jump);
        for _ in 0..1800 {
            world.call().await.unwrap();
            tokio::time::sleep(seconds(1)).await;
        }
        // four minutes ahead, a session seems to last for one
        let most = if jump == 240 { 46 } else { 8 };
        assert!(
            world.server.count() <= most,
            "{} at {jump}",
            world.server.count()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_suspended_machine_wakes_up_with_the_right_idea() {
    let world = World::new();
    world.call().await.unwrap();
    // wakes up in the window: the session serves, another one comes
    world.clock.suspend(270);
    let (time, result) = world.timed().await;
    assert_eq!(
        (time, result.unwrap().generation()),
        (Duration::ZERO, first(&world))
    );
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(world.server.count(), 2);
    let second = world.call().await.unwrap().generation();
    // sleeps for longer than a session lasts: it is not used any more
    world.clock.suspend(3600);
    let (time, result) = world.timed().await;
    assert_eq!(time, Duration::from_millis(20));
    assert_ne!(result.unwrap().generation(), second);
    assert_eq!(world.server.count(), 3);
}

/// The generation of a first session: ids go to keeper, attempt, session.
fn first(world: &World) -> u64 {
    assert_eq!(world.server.count(), 1);
    3
}

//! Many callers, one session.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_thousand_cold_callers_open_one_session() {
    let world = Arc::new(World::new());
    let callers: Vec<_> = (0..1000).map(|_| world.spawn()).collect();
    let mut generations = Vec::new();
    for caller in callers {
        generations.push(caller.await.unwrap().unwrap().generation());
    }
    generations.dedup();
    assert_eq!(generations.len(), 1);
    assert_eq!(world.server.count(), 1);
    let counts = world.counters.counts();
    assert_eq!((counts.misses, counts.opens, counts.hits), (1000, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_caller_harms_nobody() {
    let mut numbers = Numbers(7);
    for round in 0..100 {
        let world = Arc::new(World::new());
        let leader = world.spawn();
        if round % 2 == 0 {
            tokio::task::yield_now().await;
        }
        let others: Vec<_> = (1..500).map(|_| world.spawn()).collect();
        let victims: Vec<_> = (0..50).map(|_| numbers.below(499)).collect();
        tokio::time::sleep(Duration::from_millis(numbers.below(21))).await;
        leader.abort();
        for victim in &victims {
            others[*victim as usize].abort();
        }
        for (index, other) in others.into_iter().enumerate() {
            match other.await {
                Ok(result) => assert!(result.is_ok(), "{result:?}"),
                Err(_) => assert!(victims.contains(&(index as u64))),
            }
        }
        // the session is there even where nobody was left
        world.call().await.unwrap();
        assert_eq!(world.server.count(), 1, "round {round}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_caller_keeps_its_own_deadline() {
    let world = World::with(SessionSettings::default().open_timeout(seconds(8)));
    world.server.set(|state| state.delay = seconds(3600));
    let start = world.clock.monotonic();
    let wait = async |limit| {
        let error = world.call_at("demo.example", seconds(limit)).await;
        (
            error.unwrap_err().to_string(),
            (world.clock.monotonic() - start).as_secs(),
        )
    };
    let (short, long, longest) = tokio::join!(wait(1), wait(5), wait(30));
    assert_eq!(short, ("no session within 1s".to_owned(), 1));
    assert_eq!(long, ("no session within 5s".to_owned(), 5));
    assert_eq!(
        longest,
        (
            "no session: CreateSession failed: no complete answer within 8s (host demo.example)"
                .to_owned(),
            8
        )
    );
    assert_eq!(world.server.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_shared_and_soon_forgotten() {
    let world = Arc::new(World::new());
    world
        .server
        .set(|state| state.trouble = Some((403, "AccessDenied")));
    let callers: Vec<_> = (0..100).map(|_| world.spawn()).collect();
    for caller in callers {
        let error = caller.await.unwrap().unwrap_err().to_string();
        assert_eq!(
            error,
            "no session: CreateSession failed: AccessDenied \
             (HTTP 403, request id REQUEST1, host demo.example)"
        );
    }
    // for a moment all get the same error, at once and without a request
    let (time, error) = world.timed().await;
    assert!(matches!(error, Err(SessionError::Open(_))));
    assert_eq!((time, world.server.count()), (Duration::ZERO, 1));
    // 20 calls a second for 20 seconds: asked no more than once a second, and no less than every 5
    for _ in 0..400 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        world.call().await.unwrap_err();
    }
    assert!(
        (5..=21).contains(&world.server.count()),
        "{:?}",
        world.server.asked()
    );
    world.server.set(|state| state.trouble = None);
    tokio::time::sleep(seconds(5)).await;
    world.call().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_busy_service_is_asked_ever_more_rarely_and_callers_wait() {
    let world = Arc::new(World::new());
    world
        .server
        .set(|state| state.trouble = Some((503, "SlowDown")));
    // the first to come shares the first failure
    let error = world.call().await.unwrap_err().to_string();
    assert!(error.contains("SlowDown"), "{error}");
    let callers: Vec<_> = (0..100).map(|_| world.spawn()).collect();
    for caller in callers {
        caller.await.unwrap().unwrap_err();
    }
    assert_eq!(world.server.count(), 2);
    for _ in 0..600 {
        let _ = world
            .call_at("demo.example", Duration::from_millis(100))
            .await;
    }
    let asked = world.server.asked();
    assert!(asked.len() < 25, "{} requests in a minute", asked.len());
    // and as soon as it is up again, the next call succeeds
    world.server.set(|state| state.trouble = None);
    let (time, result) = world.timed().await;
    result.unwrap();
    assert!(time <= seconds(5) + Duration::from_millis(20), "{time:?}");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_says_what_went_wrong_before() {
    let world = World::new();
    world
        .server
        .set(|state| state.trouble = Some((503, "SlowDown")));
    world.call().await.unwrap_err();
    let error = world
        .call_at("demo.example", Duration::from_millis(10))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "no session within 10ms: CreateSession failed: SlowDown \
         (HTTP 503, request id REQUEST1, host demo.example)"
    );
}

#[tokio::test(start_paused = true)]
async fn no_limit_is_too_long() {
    let longest = Duration::MAX;
    let settings = SessionSettings::default().open_timeout(longest);
    let settings = settings.refresh_before(longest).refresh_jitter(longest);
    let world = World::with(settings.stale_before(longest));
    for _ in 0..400 {
        world.call_at("demo.example", longest).await.unwrap();
        tokio::time::sleep(seconds(1)).await;
    }
    assert_eq!(world.server.count(), 2);
}

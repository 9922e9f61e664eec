//! The account credentials of a client on a clock that the tests turn, with a provider that does as
//! it is told.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::provider::error::CredentialsError as ProviderError;
use aws_credential_types::provider::future;

use super::*;
use crate::clock::{BoxFuture, Clock};
use crate::retry::ClockSkew;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Tokio's paused time, with a time of day that can be set.
#[derive(Debug)]
struct TestClock {
    start: tokio::time::Instant,
    wall_offset: AtomicI64,
}

/// When the tests begin, by a clock that is right.
fn epoch() -> SystemTime {
    UNIX_EPOCH + seconds(1_800_000_000)
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        let offset = self.wall_offset.load(Ordering::Relaxed);
        let time = epoch() + self.monotonic();
        if offset.is_negative() {
            time - seconds(offset.unsigned_abs())
        } else {
            time + seconds(offset.unsigned_abs())
        }
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Gives numbered keys.
#[derive(Debug)]
struct Source {
    clock: Arc<TestClock>,
    state: Mutex<State>,
}

#[derive(Clone, Debug, Default)]
struct State {
    /// How long the credentials last; for ever if not set.
    lifetime: Option<Duration>,
    /// They change at these times at the earliest.
    every: Duration,
    delay: Duration,
    is_down: bool,
    asked: Vec<Duration>,
}

#[derive(Clone, Debug)]
struct Asked(Arc<Source>);

impl ProvideCredentials for Asked {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let now = self.0.clock.monotonic();
        let state = {
            let mut state = self.0.state.lock().unwrap();
            state.asked.push(now);
            state.clone()
        };
        future::ProvideCredentials::new(async move {
            self.0.clock.sleep(state.delay).await;
            if state.is_down {
                return Err(ProviderError::provider_error("down"));
            }
            let round = match state.every {
                Duration::ZERO => state.asked.len() as u64,
                every => now.as_secs() / every.as_secs(),
            };
            let since = match state.every {
                Duration::ZERO => now,
                every => every * u32::try_from(round).unwrap(),
            };
            let end = state.lifetime.map(|lifetime| epoch() + since + lifetime);
            let id = format!("AKID{round}");
            Ok(Credentials::new(id, "MARKER", None, end, "test"))
        })
    }
}

struct World {
    clock: Arc<TestClock>,
    source: Arc<Source>,
    skew: Arc<ClockSkew>,
    accounts: Arc<Accounts>,
}

impl World {
    fn new(state: State) -> Self {
        let clock = Arc::new(TestClock {
            start: tokio::time::Instant::now(),
            wall_offset: AtomicI64::new(0),
        });
        let source = Arc::new(Source {
            clock: Arc::clone(&clock),
            state: Mutex::new(state),
        });
        let (skew, provider) = (Arc::default(), Provider::new(Asked(Arc::clone(&source))));
        let dyn_clock: Arc<dyn Clock> = clock.clone();
        let accounts = Accounts::new(&provider, &dyn_clock, &skew, seconds(10));
        Self {
            clock,
            source,
            skew,
            accounts: Arc::new(accounts),
        }
    }

    fn lasting(lifetime: u64) -> Self {
        Self::new(State {
            lifetime: Some(seconds(lifetime)),
            ..State::default()
        })
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.source.state.lock().unwrap());
    }

    fn asked(&self) -> Vec<Duration> {
        self.source.state.lock().unwrap().asked.clone()
    }

    /// The key id for a call, and how long the call waited.
    async fn call(&self) -> Result<(String, Duration), CredentialsError> {
        let start = self.clock.monotonic();
        let account = self.accounts.get().await?;
        let id = account
            .credentials()
            .signing_keys()
            .access_key_id
            .to_owned();
        Ok((id, self.clock.monotonic() - start))
    }

    /// Calls every second until this time; none may wait or fail.
    async fn serve_until(&self, end: u64) {
        while self.clock.monotonic() < seconds(end) {
            let (id, wait) = self.call().await.unwrap();
            assert!(wait.is_zero(), "{id} after {wait:?}");
            tokio::time::sleep(seconds(1)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_are_replaced_in_the_background_before_their_end() {
    let world = World::lasting(3600);
    world.call().await.unwrap();
    world.serve_until(4 * 3600).await;
    let asked = world.asked();
    assert!((4..=5).contains(&asked.len()), "{asked:?}");
    for pair in asked.windows(2) {
        let between = (pair[1] - pair[0]).as_secs();
        assert!((3300..=3401).contains(&between), "{asked:?}");
    }
    // nobody asks for what nobody uses
    tokio::time::sleep(seconds(100_000)).await;
    assert!(world.asked().len() <= asked.len() + 1);
    assert_eq!(Arc::strong_count(&world.source), 2);
}

#[tokio::test(start_paused = true)]
async fn clients_that_start_together_do_not_ask_together() {
    let mut due = Vec::new();
    for _ in 0..20 {
        let world = World::lasting(3600);
        let account = world.accounts.get().await.unwrap();
        due.push(crate::lease::Lease::refresh_at(&*account) - world.clock.monotonic());
    }
    due.sort_unstable();
    due.dedup();
    assert!(due.len() > 10, "{due:?}");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_down_is_asked_now_and_then_while_there_are_credentials() {
    let world = World::lasting(3600);
    world.call().await.unwrap();
    world.serve_until(600).await;
    world.set(|state| state.is_down = true);
    world.serve_until(3600).await;
    let asked = world.asked().len();
    assert!((4..=40).contains(&asked), "{:?}", world.asked());
    let error = world.call().await.unwrap_err();
    assert!(matches!(error, CredentialsError::Provider(_)), "{error}");
    world.set(|state| state.is_down = false);
    // the error is remembered for a second at most
    tokio::time::sleep(seconds(1)).await;
    world.call().await.unwrap();
    world.serve_until(5000).await;
}

#[tokio::test(start_paused = true)]
async fn credentials_without_an_end_are_asked_for_again_after_a_quarter_of_an_hour() {
    let world = World::new(State::default());
    world.call().await.unwrap();
    world.serve_until(3600).await;
    let asked = world.asked();
    assert!((4..=5).contains(&asked.len()), "{asked:?}");
    assert!(asked[1] > seconds(800) && asked[1] <= seconds(901));
    // they serve for as long as the provider is down
    world.set(|state| state.is_down = true);
    world.serve_until(10_000).await;
    // twice a minute, and with jitter not four times
    assert!(world.asked().len() - asked.len() < 6400 / 15 + 10);
}

/// As instance metadata does: the same credentials until there are others.
#[tokio::test(start_paused = true)]
async fn a_provider_that_gives_the_same_again_is_not_stormed() {
    let world = World::new(State {
        lifetime: Some(seconds(3660)),
        every: seconds(3600),
        ..State::default()
    });
    world.call().await.unwrap();
    world.serve_until(3 * 3600).await;
    let asked = world.asked().len();
    assert!((4..=20).contains(&asked), "{:?}", world.asked());
}

#[tokio::test(start_paused = true)]
async fn keys_that_last_for_a_second_work() {
    let world = World::new(State {
        lifetime: Some(seconds(1)),
        delay: Duration::from_millis(20),
        ..State::default()
    });
    let mut waited = Duration::ZERO;
    for _ in 0..1000 {
        waited += world.call().await.unwrap().1;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(waited, Duration::from_millis(20), "the first waits");
    assert!(world.asked().len() <= 15, "{}", world.asked().len());
    // keys that have ended are an error for all, and asked for no more than need be
    world.set(|state| state.lifetime = Some(Duration::ZERO));
    tokio::time::sleep(seconds(2)).await;
    let asked = world.asked().len();
    for _ in 0..1000 {
        let error = world.call().await.unwrap_err();
        assert!(matches!(error, CredentialsError::Expired), "{error}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let asked = world.asked().len() - asked;
    assert!(asked <= 30, "{asked}");
}

#[tokio::test(start_paused = true)]
async fn a_thousand_wait_for_one_answer_and_half_of_them_go_away() {
    let world = World::new(State {
        delay: seconds(5),
        ..State::default()
    });
    let world = Arc::new(world);
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.call().await })
        })
        .collect();
    tokio::time::sleep(seconds(1)).await;
    calls.iter().step_by(2).for_each(|call| call.abort());
    for (index, call) in calls.into_iter().enumerate() {
        match call.await {
            Ok(result) => assert_eq!(result.unwrap().1, seconds(5)),
            Err(_) => assert_eq!(index % 2, 0),
        }
    }
    assert_eq!(world.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_changes_nothing_and_one_that_is_corrected_does() {
    let world = World::lasting(3600);
    world.call().await.unwrap();
    for jump in [-86_400, 86_400, 7200, -7200] {
        world.clock.wall_offset.store(jump, Ordering::Relaxed);
        world
            .serve_until(world.clock.monotonic().as_secs() + 100)
            .await;
    }
    assert_eq!(world.asked().len(), 1);
    // this machine's clock is two hours behind: in truth the credentials have ended
    world.clock.wall_offset.store(-7200, Ordering::Relaxed);
    let (truth, signed) = (epoch() + world.clock.monotonic(), world.clock.now());
    world.skew.learn(truth, signed, &*world.clock);
    world
        .skew
        .learn(truth, world.skew.now(&*world.clock), &*world.clock);
    world.accounts.clock_was_corrected();
    world
        .serve_until(world.clock.monotonic().as_secs() + 600)
        .await;
    assert_eq!(world.asked().len(), 1, "their end is still to come");
    let second = world.accounts.get().await.unwrap();
    assert!(!world.accounts.renew(&second).await || world.asked().len() == 2);
}

#[tokio::test(start_paused = true)]
async fn what_looks_expired_by_a_clock_nobody_confirmed_is_tried() {
    for (ago, is_tried) in [
        (60, false),
        (800, false),
        (1000, true),
        (3000, true),
        (80_000, true),
        (90_000, false),
    ] {
        // they last for a minute, and this machine's clock is further ahead
        let world = World::lasting(60);
        world.clock.wall_offset.store(60 + ago, Ordering::Relaxed);
        let tried = world.call().await;
        assert_eq!(tried.is_ok(), is_tried, "{ago}: {tried:?}");
        if !is_tried || ago > 3600 {
            continue;
        }
        // the service says what time it is
        let (truth, signed) = (epoch(), world.clock.now());
        world.skew.learn(truth, signed, &*world.clock);
        world.accounts.clock_was_corrected();
        world.serve_until(30).await;
        assert_eq!(world.asked().len(), 1, "{ago}");
    }
    // where its clock is known, what has ended has ended
    let world = World::lasting(60);
    let (truth, signed) = (epoch() + seconds(1800), world.clock.now());
    world.skew.learn(truth, signed, &*world.clock);
    let error = world.call().await.unwrap_err();
    assert!(matches!(error, CredentialsError::Expired), "{error}");
}

/// Whoever makes the call asks, and nobody else can.
#[test]
fn without_a_runtime_the_call_asks_by_itself() {
    #[derive(Debug)]
    struct Plain(std::sync::atomic::AtomicUsize);

    impl ProvideCredentials for Plain {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            self.0.fetch_add(1, Ordering::Relaxed);
            let end = SystemTime::now() + seconds(3600);
            let given = Credentials::new("AKID", "MARKER", None, Some(end), "test");
            future::ProvideCredentials::ready(Ok(given))
        }
    }

    let clock: Arc<dyn Clock> = Arc::new(crate::clock::SystemClock);
    let provider = Provider::new(Plain(Default::default()));
    let accounts = Accounts::new(&provider, &clock, &Arc::default(), seconds(10));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
                    let mut future = std::pin::pin!(accounts.get());
                    // another thread may be at it
                    loop {
                        match future.as_mut().poll(&mut context) {
                            std::task::Poll::Ready(result) => break drop(result.unwrap()),
                            std::task::Poll::Pending => std::thread::yield_now(),
                        }
                    }
                }
            });
        }
    });
}

#[test]
fn the_type_decides_the_header_and_debug_shows_nothing() {
    let base = BaseCredentials::from(Credentials::new(
        "AK",
        "MARKER",
        Some("MARKER".into()),
        None,
        "test",
    ));
    let session = SessionCredentials::new("AK".into(), "MARKER".into(), "MARKER".into());
    let token = base.signing_keys().token.unwrap();
    assert_eq!(token.header, "x-amz-security-token");
    assert_eq!(
        session.signing_keys().token.unwrap().header,
        "x-amz-s3session-token"
    );
    let keys = session.signing_keys();
    assert!(!format!("{base:?} {session:?} {keys:?}").contains("MARKER"));
}

#[tokio::test(start_paused = true)]
async fn calls_whose_credentials_are_rejected_share_those_that_come_next() {
    let world = World::lasting(3600);
    let first = world.accounts.get().await.unwrap();
    world.set(|state| state.delay = seconds(1));
    assert!(world.accounts.renew(&first).await);
    let second = world.accounts.get().await.unwrap();
    tokio::time::sleep(seconds(6)).await;
    let start = world.clock.monotonic();
    let late = async {
        // what replaced the first is there: nothing to wait for
        let is_renewed = world.accounts.renew(&first).await;
        (is_renewed, world.clock.monotonic() - start)
    };
    let (one, other, late) = tokio::join!(
        world.accounts.renew(&second),
        world.accounts.renew(&second),
        late
    );
    assert_eq!((one, other, late), (true, true, (true, Duration::ZERO)));
    assert_eq!(world.asked().len(), 3);
}

//! The cache under a model checker, which runs its tasks in ever other orders:
//!
//! ```text
//! RUSTFLAGS="--cfg zonal_shuttle" cargo test -p zonal-runtime --lib session::model
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shuttle::future::{block_on, spawn, yield_now};

use super::*;
use crate::Credentials;
use crate::clock::{BoxFuture, Clock};
use crate::credentials::SessionCredentials;
use crate::error::{Cause, Failure};
use crate::transport::{TransportError, TransportErrorKind};

const RUNS: usize = 10_000;

/// Time moves when somebody has slept. Longer than a minute nobody sleeps: such a task stays where
/// it is until it is stopped.
#[derive(Debug, Default)]
struct ModelClock(Arc<AtomicU64>);

impl Clock for ModelClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let time = Arc::clone(&self.0);
        let until = self.monotonic() + duration;
        Box::pin(async move {
            if duration >= Duration::from_secs(5) {
                std::future::pending::<()>().await;
            }
            yield_now().await;
            time.fetch_max(until.as_millis() as u64 + 1, Ordering::SeqCst);
        })
    }
}

/// Fails every `fails`th time. Two requests at a time are a fault of the cache.
#[derive(Debug)]
struct Opener {
    fails: usize,
    /// How long its sessions last, in seconds.
    lifetime: u64,
    asked: AtomicUsize,
    under_way: AtomicUsize,
}

struct UnderWay(Arc<Opener>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

impl OpenSession for Arc<Opener> {
    fn operation(&self) -> &'static str {
        "CreateSession"
    }

    fn open(&self) -> BoxFuture<'static, Result<OpenedSession, OpenError>> {
        let opener = Arc::clone(self);
        Box::pin(async move {
            let others = opener.under_way.fetch_add(1, Ordering::SeqCst);
            let _under_way = UnderWay(Arc::clone(&opener));
            assert_eq!(others, 0, "two requests at a time");
            let number = opener.asked.fetch_add(1, Ordering::SeqCst) + 1;
            yield_now().await;
            if number % opener.fails == 0 {
                let error = TransportError::new(TransportErrorKind::Closed, "closed");
                let failure = Failure::new("CreateSession", Cause::Transport(error));
                return Err(OpenError::new(failure));
            }
            Ok(OpenedSession {
                credentials: SessionCredentials::new("I".into(), "S".into(), "T".into()),
                expiration: UNIX_EPOCH + Duration::from_secs(opener.lifetime),
                date: Some(UNIX_EPOCH),
                encryption: None,
            })
        })
    }
}

struct World {
    cache: SessionCache,
    openers: [Arc<Opener>; 2],
    fingerprint: Fingerprint,
}

impl World {
    fn new(capacity: usize, fails: usize) -> Arc<Self> {
        Self::lasting(300, capacity, fails)
    }

    fn lasting(lifetime: u64, capacity: usize, fails: usize) -> Arc<Self> {
        let settings = SessionSettings::default()
            .capacity(capacity)
            .refresh_jitter(Duration::ZERO);
        let opener = || {
            Arc::new(Opener {
                fails,
                lifetime,
                asked: AtomicUsize::new(0),
                under_way: AtomicUsize::new(0),
            })
        };
        let credentials = Credentials::new("I", "S", None, None, "test").into();
        Arc::new(Self {
            cache: SessionCache::new(settings, Arc::new(ModelClock::default()), None),
            openers: [opener(), opener()],
            fingerprint: Fingerprint::of(&credentials),
        })
    }

    fn key(&self, bucket: usize) -> KeyRef<'static> {
        KeyRef {
            scheme: "https",
            authority: ["a", "b"][bucket],
            path: "",
            region: "r",
            fingerprint: self.fingerprint,
            mode: None,
            encryption: None,
        }
    }

    async fn get(&self, bucket: usize) -> Result<Arc<Session>, SessionError> {
        self.get_within(bucket, Duration::from_secs(8)).await
    }

    async fn get_within(
        &self,
        bucket: usize,
        limit: Duration,
    ) -> Result<Arc<Session>, SessionError> {
        let opener = || -> Arc<dyn OpenSession> { Arc::new(Arc::clone(&self.openers[bucket])) };
        self.cache.get(&self.key(bucket), limit, opener).await
    }

    fn asked(&self, bucket: usize) -> usize {
        self.openers[bucket].asked.load(Ordering::SeqCst)
    }
}

fn check(run: impl Fn() + Send + Sync + 'static) {
    check_times(RUNS, run);
}

fn check_times(runs: usize, run: impl Fn() + Send + Sync + 'static) {
    // half of the runs at random, half where few switches decide
    let run = Arc::new(run);
    let other = Arc::clone(&run);
    shuttle::check_random(move || run(), runs / 2);
    shuttle::check_pct(move || other(), runs / 2, 3);
}

#[test]
fn callers_share_one_session_whoever_is_cancelled() {
    check(|| {
        block_on(async {
            let world = World::new(10, usize::MAX);
            let calls: Vec<_> = (0..4)
                .map(|_| {
                    let world = Arc::clone(&world);
                    spawn(async move { world.get(0).await.map(|session| session.generation()) })
                })
                .collect();
            yield_now().await;
            calls[0].abort();
            let mut generations = Vec::new();
            for (index, call) in calls.into_iter().enumerate() {
                match call.await {
                    Ok(result) => generations.push(result.expect("a session")),
                    Err(_) => assert_eq!(index, 0),
                }
            }
            generations.dedup();
            assert_eq!((generations.len(), world.asked(0)), (1, 1));
        });
    });
}

#[test]
fn a_rejected_session_is_replaced_once_by_whoever_comes_first() {
    check(|| {
        block_on(async {
            let world = World::new(10, usize::MAX);
            let dead = world.get(0).await.expect("a session").generation();
            let calls: Vec<_> = (0..3)
                .map(|_| {
                    let world = Arc::clone(&world);
                    spawn(async move {
                        world.cache.reject(&world.key(0), dead);
                        let session = world.get(0).await.expect("a session");
                        assert_ne!(session.generation(), dead);
                        session.generation()
                    })
                })
                .collect();
            let mut generations = Vec::new();
            for call in calls {
                generations.push(call.await.expect("it ends"));
            }
            generations.dedup();
            assert_eq!((generations.len(), world.asked(0)), (1, 2));
        });
    });
}

/// Failures, rejections and a cache with one place for two keys, all at once: every call ends, and
/// with an error only where the service gave one.
#[test]
fn every_call_ends() {
    check(|| {
        block_on(async {
            let world = World::new(1, 2);
            let calls: Vec<_> = (0..4)
                .map(|number| {
                    let world = Arc::clone(&world);
                    spawn(async move {
                        let bucket = number % 2;
                        for _ in 0..2 {
                            match world.get(bucket).await {
                                Ok(session) => {
                                    let generation = session.generation();
                                    world.cache.reject(&world.key(bucket), generation);
                                }
                                Err(SessionError::Open(error)) => {
                                    assert_eq!(error.class(), FailureClass::Transport);
                                }
                                Err(error) => panic!("{error}"),
                            }
                        }
                    })
                })
                .collect();
            for call in calls {
                call.await.expect("it ends");
            }
            assert!(world.asked(0) <= 4 && world.asked(1) <= 4);
        });
    });
}

/// Sessions so short that they are replaced while calls look for them, by their keeper or by a call
/// that is quicker: one at a time, with failures in between, and every call ends.
#[test]
fn replacements_never_overlap() {
    for fails in [usize::MAX, 2] {
        // a run takes several times as long as others
        check_times(RUNS / 4, move || {
            block_on(async {
                let world = World::lasting(4, 10, fails);
                let calls: Vec<_> = (0..3)
                    .map(|number| {
                        let world = Arc::clone(&world);
                        spawn(async move {
                            for _ in 0..3 {
                                // the keeper moves the time on in between
                                match world.get_within(0, Duration::from_secs(3600)).await {
                                    Ok(_) => yield_now().await,
                                    Err(SessionError::Open(_)) => assert_ne!(fails, usize::MAX),
                                    Err(error) => panic!("{error}"),
                                }
                                if number == 0 {
                                    world.cache.reject(&world.key(0), 3);
                                }
                            }
                        })
                    })
                    .collect();
                for call in calls {
                    call.await.expect("it ends");
                }
            });
        });
    }
}

//! The cache on a clock that the tests turn, with a server that does as it is told.

mod clocks;
mod eviction;
mod flights;
mod healing;
mod keys;
mod outages;
mod refresh;
mod runtimes;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::*;
use crate::clock::{BoxFuture, Clock};
use crate::credentials::{BaseCredentials, SessionCredentials};
use crate::error::{Cause, Failure, ServiceError};
use crate::response::Response;
use crate::{Credentials, Secret};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Tokio's paused time, with a time of day that can be set, and a suspend in which timers stand.
#[derive(Debug)]
struct TestClock {
    start: tokio::time::Instant,
    suspended: AtomicU64,
    wall_offset: AtomicI64,
}

impl TestClock {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            start: tokio::time::Instant::now(),
            suspended: AtomicU64::new(0),
            wall_offset: AtomicI64::new(0),
        })
    }

    fn jump(&self, seconds: i64) {
        self.wall_offset.fetch_add(seconds, Ordering::Relaxed);
    }

    fn suspend(&self, seconds: u64) {
        self.suspended.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        let offset = self.wall_offset.load(Ordering::Relaxed);
        let time = UNIX_EPOCH + seconds(1_800_000_000) + self.monotonic();
        if offset.is_negative() {
            time - seconds(offset.unsigned_abs())
        } else {
            time + seconds(offset.unsigned_abs())
        }
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed() + seconds(self.suspended.load(Ordering::Relaxed))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Opens sessions of five minutes.
#[derive(Debug)]
struct Server {
    clock: Arc<TestClock>,
    state: Mutex<State>,
}

#[derive(Clone, Debug)]
struct State {
    delay: Duration,
    lifetime: Duration,
    /// The server's clock against the true time.
    skew: i64,
    sends_date: bool,
    /// It tells times of day to the second, as the service does.
    whole_seconds: bool,
    trouble: Option<(u16, &'static str)>,
    /// When each request came.
    asked: Vec<Duration>,
}

impl Server {
    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    fn asked(&self) -> Vec<Duration> {
        self.state.lock().unwrap().asked.clone()
    }

    fn count(&self) -> usize {
        self.state.lock().unwrap().asked.len()
    }

    fn answer(&self) -> Result<OpenedSession, OpenError> {
        let state = self.state.lock().unwrap().clone();
        if let Some((status, code)) = state.trouble {
            return Err(refusal(status, code));
        }
        let true_time = UNIX_EPOCH + seconds(1_800_000_000) + self.clock.monotonic();
        let date = if state.skew.is_negative() {
            true_time - seconds(state.skew.unsigned_abs())
        } else {
            true_time + seconds(state.skew.unsigned_abs())
        };
        let told = |time: SystemTime| {
            if state.whole_seconds {
                UNIX_EPOCH + seconds(time.duration_since(UNIX_EPOCH).unwrap().as_secs())
            } else {
                time
            }
        };
        Ok(OpenedSession {
            credentials: SessionCredentials::new("ID".into(), "SECRET".into(), "TOKEN".into()),
            expiration: told(date + state.lifetime),
            date: state.sends_date.then_some(told(date)),
            encryption: None,
        })
    }
}

fn refusal(status: u16, code: &str) -> OpenError {
    let body = format!("<Error><Code>{code}</Code></Error>");
    let response = Response::for_test(status, &[("x-amz-request-id", "REQUEST1")], &body);
    let cause = Cause::Service(Box::new(ServiceError::read(&response)));
    let mut failure = Failure::new("CreateSession", cause).answered(&response);
    failure.host = Some("demo.example".to_owned());
    OpenError::new(failure)
}

/// The server as an opener.
#[derive(Clone, Debug)]
struct Opener(Arc<Server>);

impl OpenSession for Opener {
    fn operation(&self) -> &'static str {
        "CreateSession"
    }

    fn open(&self) -> BoxFuture<'static, Result<OpenedSession, OpenError>> {
        let server = Arc::clone(&self.0);
        let delay = {
            let mut state = server.state.lock().unwrap();
            state.asked.push(server.clock.monotonic());
            state.delay
        };
        Box::pin(async move {
            server.clock.sleep(delay).await;
            server.answer()
        })
    }
}

/// A cache, and all that it meets.
struct World {
    clock: Arc<TestClock>,
    server: Arc<Server>,
    counters: Arc<SessionCounters>,
    cache: Arc<SessionCache>,
    fingerprint: Fingerprint,
}

impl World {
    fn new() -> Self {
        Self::with(SessionSettings::default())
    }

    fn with(settings: SessionSettings) -> Self {
        let clock = TestClock::new();
        let state = State {
            delay: Duration::from_millis(20),
            lifetime: seconds(300),
            skew: 0,
            sends_date: true,
            whole_seconds: false,
            trouble: None,
            asked: Vec::new(),
        };
        let counters = Arc::new(SessionCounters::default());
        let observer: Arc<dyn SessionObserver> = counters.clone();
        let base = Credentials::new("ID", "SECRET", None, None, "test");
        Self {
            server: Arc::new(Server {
                clock: clock.clone(),
                state: Mutex::new(state),
            }),
            cache: Arc::new(SessionCache::new(settings, clock.clone(), Some(observer))),
            clock,
            counters,
            fingerprint: Fingerprint::of(&base.into()),
        }
    }

    fn key<'a>(&self, authority: &'a str) -> KeyRef<'a> {
        KeyRef {
            scheme: "https",
            authority,
            path: "",
            region: "us-west-2",
            fingerprint: self.fingerprint,
            mode: None,
            encryption: None,
        }
    }

    /// What a call does: finds a session within 15 seconds.
    async fn call(&self) -> Result<Arc<Session>, SessionError> {
        self.call_at("demo.example", seconds(15)).await
    }

    async fn call_at(
        &self,
        authority: &str,
        limit: Duration,
    ) -> Result<Arc<Session>, SessionError> {
        let server = &self.server;
        let opener = || -> Arc<dyn OpenSession> { Arc::new(Opener(Arc::clone(server))) };
        self.cache.get(&self.key(authority), limit, opener).await
    }

    /// The same as a task of its own.
    fn spawn(self: &Arc<Self>) -> tokio::task::JoinHandle<Result<Arc<Session>, SessionError>> {
        let world = Arc::clone(self);
        tokio::spawn(async move { world.call().await })
    }

    /// Makes a call; says how long it took.
    async fn timed(&self) -> (Duration, Result<Arc<Session>, SessionError>) {
        let start = self.clock.monotonic();
        let result = self.call().await;
        (self.clock.monotonic() - start, result)
    }
}

/// Numbers that differ from round to round and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

//! A clock that only advances when a test moves it.

#![allow(dead_code, reason = "each test uses its part of it")]

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant, SystemTime};

use zonal::runtime::clock::{BoxFuture, Clock};

/// A guard against what hangs, which a busy machine does not come near.
const GUARD: Duration = Duration::from_secs(600);

/// Its time of day is the machine's when it was made, and what was added since.
#[derive(Clone, Debug)]
pub(crate) struct VirtualClock {
    start: SystemTime,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    passed: Duration,
    next: u64,
    sleepers: BTreeMap<u64, (Duration, Waker)>,
}

impl VirtualClock {
    pub(crate) fn new() -> Self {
        Self {
            start: SystemTime::now(),
            state: Arc::default(),
        }
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut state = self.state.lock().unwrap();
        state.passed += by;
        for (_, waker) in state.sleepers.values() {
            waker.wake_by_ref();
        }
    }

    /// What the present sleepers wait for, the shortest first.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        let state = self.state.lock().unwrap();
        let ends = state.sleepers.values().map(|(end, _)| *end);
        let mut waits: Vec<_> = ends.map(|end| end.saturating_sub(state.passed)).collect();
        waits.sort_unstable();
        waits
    }

    /// Waits, by the machine's clock, until this is so.
    async fn until(&self, is_so: impl Fn(&[Duration]) -> bool) {
        let start = Instant::now();
        while !is_so(&self.waits()) {
            assert!(start.elapsed() < GUARD, "{:?}", self.waits());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Waits until so many sleep.
    pub(crate) async fn until_count(&self, count: usize) {
        self.until(|waits| waits.len() >= count).await;
    }

    /// Waits until the only sleeper sleeps this long.
    pub(crate) async fn until_asleep_for(&self, wait: Duration) {
        self.until(|waits| waits == [wait]).await;
    }

    /// Runs a call. Whenever somebody sleeps for so long, and this is so, that time passes: what still
    /// moves begins to wait anew.
    pub(crate) async fn run<T>(
        &self,
        wait: Duration,
        is_so: impl Fn() -> bool,
        call: impl Future<Output = T>,
    ) -> T {
        let mut call = pin!(call);
        loop {
            tokio::select! {
                output = &mut call => return output,
                () = self.pass(1, wait, &is_so) => {}
            }
        }
    }

    /// Waits until so many sleep for so long, among others, and this is so; then that time passes.
    pub(crate) async fn pass(&self, count: usize, wait: Duration, is_so: impl Fn() -> bool) {
        let asleep = |waits: &[Duration]| waits.iter().filter(|it| **it == wait).count();
        self.until(|waits| asleep(waits) >= count && is_so()).await;
        self.advance(wait);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> SystemTime {
        self.start + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.state.lock().unwrap().passed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let sleeper = Sleeper::new(self.state.clone(), duration);
        Box::pin(async move {
            poll_fn(|context| sleeper.poll(context.waker())).await;
        })
    }
}

/// It is forgotten when it is dropped.
struct Sleeper {
    state: Arc<Mutex<State>>,
    id: u64,
    end: Duration,
}

impl Sleeper {
    fn new(state: Arc<Mutex<State>>, duration: Duration) -> Self {
        let (id, end) = {
            let mut state = state.lock().unwrap();
            state.next += 1;
            (state.next, state.passed.saturating_add(duration))
        };
        Self { state, id, end }
    }

    fn poll(&self, waker: &Waker) -> Poll<()> {
        let mut state = self.state.lock().unwrap();
        if state.passed >= self.end {
            return Poll::Ready(());
        }
        state.sleepers.insert(self.id, (self.end, waker.clone()));
        Poll::Pending
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        self.state.lock().unwrap().sleepers.remove(&self.id);
    }
}

//! [`Clock`]: time as the client sees it, so that tests can turn it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant, SystemTime};

/// A future that a trait object returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the time comes from.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time of day. Requests are signed with it; nothing is measured with it.
    fn now(&self) -> SystemTime;

    /// Time since some fixed moment, which no change of the time of day moves.
    fn monotonic(&self) -> Duration;

    /// Ends after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        // of the same time as the timers, which a test can turn
        let now = tokio::time::Instant::now().into_std();
        now.saturating_duration_since(*START)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// What [`within`] says of a future that did not end in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Elapsed;

/// Runs a future for at most `limit`. A future that is ready at once costs no timer.
pub(crate) async fn within<F: Future>(
    clock: &dyn Clock,
    limit: Duration,
    future: F,
) -> Result<F::Output, Elapsed> {
    while_moving(clock, limit, future, || false).await
}

/// The same, but a limit that passes begins anew if something has moved since it began.
pub(crate) async fn while_moving<F: Future>(
    clock: &dyn Clock,
    limit: Duration,
    future: F,
    has_moved: impl Fn() -> bool,
) -> Result<F::Output, Elapsed> {
    let mut future = std::pin::pin!(future);
    let mut timer: Option<BoxFuture<'static, ()>> = None;
    std::future::poll_fn(move |context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        loop {
            let timer = timer.get_or_insert_with(|| clock.sleep(limit));
            ready!(timer.as_mut().poll(context));
            if !has_moved() {
                return Poll::Ready(Err(Elapsed));
            }
            *timer = clock.sleep(limit);
        }
    })
    .await
}

/// Tells when nothing has moved for too long, with one timer for many moves.
pub(crate) struct Stall {
    limit: Duration,
    clock: Arc<dyn Clock>,
    /// When the wait began that is not over yet.
    since: Option<Duration>,
    /// Locked only to be `Sync`.
    timer: Mutex<Option<BoxFuture<'static, ()>>>,
}

impl Stall {
    pub(crate) fn new(limit: Duration, clock: Arc<dyn Clock>) -> Self {
        Self {
            limit,
            clock,
            since: None,
            timer: Mutex::new(None),
        }
    }

    /// Something moved: the next wait is a new one.
    pub(crate) fn moved(&mut self) {
        self.since = None;
    }

    /// Ready, with the limit, once a wait has been longer. To be asked whenever there is nothing
    /// to do; the first time begins the wait.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Duration> {
        let slot = self.timer.get_mut();
        let slot = slot.unwrap_or_else(PoisonError::into_inner);
        let since = *self.since.get_or_insert_with(|| self.clock.monotonic());
        loop {
            if let Some(timer) = slot {
                ready!(timer.as_mut().poll(context));
                *slot = None;
            }
            // a timer may be left over from an earlier wait
            let passed = self.clock.monotonic().saturating_sub(since);
            if passed >= self.limit {
                return Poll::Ready(self.limit);
            }
            *slot = Some(self.clock.sleep(self.limit - passed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_future_is_cut_off_after_its_limit() {
        let limit = Duration::from_secs(1);
        let slow = tokio::time::sleep(Duration::from_secs(2));
        assert_eq!(within(&SystemClock, limit, slow).await, Err(Elapsed));
        assert_eq!(within(&SystemClock, limit, async { 7 }).await, Ok(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stall_is_measured_from_the_last_wait() {
        let limit = Duration::from_secs(10);
        let start = tokio::time::Instant::now();
        let mut stall = Stall::new(limit, Arc::new(SystemClock));
        for _ in 0..3 {
            let wait = std::future::poll_fn(|context| stall.poll(context));
            let waited = tokio::time::timeout(Duration::from_secs(7), wait).await;
            assert!(waited.is_err());
            stall.moved();
            // nobody waits in the meantime
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        let ended = std::future::poll_fn(|context| stall.poll(context)).await;
        assert_eq!(ended, limit);
        let passed = start.elapsed();
        assert!((211..212).contains(&passed.as_secs()), "{passed:?}");
    }
}

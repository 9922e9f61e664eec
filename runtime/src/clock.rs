//! [`Clock`]: time as the client sees it, so that tests can turn it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::{Duration, SystemTime};

/// A future that a trait object returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the time comes from.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time of day. Requests are signed with it; nothing is measured with it.
    fn now(&self) -> SystemTime;

    /// Time since some fixed moment, which no change of the time of day moves. It should go on
    /// while the machine sleeps.
    fn monotonic(&self) -> Duration;

    /// Ends after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The clock of the machine. Its monotonic time goes on while the machine sleeps, where the system
/// has such a time; the one of the standard library stands still on some. To sleep by it needs a
/// tokio runtime around.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        system_monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Linux has a clock of its own for it; that of Apple's systems called monotonic does it as well.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn system_monotonic() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    #[cfg(not(target_vendor = "apple"))]
    let time = clock_gettime(ClockId::Boottime);
    #[cfg(target_vendor = "apple")]
    let time = clock_gettime(ClockId::Monotonic);
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn system_monotonic() -> Duration {
    use std::time::Instant;
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    START.elapsed()
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
        let timer = timer.get_or_insert_with(|| clock.sleep(limit));
        loop {
            ready!(timer.as_mut().poll(context));
            if !has_moved() {
                return Poll::Ready(Err(Elapsed));
            }
            *timer = clock.sleep(limit);
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_goes_on() {
        let (start, instant) = (SystemClock.monotonic(), std::time::Instant::now());
        std::thread::sleep(Duration::from_millis(20));
        let passed = SystemClock.monotonic() - start;
        assert!(passed >= Duration::from_millis(19), "{passed:?}");
        assert!(
            passed <= instant.elapsed() + Duration::from_secs(5),
            "{passed:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_future_is_cut_off_after_its_limit() {
        let limit = Duration::from_secs(1);
        let slow = tokio::time::sleep(Duration::from_secs(2));
        assert_eq!(within(&SystemClock, limit, slow).await, Err(Elapsed));
        assert_eq!(within(&SystemClock, limit, async { 7 }).await, Ok(7));
        let moves = std::cell::Cell::new(2);
        let has_moved = || moves.replace(moves.get() - 1) > 0;
        let (start, never) = (tokio::time::Instant::now(), std::future::pending::<()>());
        let ended = while_moving(&SystemClock, limit, never, has_moved).await;
        assert_eq!((ended, start.elapsed().as_secs()), (Err(Elapsed), 3));
    }
}

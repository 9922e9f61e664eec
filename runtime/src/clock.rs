//! [`Clock`]: the time of the client, which tests can replace.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
#[cfg(not(target_family = "wasm"))]
use std::sync::LazyLock;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use tokio::task::coop::unconstrained;

/// A future that a trait object returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A source of time.
///
/// On WebAssembly Rust knows no clock and no timer: a client there has to be given a clock of the host.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the time of day. The client signs requests with it, and does not use it to measure durations.
    fn now(&self) -> SystemTime;

    /// Returns the time since a fixed moment. Changes of the time of day must not affect it. It should advance while
    /// the machine sleeps.
    fn monotonic(&self) -> Duration;

    /// Ends after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Returns the time that [`sleep`](Self::sleep) uses, since a fixed moment. Default:
    /// [`monotonic`](Self::monotonic). It need not advance while the machine sleeps.
    fn sleep_time(&self) -> Duration {
        self.monotonic()
    }
}

/// The clock of the machine. Its monotonic time advances while the machine sleeps, if the system supports that; the
/// clock of the standard library does not on some systems. `sleep` needs a tokio runtime.
#[cfg(not(target_family = "wasm"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(not(target_family = "wasm"))]
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

    /// A runtime of tokio whose time is paused has a time of its own.
    fn sleep_time(&self) -> Duration {
        use tokio::time::Instant;
        /// Earlier than the start of any runtime that this process has.
        static START: LazyLock<Instant> = LazyLock::new(|| {
            let now = Instant::now();
            now.checked_sub(Duration::from_secs(24 * 3600))
                .unwrap_or(now)
        });
        Instant::now().saturating_duration_since(*START)
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

#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_family = "wasm"
)))]
fn system_monotonic() -> Duration {
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
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
    let mut future = pin!(future);
    let mut timer: Option<BoxFuture<'static, ()>> = None;
    poll_fn(move |context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        let timer = timer.get_or_insert_with(|| clock.sleep(limit));
        // a task that has had its share of the processor is told that no timer has ended
        let timer = pin!(unconstrained(timer.as_mut()));
        timer.poll(context).map(|()| Err(Elapsed))
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
    }
}

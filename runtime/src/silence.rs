//! [`Silence`]: a timeout for silence, not for duration.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::task::coop::unconstrained;

use crate::clock::{BoxFuture, Clock};
use crate::transport::Watch;

/// The limits of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// How long no bytes may move.
    pub(crate) silence: Duration,
    /// How much has to move, where that is asked for.
    pub(crate) throughput: Option<Throughput>,
}

/// The least that has to move while something is being sent or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Throughput {
    pub(crate) bytes_per_second: u64,
    /// Over so long a time.
    pub(crate) window: Duration,
}

impl Throughput {
    fn bytes(self) -> u64 {
        let bytes = u128::from(self.bytes_per_second) * self.window.as_millis() / 1000;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

/// What [`Silence`] says of an exchange that does not keep to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stalled {
    /// Nothing moved for so long.
    Silent(Duration),
    /// Less than that moved.
    Slow(Throughput),
    /// The time of the whole call, which is so long, is over.
    Over(Duration),
}

/// A span of time of which only what is spent waiting counts.
#[derive(Clone, Copy)]
struct Span {
    left: Duration,
    /// When the present wait began.
    since: Option<Duration>,
}

impl Span {
    fn new(length: Duration) -> Self {
        Self {
            left: length,
            since: None,
        }
    }

    /// The end of the span if the present wait, which begins now at the latest, goes on.
    fn end(&mut self, now: Duration) -> Duration {
        self.since.get_or_insert(now).saturating_add(self.left)
    }

    /// The wait is over.
    fn stop(&mut self, now: Duration) {
        if let Some(since) = self.since.take() {
            self.left = self.left.saturating_sub(now.saturating_sub(since));
        }
    }
}

/// A limit on the time in which nothing moves, either way.
///
/// It is asked after what it watches had its turn. Whatever could be sent or received by then has
/// been, so however late it is asked, it was the other side that kept silent.
#[derive(Default)]
pub(crate) struct Silence {
    timer: Option<BoxFuture<'static, ()>>,
    /// When the timer ends.
    due: Duration,
    seen: u64,
    /// When something was last seen to move.
    last: Duration,
    /// In which the throughput is measured, and what had moved when it began.
    window: Option<(Span, u64)>,
    /// What is left of the time of the call, and how long that is.
    rest: Option<(Span, Duration)>,
}

impl Silence {
    /// The same where the call has only so much time left of `limit`, its whole time.
    pub(crate) fn with_rest(left: Duration, limit: Duration) -> Self {
        Self {
            rest: Some((Span::new(left), limit)),
            ..Self::default()
        }
    }

    /// Poll this when nothing else is ready. It becomes ready when the limit is exceeded.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        clock: &dyn Clock,
        watch: &Watch,
        patience: Patience,
    ) -> Poll<Stalled> {
        let mut now = clock.sleep_time();
        let (moved, is_suspended) = (watch.moved(), watch.is_suspended());
        if moved != self.seen || is_suspended || self.timer.is_none() {
            self.seen = moved;
            self.last = now;
        }
        let throughput = patience.throughput.filter(|_| !is_suspended);
        if throughput.is_none() {
            self.window = None;
        }
        loop {
            let due = match self.due(now, patience.silence, throughput) {
                Ok(due) => due,
                Err(stalled) => return Poll::Ready(stalled),
            };
            let timer = match &mut self.timer {
                Some(timer) if self.due <= due => timer,
                timer => {
                    self.due = due;
                    timer.insert(clock.sleep(due.saturating_sub(now)))
                }
            };
            // a task that has had its share of the processor is told that no timer has ended
            ready!(pin!(unconstrained(timer.as_mut())).poll(context));
            self.timer = None;
            now = clock.sleep_time();
        }
    }

    /// Something came: from here on the caller is waited for.
    pub(crate) fn stop(&mut self, clock: &dyn Clock) {
        if self.window.is_some() || self.rest.is_some() {
            let now = clock.sleep_time();
            if let Some((span, _)) = &mut self.window {
                span.stop(now);
            }
            if let Some((span, _)) = &mut self.rest {
                span.stop(now);
            }
        }
    }

    /// When to look again, unless something is amiss already.
    fn due(
        &mut self,
        now: Duration,
        silence: Duration,
        throughput: Option<Throughput>,
    ) -> Result<Duration, Stalled> {
        let mut due = self.last.saturating_add(silence);
        if due <= now {
            return Err(Stalled::Silent(silence));
        }
        if let Some((rest, limit)) = &mut self.rest {
            let end = rest.end(now);
            if end <= now {
                return Err(Stalled::Over(*limit));
            }
            due = due.min(end);
        }
        if let Some(throughput) = throughput {
            let new = (Span::new(throughput.window), self.seen);
            let (window, start) = self.window.get_or_insert(new);
            let mut end = window.end(now);
            if end <= now {
                if self.seen.saturating_sub(*start) < throughput.bytes() {
                    return Err(Stalled::Slow(throughput));
                }
                (*window, *start) = new;
                end = window.end(now);
            }
            due = due.min(end);
        }
        Ok(due)
    }
}

/// Runs a future for as long as it keeps its patience, which may change while it runs.
pub(crate) async fn while_moving<F: Future>(
    clock: &dyn Clock,
    watch: &Watch,
    patience: impl Fn() -> Patience,
    future: F,
) -> Result<F::Output, Stalled> {
    let mut future = pin!(future);
    let mut silence = Silence::default();
    poll_fn(move |context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending => silence.poll(context, clock, watch, patience()).map(Err),
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::SystemClock;

    const SECOND: Duration = Duration::from_secs(1);

    /// How many seconds it takes, and what is said, where bytes come every `every` seconds, `times`
    /// times.
    async fn stalled(patience: Patience, every: u32, bytes: usize, times: u32) -> (u64, Stalled) {
        let watch = Arc::<Watch>::default();
        let moving = watch.clone();
        let start = tokio::time::Instant::now();
        let future = async move {
            for _ in 0..times {
                tokio::time::sleep(every * SECOND).await;
                moving.gave(bytes);
            }
            std::future::pending::<()>().await;
        };
        let ended = while_moving(&SystemClock, &watch, || patience, future).await;
        (start.elapsed().as_secs(), ended.unwrap_err())
    }

    #[tokio::test(start_paused = true)]
    async fn what_moves_goes_on_and_what_is_silent_ends() {
        let patience = Patience {
            silence: 10 * SECOND,
            throughput: None,
        };
        let silent = Stalled::Silent(10 * SECOND);
        assert_eq!(stalled(patience, 9, 1, 0).await, (10, silent));
        assert_eq!(stalled(patience, 9, 1, 100).await, (910, silent));
        assert_eq!(stalled(patience, 11, 1, 100).await, (10, silent));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_slower_than_asked_for_ends() {
        let throughput = Throughput {
            bytes_per_second: 100,
            window: 5 * SECOND,
        };
        let patience = Patience {
            silence: 60 * SECOND,
            throughput: Some(throughput),
        };
        let slow = Stalled::Slow(throughput);
        assert_eq!(stalled(patience, 1, 99, 100).await, (5, slow));
        let (seconds, ended) = stalled(patience, 1, 125, 20).await;
        assert_eq!(ended, slow);
        assert!((20..=30).contains(&seconds), "{seconds}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_of_the_caller_does_not_count() {
        let (clock, watch) = (SystemClock, Watch::default());
        let patience = Patience {
            silence: 60 * SECOND,
            throughput: None,
        };
        let mut silence = Silence::with_rest(3 * SECOND, 4 * SECOND);
        let start = tokio::time::Instant::now();
        let mut stalled = None;
        for _ in 0..5 {
            let next = tokio::time::sleep(SECOND);
            let mut next = pin!(next);
            stalled = poll_fn(|context| match next.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(None),
                Poll::Pending => silence.poll(context, &clock, &watch, patience).map(Some),
            })
            .await;
            if stalled.is_some() {
                break;
            }
            watch.gave(1);
            silence.stop(&clock);
            tokio::time::sleep(100 * SECOND).await;
        }
        assert_eq!(stalled, Some(Stalled::Over(4 * SECOND)));
        assert_eq!(start.elapsed().as_secs(), 303);
    }
}

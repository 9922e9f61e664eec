//! [`Pace`]: how much work a task does before it yields.

use std::pin::pin;
use std::task::{Context, Poll};

use tokio::task::coop::{consume_budget, has_budget_remaining};
pub(crate) use tokio::task::yield_now;

/// How many bytes are hashed, copied or decoded in one poll: some 2 ms of SHA-256 in software, 5 ms on a slow
/// processor.
pub(crate) const SLICE: usize = 512 * 1024;

/// Counts the bytes that are worked through in polls.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    done: usize,
    /// Whether this poll is to do no more.
    is_over: bool,
}

impl Pace {
    pub(crate) fn add(&mut self, bytes: usize) {
        self.done += bytes;
    }

    /// To be asked before more is done. After every [`SLICE`] it is pending until the task is polled
    /// anew, which is after other tasks, timers and sockets.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.done < SLICE {
            return Poll::Ready(());
        }
        if !self.is_over {
            self.is_over = true;
            return self.end_poll(context);
        }
        if has_budget_remaining() {
            // a new poll
            *self = Self::default();
            return Poll::Ready(());
        }
        pin!(consume_budget()).poll(context)
    }

    /// Uses up what tokio lets a task do in one poll. To be pending once would not do: hyper asks again
    /// in the same poll, and other calls of the same task would go on.
    fn end_poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        for _ in 0..=u8::MAX {
            if pin!(consume_budget()).poll(context).is_pending() {
                return Poll::Pending;
            }
        }
        // this task has no limit
        *self = Self::default();
        pin!(yield_now()).poll(context)
    }
}

/// Tells tests how many bytes are worked through.
#[inline]
pub(crate) fn work(bytes: usize) {
    #[cfg(test)]
    test::WORKED.set(test::WORKED.get() + bytes);
    let _ = bytes;
}

#[cfg(test)]
pub(crate) mod test {
    use std::cell::Cell;
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use super::{Pace, SLICE};

    thread_local! {
        pub(super) static WORKED: Cell<usize> = const { Cell::new(0) };
    }

    /// What a future gives, the most bytes that one of its polls worked through on this thread, and
    /// how many all did.
    pub(crate) async fn observed<F: Future>(future: F) -> (F::Output, usize, usize) {
        let mut future = pin!(future);
        let (mut most, mut all) = (0, 0);
        let output = poll_fn(|context| {
            WORKED.set(0);
            let polled = future.as_mut().poll(context);
            most = most.max(WORKED.get());
            all += WORKED.get();
            polled
        })
        .await;
        (output, most, all)
    }

    #[tokio::test]
    async fn a_poll_that_has_done_its_slice_does_no_more() {
        let (mut pace, mut other) = (Pace::default(), Pace::default());
        let (mut polls, mut halves) = (0, 0);
        poll_fn(|context| {
            polls += 1;
            assert!(other.poll(context).is_ready());
            while halves < 5 {
                if pace.poll(context).is_pending() {
                    // the same call asks again, and another one of this task begins
                    assert!(pace.poll(context).is_pending());
                    other.add(SLICE);
                    assert!(other.poll(context).is_pending());
                    return Poll::Pending;
                }
                pace.add(SLICE / 2);
                halves += 1;
            }
            Poll::Ready(())
        })
        .await;
        assert_eq!(polls, 3);
    }

    #[tokio::test]
    async fn a_task_without_limit_lets_others_run_as_well() {
        let mut pace = Pace::default();
        pace.add(SLICE);
        let mut polls = 0;
        let pending = poll_fn(|context| {
            polls += 1;
            pace.poll(context)
        });
        tokio::task::unconstrained(pending).await;
        assert_eq!(polls, 2);
    }
}

//! [`Pace`]: how much is worked through before other tasks have their turn.

use std::pin::pin;
use std::task::{Context, Poll};

pub(crate) use tokio::task::yield_now;

/// As many bytes are hashed, copied or decoded in one poll: some 2 ms of SHA-256 without the
/// processor's help, which a slow processor may make 5.
pub(crate) const SLICE: usize = 512 * 1024;

/// Counts the bytes that are worked through in polls.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    done: usize,
}

impl Pace {
    pub(crate) fn add(&mut self, bytes: usize) {
        self.done += bytes;
    }

    /// To be asked before more is done. Pending once after every [`SLICE`], and woken at once.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.done < SLICE {
            return Poll::Ready(());
        }
        self.done = 0;
        // wakes this task after the others, and after timers and sockets
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
}

//! [`Turn`]: a pause between two pieces of a body.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// A pause that lasts until the runtime has looked at its sockets. Polling a task again, as the HTTP
/// library does at once, is no such look.
#[derive(Debug)]
pub(super) struct Turn {
    is_due: AtomicBool,
    /// The runtime was asked to tell of it.
    is_asked: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Default for Turn {
    /// One is due.
    fn default() -> Self {
        Self {
            is_due: AtomicBool::new(true),
            is_asked: AtomicBool::new(false),
            task: Mutex::new(None),
        }
    }
}

impl Turn {
    /// The next poll is to wait for one.
    pub(super) fn begin(&self) {
        self.is_asked.store(false, Ordering::Relaxed);
        self.is_due.store(true, Ordering::Release);
    }

    pub(super) fn poll(self: &Arc<Self>, context: &mut Context<'_>) -> Poll<()> {
        if !self.is_due.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        *task = Some(context.waker().clone());
        drop(task);
        if !self.is_asked.swap(true, Ordering::Relaxed) {
            let waker = Waker::from(self.clone());
            let mut yielded = std::pin::pin!(tokio::task::yield_now());
            let _ = yielded.as_mut().poll(&mut Context::from_waker(&waker));
        }
        match self.is_due.load(Ordering::Acquire) {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }
    }
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.is_due.store(false, Ordering::Release);
        let task = {
            let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
            task.take()
        };
        if let Some(task) = task {
            task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test]
    async fn a_turn_is_over_once_the_runtime_was_there() {
        let turn = Arc::new(Turn::default());
        for _ in 0..3 {
            let at_once = poll_fn(|context| {
                // polled again and again, as the HTTP library does
                Poll::Ready((0..3).any(|_| turn.poll(context).is_ready()))
            });
            assert!(!at_once.await);
            poll_fn(|context| turn.poll(context)).await;
            // no other is due
            assert!(poll_fn(|context| Poll::Ready(turn.poll(context).is_ready())).await);
            turn.begin();
        }
    }

    #[test]
    fn without_a_runtime_nothing_waits() {
        let turn = Arc::new(Turn::default());
        let mut context = Context::from_waker(Waker::noop());
        assert!(turn.poll(&mut context).is_ready());
    }
}

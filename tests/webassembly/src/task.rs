//! The one task.

use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Waker};

type Task = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    static TASK: RefCell<Option<Task>> = const { RefCell::new(None) };
}

/// Begins the task.
pub(crate) fn begin(task: impl Future<Output = ()> + 'static) {
    TASK.set(Some(Box::pin(task)));
    poll();
}

/// Goes on with the task.
pub(crate) fn poll() {
    let Some(mut task) = TASK.take() else { return };
    let mut context = Context::from_waker(Waker::noop());
    if task.as_mut().poll(&mut context).is_pending() {
        TASK.set(Some(task));
    }
}

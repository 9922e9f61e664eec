//! Waiters.

use zonal_runtime::Operation;
use zonal_runtime::waiter::{Wait, Waiter};

use super::client::Call;

impl<O: Operation> Call<O> {
    /// Repeats the call until it shows a state of [`waiter`](super::waiter). Await the returned
    /// value; [`max_wait`](Wait::max_wait) limits the wait.
    pub fn wait_until<W: Waiter<Operation = O>>(self, state: W) -> Wait<W> {
        let _ = state;
        Wait::new(&self.client.core, *self.request)
    }
}

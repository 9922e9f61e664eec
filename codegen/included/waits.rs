//! Calls that are made until they show a state.

use zonal_runtime::Operation;
use zonal_runtime::waiter::{Wait, Waiter};

use super::client::Call;

impl<O: Operation> Call<O> {
    /// Makes the call again and again, until it shows one of the states in
    /// [`waiter`](super::waiter). Await what this returns; [`max_wait`](Wait::max_wait) limits it.
    pub fn wait_until<W: Waiter<Operation = O>>(self, state: W) -> Wait<W> {
        let _ = state;
        Wait::new(&self.client.core, *self.request)
    }
}

//! Takes the place of the settings of connections in builds without a transport of our own.

use std::sync::Arc;
use std::time::Duration;

use super::BuildError;
use crate::transport::Transport;

/// There are none.
#[derive(Default)]
pub(super) struct Connections {}

impl Connections {
    /// There is no transport that nobody has given.
    pub(super) fn transport(self, _: Duration) -> Result<Arc<dyn Transport>, BuildError> {
        Err(BuildError::MissingTransport)
    }
}

//! [`Stall`]: detects that the body of a response does not arrive.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use crate::clock::Clock;
use crate::silence::{Patience, Silence, Stalled};
use crate::transport::Watch;

/// A limit on the time of waiting for a body without progress.
pub(crate) struct Stall {
    watch: Arc<Watch>,
    patience: Patience,
    clock: Arc<dyn Clock>,
    /// Locked only to be `Sync`.
    silence: Mutex<Silence>,
}

impl Stall {
    pub(crate) fn new(
        watch: Arc<Watch>,
        patience: Patience,
        clock: Arc<dyn Clock>,
        silence: Silence,
    ) -> Self {
        Self {
            watch,
            patience,
            clock,
            silence: Mutex::new(silence),
        }
    }

    /// So many bytes came.
    pub(super) fn moved(&mut self, bytes: usize) {
        self.watch.gave(bytes);
        let silence = self.silence.get_mut();
        let silence = silence.unwrap_or_else(PoisonError::into_inner);
        silence.stop(&*self.clock);
    }

    /// Poll this when nothing else is ready. It becomes ready when the limit is exceeded.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Stalled> {
        let silence = self.silence.get_mut();
        let silence = silence.unwrap_or_else(PoisonError::into_inner);
        silence.poll(context, &*self.clock, &self.watch, self.patience)
    }
}

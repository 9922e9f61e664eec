//! [`Keeper`]: the task behind a slot. It opens the session, waits for the time to replace it, and
//! does that; or it lets go of a slot that nobody uses.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;

use super::shared::Shared;
use super::slot::Outcome;
use super::{OpenError, OpenSession, OpenedSession, SessionKey};
use crate::clock::{Clock, within};
use crate::error::{Cause, Failure};
use crate::transport::{TransportError, TransportErrorKind};

/// It holds on to nothing of the cache while it waits, so that a client can go at any time.
pub(super) struct Keeper {
    pub(super) id: u64,
    pub(super) key: SessionKey,
    pub(super) opener: Arc<dyn OpenSession>,
    pub(super) shared: Weak<Shared>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limit: Duration,
}

/// A session that is about to be opened. Where this is dropped, those who wait know that nobody is
/// at it.
pub(super) struct Takeoff {
    pub(super) id: u64,
    pub(super) sender: watch::Sender<Option<Outcome>>,
}

/// What a keeper does next.
pub(super) enum Next {
    Open(Takeoff),
    Later(Duration),
    End,
}

impl Keeper {
    pub(super) async fn run(self, mut takeoff: Takeoff) {
        loop {
            // the lifetime counts from before the request
            let sent = self.clock.monotonic();
            let result = self.open().await;
            let Some(shared) = self.shared.upgrade() else {
                return;
            };
            let landed = shared.land(&self, takeoff, (sent, result));
            drop(shared);
            let Some(next) = landed else {
                return;
            };
            match self.wait(next).await {
                Some(next) => takeoff = next,
                None => return,
            }
        }
    }

    async fn open(&self) -> Result<OpenedSession, OpenError> {
        let opened = within(&*self.clock, self.limit, self.opener.open()).await;
        opened.unwrap_or_else(|_| {
            let kind = TransportErrorKind::AttemptTimeout;
            let cause = Cause::Transport(TransportError::timeout(kind, self.limit));
            Err(self.error(Failure::new(self.opener.operation(), cause)))
        })
    }

    /// Waits until the session is due; `None` where the slot needs this task no more.
    async fn wait(&self, mut until: Duration) -> Option<Takeoff> {
        loop {
            let pause = until.saturating_sub(self.clock.monotonic());
            self.clock.sleep(pause).await;
            match self.shared.upgrade()?.tick(self) {
                Next::Open(takeoff) => return Some(takeoff),
                Next::Later(at) => until = at,
                Next::End => return None,
            }
        }
    }

    /// An error of this side, with the host that it is about.
    pub(super) fn error(&self, mut failure: Box<Failure>) -> OpenError {
        failure.host = Some(self.key.as_ref().authority.to_owned());
        OpenError::new(failure)
    }
}

//! [`Again`]: the rest of a body that broke off.

use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use super::{BodyError, ByteStream};
use crate::clock::BoxFuture;

/// A body on its way.
type Asked = BoxFuture<'static, Result<ByteStream, BodyError>>;

/// Asks for the rest of a body that broke off.
pub(crate) trait Resume: Send + Sync {
    /// Asks for what follows the bytes that were read; `None` where that was done often enough.
    fn resume(&mut self, read: u64) -> Option<Asked>;
}

/// What goes on where a body breaks off.
pub(super) struct Again {
    source: Box<dyn Resume>,
    /// The rest, once it is asked for. Locked only to be `Sync`.
    asked: Mutex<Option<Asked>>,
}

impl Again {
    pub(super) fn new(source: Box<dyn Resume>) -> Self {
        let asked = Mutex::default();
        Self { source, asked }
    }

    /// Asks for the rest of a body that failed after so many bytes; whether it may come.
    pub(super) fn ask(&mut self, read: u64, error: &BodyError) -> bool {
        if !error.may_go_on() {
            return false;
        }
        let Some(asked) = self.source.resume(read) else {
            return false;
        };
        tracing::debug!(%error, read, "asking for the rest of a body");
        *self.asked() = Some(asked);
        true
    }

    /// Waits for the rest, where it was asked for.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<ByteStream, BodyError>>> {
        let asked = self.asked();
        let Some(future) = asked else {
            return Poll::Ready(None);
        };
        let rest = ready!(future.as_mut().poll(context));
        *asked = None;
        Poll::Ready(Some(rest))
    }

    fn asked(&mut self) -> &mut Option<Asked> {
        self.asked.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

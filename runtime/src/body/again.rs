//! [`Again`]: requests the rest of a body after its connection broke.

use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use super::{BodyError, ByteStream};
use crate::clock::BoxFuture;
use crate::error::Error;

/// A body in transit.
type Asked = BoxFuture<'static, Result<ByteStream, Error>>;

/// Requests the rest of a body.
pub(crate) trait Resume: Send + Sync {
    /// Requests the bytes after those that were read; `None` if no attempts are left.
    fn resume(&mut self, read: u64) -> Option<Asked>;
}

/// Resumes a body.
pub(super) struct Again {
    source: Box<dyn Resume>,
    /// The rest, once it is requested. Locked only to be `Sync`.
    asked: Mutex<Option<Asked>>,
    /// How many times the rest has come.
    resumed: u32,
}

impl Again {
    pub(super) fn new(source: Box<dyn Resume>) -> Self {
        let asked = Mutex::default();
        Self {
            source,
            asked,
            resumed: 0,
        }
    }

    /// Requests the rest of a body that failed after this many bytes. Returns whether there is a
    /// request.
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

    /// Waits for the rest, if it was requested.
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
        let rest = rest.map_err(|error| BodyError::rest(error, self.resumed));
        self.resumed += u32::from(rest.is_ok());
        Poll::Ready(Some(rest))
    }

    /// The error of a body that does not resume again.
    pub(super) fn ended_by(&self, error: BodyError) -> BodyError {
        match self.resumed {
            resumed if resumed > 0 && error.may_go_on() => BodyError::BrokeAgain {
                error: Box::new(error),
                resumed,
            },
            _ => error,
        }
    }

    fn asked(&mut self) -> &mut Option<Asked> {
        self.asked.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

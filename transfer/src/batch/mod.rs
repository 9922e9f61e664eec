//! [`Batch`]: one operation on many objects.

mod copy;
mod delete;
mod listing;
mod overlap;
mod rename;
mod selection;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

pub(crate) use listing::decoded;

pub use copy::CopyAll;
pub use delete::DeleteAll;
pub use listing::{Listed, Listing};
pub use overlap::Overlap;
pub use rename::MoveAll;

use crate::error::{Cause, Error, shown};
use crate::event::Teller;
use crate::handle::{Stop, Transfer};
use crate::limit::Permit;
use crate::run::{Room, run};
use crate::transfers::Transfers;
use listing::{Groups, Keys};

/// How many objects of a batch are processed at once, or how many requests of a thousand objects for deletions. The
/// shared limit may allow fewer.
const AT_ONCE: usize = 64;

/// A deletion, copy or move of many objects. Await it for a [`Report`], [`start`](Self::start) it, or read the
/// [`results`](Self::results) one by one.
///
/// The batch processes objects while it lists them, several at once and in no order. A failure does not stop the other
/// objects, unless these could replace the one that failed, see [`Overlap`]. Calls that may succeed on another attempt
/// are repeated. The report has every object, as done or as failed. The only exception are objects that were in progress
/// when the batch was [cancelled](Transfer::cancel): they may be done or not.
#[must_use = "a batch does nothing until it is awaited or started"]
pub struct Batch {
    transfers: Transfers,
    what: String,
    keys: Keys,
    action: Action,
}

/// The operation.
#[derive(Clone, Debug)]
enum Action {
    Delete(delete::Delete),
    Copy(copy::Copy),
    Move(rename::Move),
}

impl Action {
    /// The number of objects in one request.
    fn group(&self) -> usize {
        match self {
            Self::Delete(_) => 1000,
            Self::Copy(_) | Self::Move(_) => 1,
        }
    }

    async fn run(
        self,
        transfers: Transfers,
        group: Vec<Listed>,
        permit: Permit,
        stop: Stop,
    ) -> Vec<ObjectResult> {
        match self {
            Self::Delete(delete) => delete.run(&transfers, group, &permit).await,
            Self::Copy(copy) => {
                let mut results = Vec::new();
                for object in group {
                    results.push(
                        copy.run(&transfers, object, &permit, &mut stop.clone())
                            .await,
                    );
                }
                results
            }
            Self::Move(rename) => {
                let mut results = Vec::new();
                for object in group {
                    results.push(rename.run(&transfers, object, &permit).await);
                }
                results
            }
        }
    }
}

/// The result for one object.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ObjectResult {
    /// The operation succeeded.
    Done {
        /// Its key.
        key: String,
    },
    /// The operation failed.
    Failed(Failure),
    /// The batch ended early: the listing failed, or the batch was cancelled. This is the last result.
    Stopped(Error),
}

/// An object that the operation failed for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Failure {
    /// Its key.
    pub key: String,
    /// The reason.
    pub error: Error,
}

/// The results for all objects.
#[derive(Clone, Debug, Default)]
#[must_use = "the report has the failures"]
#[non_exhaustive]
pub struct Report {
    /// The number of objects that are done.
    pub done: u64,
    /// The objects that failed, each with the reason.
    pub failed: Vec<Failure>,
    /// Why the batch ended early, if it did.
    pub stopped: Option<Error>,
}

impl Report {
    /// Returns the number of objects, if the operation succeeded for all of them.
    ///
    /// # Errors
    ///
    /// Why the batch ended early, or otherwise the first failure.
    pub fn check(self) -> Result<u64, Error> {
        let first = self.failed.into_iter().next().map(|failure| failure.error);
        match self.stopped.or(first) {
            None => Ok(self.done),
            Some(error) => Err(error),
        }
    }

    fn add(&mut self, result: ObjectResult) {
        match result {
            ObjectResult::Done { .. } => self.done += 1,
            ObjectResult::Failed(failure) => self.failed.push(failure),
            ObjectResult::Stopped(error) => self.stopped = Some(error),
        }
    }
}

/// The results of a [`Batch`], one by one, as they arrive. Dropping it stops the batch. It keeps unread results in
/// memory.
#[derive(Debug)]
pub struct Results {
    results: UnboundedReceiver<ObjectResult>,
    _batch: Transfer<()>,
}

impl Results {
    /// Returns the next result, or `None` after the last one.
    pub async fn next(&mut self) -> Option<ObjectResult> {
        self.results.recv().await
    }
}

impl Stream for Results {
    type Item = ObjectResult;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<ObjectResult>> {
        self.results.poll_recv(context)
    }
}

impl Batch {
    /// Starts the batch in the background. It returns its report in any case; the only error is that the tokio runtime
    /// ended.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn start(self) -> Transfer<Report> {
        Transfer::start(self.what.clone(), |stop, _: Teller| async move {
            let mut report = Report::default();
            self.run(stop, |result| report.add(result)).await;
            Ok(report)
        })
    }

    /// Starts the batch in the background and returns its results as they arrive.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn results(self) -> Results {
        let (sender, results) = unbounded_channel();
        let batch = Transfer::start(self.what.clone(), |stop, _: Teller| async move {
            self.run(stop, |result| send(&sender, result)).await;
            Ok(())
        });
        Results {
            results,
            _batch: batch,
        }
    }

    async fn run(self, mut stop: Stop, mut report: impl FnMut(ObjectResult) + Send) {
        let Self {
            transfers,
            what,
            keys,
            action,
        } = self;
        let rounds = match Groups::rounds(&transfers, keys, action.group(), &mut stop).await {
            Ok(rounds) => rounds,
            Err(cause) => return report(ObjectResult::Stopped(cause.of(what, None))),
        };
        let room = Room {
            pieces: AT_ONCE,
            bytes: u64::MAX,
        };
        let (hears, limit) = (stop.clone(), transfers.settings.limit.clone());
        let work = |group, permit| {
            let (action, transfers, stop) = (action.clone(), transfers.clone(), hears.clone());
            async move { Ok(action.run(transfers, group, permit, stop).await) }
        };
        let mut has_failed = false;
        for mut feed in rounds {
            if has_failed {
                let cause = Cause::invalid(
                    "some objects failed, and the others could replace them; they stay where they are",
                );
                return report(ObjectResult::Stopped(cause.of(what, None)));
            }
            let done = |results: Vec<ObjectResult>| {
                for result in results {
                    has_failed |= !matches!(result, ObjectResult::Done { .. });
                    report(result);
                }
                Ok(())
            };
            let ended = run(&limit, room, &mut stop, None, &mut feed, &work, done).await;
            if let Some(cause) = ended.err().or(feed.broken()) {
                return report(ObjectResult::Stopped(cause.of(what, None)));
            }
        }
    }
}

fn send(sender: &UnboundedSender<ObjectResult>, result: ObjectResult) {
    // the reader is gone, so the batch stops
    let _ = sender.send(result);
}

impl IntoFuture for Batch {
    type Output = Report;
    type IntoFuture = Pin<Box<dyn Future<Output = Report> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async {
            let done = self.start().await;
            done.unwrap_or_else(|error| Report {
                stopped: Some(error),
                ..Report::default()
            })
        })
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("what", &self.what)
            .finish_non_exhaustive()
    }
}

fn failed(what: &str, key: String, cause: Cause) -> ObjectResult {
    let error = cause.of(format!("{what} `{}`", shown(&key)), None);
    ObjectResult::Failed(Failure { key, error })
}

/// The key under another prefix.
fn renamed(key: &str, from: &str, to: &str) -> String {
    let rest = key.strip_prefix(from).unwrap_or(key);
    format!("{to}{rest}")
}

//! [`Transfer`]: a running transfer, and how to stop it.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::error::{Cause, Error};
use crate::event::{Events, Teller};
use crate::limit::{Limit, Permit};

/// A transfer that runs in the background. Await it for its result.
///
/// Dropping it stops the transfer: it aborts requests that are in progress, and removes in the background what they
/// left in the bucket or on the disk. A resumable transfer keeps its state. [`cancel`](Self::cancel) does the same,
/// waits until it is done, and also removes the state of a resumable transfer.
#[must_use = "dropping a transfer stops it"]
pub struct Transfer<T> {
    task: JoinHandle<Result<T, Error>>,
    what: String,
    stop: watch::Sender<Signal>,
    events: Option<Events>,
}

/// How a transfer is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Run,
    /// Stop, and keep the state of a resumable transfer.
    Leave,
    /// Stop, and remove everything.
    Undo,
}

/// Tells a task that its transfer is to stop.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<Signal>);

impl Stop {
    pub(crate) fn signal(&self) -> Signal {
        match self.0.has_changed() {
            Err(_) if *self.0.borrow() == Signal::Run => Signal::Leave,
            _ => *self.0.borrow(),
        }
    }

    /// Waits until the transfer is to stop.
    pub(crate) async fn stopped(&mut self) {
        let is_stop = |signal: &Signal| *signal != Signal::Run;
        // an error means that the handle is gone
        let _ = self.0.wait_for(is_stop).await;
    }

    /// Waits for a turn, until the transfer is stopped.
    pub(crate) async fn turn(&mut self, limit: &Limit) -> Result<Permit, Cause> {
        self.unless(async { Ok(limit.acquire().await) }).await
    }

    /// Runs a future until the transfer is stopped.
    pub(crate) async fn unless<T>(
        &mut self,
        work: impl Future<Output = Result<T, Cause>>,
    ) -> Result<T, Cause> {
        tokio::select! {
            biased;
            () = self.stopped() => Err(Cause::cancelled()),
            done = work => done,
        }
    }
}

impl<T: Send + 'static> Transfer<T> {
    /// Starts the future that `run` makes.
    pub(crate) fn start<F>(what: String, run: impl FnOnce(Stop, Teller) -> F) -> Self
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (teller, events) = mpsc::unbounded_channel();
        let transfer = Self::spawn(what, run, Teller(Some(teller)));
        Self {
            events: Some(Events(events)),
            ..transfer
        }
    }

    /// The same without events: a channel takes more memory than the rest of a small transfer.
    pub(crate) fn start_unfollowed<F>(what: String, run: impl FnOnce(Stop, Teller) -> F) -> Self
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        Self::spawn(what, run, Teller::default())
    }

    fn spawn<F>(what: String, run: impl FnOnce(Stop, Teller) -> F, teller: Teller) -> Self
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (stop, stopped) = watch::channel(Signal::Run);
        Self {
            task: tokio::spawn(run(Stop(stopped), teller)),
            what,
            stop,
            events: None,
        }
    }

    /// Returns the events of the transfer, from its start. A second call returns a stream that has ended. The transfer
    /// keeps unread events in memory, a few for each part.
    pub fn events(&mut self) -> Events {
        let ended = || Events(mpsc::unbounded_channel().1);
        self.events.take().unwrap_or_else(ended)
    }

    /// Stops the transfer, and waits until its multipart upload, draft and state file are removed. Returns a value if
    /// the transfer had succeeded before it could be stopped.
    ///
    /// # Errors
    ///
    /// If the transfer had already failed, or something could not be removed; see [`Error::left_behind`].
    pub async fn cancel(mut self) -> Result<Option<T>, Error> {
        let _ = self.stop.send(Signal::Undo);
        match (&mut self).await {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.kind() == crate::ErrorKind::Cancelled => {
                match error.left_behind() {
                    None => Ok(None),
                    Some(_) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }
}

impl<T> Transfer<T> {
    /// Without a reader, no events are collected.
    pub(crate) fn forget_events(&mut self) {
        drop(self.events.take());
    }

    /// The name of the transfer, for errors.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }
}

impl<T> Future for Transfer<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.forget_events();
        let done = Pin::new(&mut self.task).poll(context);
        done.map(|done| match done {
            Ok(result) => result,
            Err(error) => {
                let text = "its task panicked, or the tokio runtime ended";
                let cause = Cause::with(crate::ErrorKind::Cancelled, text, error);
                Err(cause.of(self.what.clone(), None))
            }
        })
    }
}

impl<T> fmt::Debug for Transfer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Transfer").field(&self.what).finish()
    }
}

//! [`Transfer`]: a transfer that runs, and how it is stopped.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::error::{Cause, Error};
use crate::event::{Events, Teller};

/// A transfer that runs in the background. Awaiting it gives what the transfer gives.
///
/// Dropped, it stops: requests that are under way are broken off, and what they left with the service or on the disk is
/// removed in the background, except what a resumable transfer goes on with.
/// [`cancel`](Self::cancel) does the same, waits for it, and removes that as well.
#[must_use = "a transfer that is dropped stops"]
pub struct Transfer<T> {
    task: JoinHandle<Result<T, Error>>,
    what: String,
    stop: watch::Sender<Signal>,
    events: Option<Events>,
}

/// Whether a transfer goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Run,
    /// Stops, and leaves what is needed to go on.
    Leave,
    /// Stops, and leaves nothing.
    Undo,
}

/// Hears whether its transfer is stopped.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<Signal>);

impl Stop {
    pub(crate) fn signal(&self) -> Signal {
        match self.0.has_changed() {
            Err(_) if *self.0.borrow() == Signal::Run => Signal::Leave,
            _ => *self.0.borrow(),
        }
    }

    /// Ends when the transfer is to stop.
    pub(crate) async fn stopped(&mut self) {
        let is_stop = |signal: &Signal| *signal != Signal::Run;
        // an error means that the handle is gone
        let _ = self.0.wait_for(is_stop).await;
    }

    /// Runs something until the transfer is stopped.
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
    /// Starts what `run` makes.
    pub(crate) fn start<F>(what: String, run: impl FnOnce(Stop, Teller) -> F) -> Self
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (stop, stopped) = watch::channel(Signal::Run);
        let (teller, events) = mpsc::unbounded_channel();
        let run = run(Stop(stopped), Teller(Some(teller)));
        Self {
            task: tokio::spawn(run),
            what,
            stop,
            events: Some(Events(events)),
        }
    }

    /// What happens to the transfer, from its beginning. They are given once; a second call gives a stream that has
    /// ended. Events that nobody reads are kept, a few for each part.
    pub fn events(&mut self) -> Events {
        let ended = || Events(mpsc::unbounded_channel().1);
        self.events.take().unwrap_or_else(ended)
    }

    /// Stops the transfer and waits until nothing is left of it: no upload in progress, no draft, no state file. What
    /// it gives is a value where the transfer had come to its end before it could be stopped.
    ///
    /// # Errors
    ///
    /// If it had failed already, or something could not be removed; see [`Error::left_behind`].
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
    /// Without a listener no events are gathered.
    pub(crate) fn forget_events(&mut self) {
        drop(self.events.take());
    }

    /// Which transfer it is, for errors.
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
                let text = "its task was ended with the runtime, or panicked";
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

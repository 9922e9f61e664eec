//! What the commands use: transfers, with settings and credentials, and a signal to stop.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;
use zonal::Client;
use zonal_transfer::{Error, Event, Events, Transfer, Transfers};

use super::resume::{self, States};
use crate::app::App;
use crate::call::{FIRST_WAIT, LONGEST_WAIT};
use crate::failure::Failure;
use crate::progress::Files;
use crate::{run, session_cache};

/// Transfers, and whether they are to stop.
#[derive(Clone)]
pub(super) struct Store {
    pub(super) transfers: Transfers,
    pub(super) halt: Halt,
    /// The progress.
    pub(super) files: Files,
    /// Where transfers keep what they go on with, if the user wants that.
    pub(super) states: Option<States>,
}

impl Store {
    /// Reads settings and credentials. All buckets have to be in the same region.
    pub(super) async fn open(app: &App, buckets: &[String], halt: Halt) -> Result<Self, Failure> {
        let kept = session_cache::chosen(app)?;
        let (client, settings) = run::client(app, buckets, kept).await?;
        let transfers = Transfers::builder(client)
            .part_attempts(settings.attempts)
            .retry_wait(FIRST_WAIT, LONGEST_WAIT)
            .build()
            .map_err(|error| Failure::new(error.to_string()))?;
        Ok(Self {
            transfers,
            halt,
            files: Files::default(),
            states: None,
        })
    }

    /// Waits for a transfer, and shows how far it is. Where the program is to end, it leaves nothing of it, unless that is
    /// kept to go on with; `None` then.
    pub(super) async fn follow<T: Send + 'static>(
        &self,
        mut transfer: Transfer<T>,
        is_kept: bool,
    ) -> Result<Option<T>, Error> {
        let mut events = self.files.is_shown().then(|| transfer.events());
        let telling = async {
            while let Some(event) = next(&mut events).await {
                match event {
                    Event::Resumed { bytes } | Event::Moved { bytes, .. } => {
                        self.files.moved(bytes)
                    }
                    _ => {}
                }
            }
        };
        let both = async { tokio::join!(&mut transfer, telling).0 };
        match self.halt.unless(both).await {
            Some(done) => done.map(Some),
            None if is_kept => Ok(None),
            None => transfer.cancel().await,
        }
    }

    /// The state file of a transfer that can be gone on with.
    pub(super) fn state(
        &self,
        kind: &str,
        path: &Path,
        (bucket, key): (&str, &str),
        size: Option<u64>,
    ) -> Option<PathBuf> {
        let states = self.states.as_ref()?;
        let is_large = size.is_some_and(|size| size > resume::LEAST);
        is_large.then(|| states.of(kind, path, bucket, key))
    }

    pub(super) fn client(&self) -> &Client {
        self.transfers.client()
    }
}

async fn next(events: &mut Option<Events>) -> Option<Event> {
    events.as_mut()?.next().await
}

/// Whether the program was asked to stop.
#[derive(Clone)]
pub(super) struct Halt(watch::Receiver<bool>);

impl Halt {
    pub(super) fn new() -> (Arc<watch::Sender<bool>>, Self) {
        let (sender, receiver) = watch::channel(false);
        (Arc::new(sender), Self(receiver))
    }

    pub(super) fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    async fn set(&self) {
        let mut signal = self.0.clone();
        // an error means that nobody is left to ask for it
        let _ = signal.wait_for(|is_set| *is_set).await;
    }

    /// Runs a future until the program is to stop.
    pub(super) async fn unless<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.set() => None,
            done = work => Some(done),
        }
    }
}

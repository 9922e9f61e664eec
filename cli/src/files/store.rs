//! What the commands work with: transfers by a client that settings and credentials were read for, and a signal to
//! stop.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::watch;
use zonal::Client;
use zonal_transfer::{Error, Transfer, Transfers};

use crate::app::App;
use crate::call::Caller;
use crate::failure::Failure;
use crate::{run, zone};

/// Transfers, and whether they are to stop.
#[derive(Clone)]
pub(super) struct Store {
    pub(super) transfers: Transfers,
    pub(super) halt: Halt,
}

impl Store {
    /// Reads settings and credentials. All buckets have to be in the same region.
    pub(super) async fn open(app: &App, buckets: &[String], halt: Halt) -> Result<Self, Failure> {
        let sources = run::sources(app)?;
        let settings = run::settings(app, sources)?;
        let network = run::network(app, &settings)?;
        let unsigned = app.globals.no_sign_request;
        let mut region = match buckets {
            [] => zone::region(&settings, &Value::Null, unsigned)?,
            _ => String::new(),
        };
        for bucket in buckets {
            region = zone::region(&settings, &json!({"Bucket": bucket}), unsigned)?;
        }
        let transport = network.transport();
        let caller = Caller {
            credentials: run::credentials(app, &settings, sources, &network).await?,
            settings: &settings,
            region,
            transport,
            body: None,
            client: None,
        };
        let transfers = Transfers::new(caller.build()?);
        Ok(Self { transfers, halt })
    }

    pub(super) fn client(&self) -> &Client {
        self.transfers.client()
    }
}

/// Whether the user wants the program to end.
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

    /// Runs something until the program is to end.
    pub(super) async fn unless<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.set() => None,
            done = work => Some(done),
        }
    }

    /// Waits for a transfer. Where the program is to end, it leaves nothing of it; `None` then.
    pub(super) async fn follow<T: Send + 'static>(
        &self,
        mut transfer: Transfer<T>,
    ) -> Result<Option<T>, Error> {
        match self.unless(&mut transfer).await {
            Some(done) => done.map(Some),
            None => transfer.cancel().await,
        }
    }
}

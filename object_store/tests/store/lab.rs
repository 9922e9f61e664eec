//! A peer with a store on it.

use std::ops::Deref;
use std::time::Duration;

use zonal_object_store::{ZonalStore, ZonalStoreBuilder};
use zonal_peer::{Operation, Peer, PeerBuilder, Recorded};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const SECRET: &str = "secret/MARKER";

pub(crate) struct Lab {
    pub(crate) store: ZonalStore,
    peer: Peer,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::with(|peer| peer, |store| store)
    }

    pub(crate) fn with(
        peer: impl FnOnce(PeerBuilder) -> PeerBuilder,
        store: impl FnOnce(ZonalStoreBuilder) -> ZonalStoreBuilder,
    ) -> Self {
        let builder = Peer::builder().bucket(BUCKET).credentials("AKID", SECRET);
        let peer = peer(builder).start_blocking().unwrap();
        let store = store(builder_for(&peer)).build().unwrap();
        Self { store, peer }
    }

    /// The requests for an operation that came since requests were last taken.
    pub(crate) fn sent(&self, operation: Operation) -> Vec<Recorded> {
        let mut requests = self.peer.take_requests();
        requests.retain(|request| request.operation == operation);
        requests
    }
}

impl Deref for Lab {
    type Target = Peer;

    fn deref(&self) -> &Peer {
        &self.peer
    }
}

/// A builder for a store on this peer. Retries hardly wait.
pub(crate) fn builder_for(peer: &Peer) -> ZonalStoreBuilder {
    let wait = Duration::from_millis(1);
    ZonalStoreBuilder::new()
        .with_bucket_name(BUCKET)
        .with_endpoint(peer.endpoint_url())
        .with_access_key_id("AKID")
        .with_secret_access_key(SECRET)
        .with_region("us-west-2")
        .with_client_settings(move |client| client.retry_wait(wait, wait))
}

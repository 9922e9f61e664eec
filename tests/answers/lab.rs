//! A peer with a client that opens its sessions by itself.

use zonal::runtime::random::Random;
use zonal::{Builder, Client, Credentials};
use zonal_peer::{Fault, Operation, Peer};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
const KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "secret/of/the+user";

/// Retries come at once.
#[derive(Clone, Copy, Debug)]
struct AtOnce;

impl Random for AtOnce {
    fn number(&self) -> u64 {
        0
    }
}

pub(crate) struct Lab {
    pub(crate) peer: Peer,
    pub(crate) client: Client,
}

impl Lab {
    pub(crate) fn new() -> Self {
        let peer = Peer::builder().bucket(BUCKET).credentials(KEY, SECRET);
        let peer = peer.start_blocking().unwrap();
        let client = builder(&peer.endpoint_url()).build().unwrap();
        Self { peer, client }
    }

    /// The next request of this operation meets this fault.
    pub(crate) fn fault(&self, operation: Operation, fault: Fault) {
        self.peer.clear_faults();
        self.peer.fault(fault.on(operation));
    }

    /// How many requests of this operation came since this was last asked.
    pub(crate) fn count(&self, operation: Operation) -> usize {
        let requests = self.peer.take_requests();
        let of_it = requests.iter().filter(|sent| sent.operation == operation);
        of_it.count()
    }
}

/// A client whose retries do not wait.
pub(crate) fn builder(endpoint: &str) -> Builder<Client> {
    Client::builder()
        .region("us-west-2")
        .endpoint_url(endpoint)
        .credentials(Credentials::new(KEY, SECRET, None, None, "test"))
        .random(AtOnce)
}

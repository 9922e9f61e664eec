//! A peer, and a client with known waits.

use std::time::Duration;

use zonal::operation::CreateSessionError;
use zonal::runtime::random::Random;
use zonal::{Builder, Client, Credentials};
use zonal_peer::Peer;

pub(crate) type Error = zonal::Error<CreateSessionError>;

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const KEY: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "secret/of/the+user";

/// Always the same number: zero for no wait at all, the largest for the longest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Always(pub(crate) u64);

impl Random for Always {
    fn number(&self) -> u64 {
        self.0
    }
}

pub(crate) fn peer() -> Peer {
    let builder = Peer::builder().bucket(BUCKET).credentials(KEY, SECRET);
    builder.start_blocking().unwrap()
}

/// A client that retries at once and gives up on what takes too long.
pub(crate) fn client(peer: &Peer) -> Builder<Client> {
    Client::builder()
        .region("us-west-2")
        .endpoint_url(peer.endpoint_url())
        .credentials(Credentials::new(KEY, SECRET, None, None, "test"))
        .random(Always(0))
        .read_timeout(Duration::from_secs(2))
}

/// The error of a call, and how many requests it made.
pub(crate) async fn fail(peer: &Peer, client: Builder<Client>) -> (Error, usize) {
    peer.take_requests();
    let client = client.build().unwrap();
    let error = client.create_session(BUCKET).await.unwrap_err();
    (error, peer.take_requests().len())
}

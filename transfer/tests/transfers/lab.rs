//! A peer, a client for it, and transfers with small parts.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use futures_core::Stream;
use tempfile::TempDir;
use zonal::{Client, Credentials};
use zonal_peer::{Operation, Peer, Recorded};
use zonal_transfer::{Builder, Limit, ServiceLimits, Transfers};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const KEY: &str = "a/large object";
/// The size of parts here, and the least that the peer takes.
pub(crate) const PART: usize = 1000;
const LEAST: usize = 16;
/// A guard against what hangs, which a busy machine does not come near.
const GUARD: Duration = Duration::from_secs(600);

pub(crate) struct Lab {
    pub(crate) peer: Peer,
    pub(crate) client: Client,
    pub(crate) transfers: Transfers,
    pub(crate) directory: TempDir,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(change: impl FnOnce(Builder) -> Builder) -> Self {
        let peer = Peer::builder()
            .bucket(BUCKET)
            .credentials("AKID", "SECRET-MARKER")
            .min_part_size(LEAST)
            .start_blocking()
            .unwrap();
        let client = client(&peer.endpoint_url());
        let transfers = change(settings(client.clone())).build().unwrap();
        Self {
            peer,
            client,
            transfers,
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// A file with these bytes.
    pub(crate) fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.path("source");
        std::fs::write(&path, bytes).unwrap();
        // long ago, so that a change shows however coarse the clock of the file system is
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        file.set_modified(long_ago).unwrap();
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The names of all files here.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.directory.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// The bytes of the object.
    pub(crate) fn object(&self, key: &str) -> Bytes {
        let object = self.peer.object(BUCKET, key).unwrap();
        object.data.to_bytes().unwrap()
    }

    pub(crate) fn requests(&self, operation: Operation) -> Vec<Recorded> {
        let mut requests = self.peer.requests();
        requests.retain(|request| request.operation == operation);
        requests
    }

    pub(crate) fn count(&self, operation: Operation) -> usize {
        self.requests(operation).len()
    }

    /// Nothing is in progress with the service.
    pub(crate) fn assert_no_uploads(&self) {
        assert_eq!(self.peer.uploads(BUCKET), []);
    }
}

pub(crate) fn client(endpoint: &str) -> Client {
    Client::builder()
        .region("us-west-2")
        .endpoint_url(endpoint)
        .credentials(Credentials::new(
            "AKID",
            "SECRET-MARKER",
            None,
            None,
            "test",
        ))
        .retry_wait(Duration::from_millis(1), Duration::from_millis(2))
        .build()
        .unwrap()
}

pub(crate) fn settings(client: Client) -> Builder {
    Transfers::builder(client)
        .service_limits(ServiceLimits::new(LEAST as u64, 1 << 20, 10_000))
        .part_size(PART as u64)
        .concurrency(4)
        .limit(Limit::new(1..=8))
        .retry_wait(Duration::from_millis(1), Duration::from_millis(5))
}

/// Bytes that are nowhere the same.
pub(crate) fn data(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

/// Bytes as a stream of pieces.
pub(crate) fn stream(
    bytes: &[u8],
    piece: usize,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    let pieces = bytes.chunks(piece).map(Bytes::copy_from_slice);
    Pieces(pieces.collect::<Vec<_>>().into_iter())
}

struct Pieces(std::vec::IntoIter<Bytes>);

impl Stream for Pieces {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.next().map(Ok))
    }
}

/// Waits, by the machine's clock, until this is so.
pub(crate) async fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < GUARD, "{what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

pub(crate) fn read(path: impl AsRef<Path>) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

//! A peer with or without TLS, and clients for it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::{TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use zonal::{Builder, Client, Credentials};
use zonal_peer::{Peer, Tls};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";

/// A peer; `None` speaks plain HTTP.
pub(crate) fn peer(tls: Option<Tls>) -> Peer {
    let builder = Peer::builder()
        .bucket(BUCKET)
        .credentials("AKIDEXAMPLE", "secret");
    let builder = match tls {
        Some(tls) => builder.tls(tls),
        None => builder,
    };
    builder.start_blocking().unwrap()
}

/// A client that asks this URL, trusting whom the system trusts.
pub(crate) fn builder(url: impl Into<String>) -> Builder<Client> {
    Client::builder()
        .region("us-west-2")
        .endpoint_url(url)
        .retry_wait(Duration::from_millis(1), Duration::from_millis(1))
        .credentials(Credentials::new(
            "AKIDEXAMPLE",
            "secret",
            None,
            None,
            "test",
        ))
}

/// A client of the peer that trusts it.
pub(crate) fn builder_for(peer: &Peer) -> Builder<Client> {
    let builder = builder(peer.endpoint_url());
    match peer.root_certificate() {
        Some(pem) => builder.ca_bundle(pem),
        None => builder,
    }
}

/// Bytes that repeat nowhere soon.
pub(crate) fn bytes(length: usize) -> Bytes {
    (0..length)
        .map(|i| (i.wrapping_mul(31) ^ (i >> 9)) as u8)
        .collect()
}

/// A stream of bytes in uneven pieces.
pub(crate) fn pieces_of(bytes: &Bytes) -> Listed {
    let mut rest = bytes.clone();
    let mut pieces = VecDeque::new();
    let mut size = 1;
    while !rest.is_empty() {
        pieces.push_back(rest.split_to(size.min(rest.len())));
        size = size * 3 % 300_007 + 1;
    }
    Listed(pieces)
}

pub(crate) struct Listed(VecDeque<Bytes>);

impl Stream for Listed {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

/// A small server that notes what it is asked, with a thread for each connection.
pub(crate) struct Server {
    /// Its address and port.
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A server that treats each connection so.
    pub(crate) fn new<T>(
        serve: fn(TcpStream, T, &Mutex<Vec<String>>) -> std::io::Result<()>,
        manner: T,
    ) -> Self
    where
        T: Copy + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let seen = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = seen.clone();
                thread::spawn(move || serve(stream, manner, &seen));
            }
        });
        Self { address, asked }
    }

    /// What it has been asked since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

//! A peer with clients for it, over HTTP and as if over HTTPS.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use zonal::operation::{GetObject, GetObjectOutput, PutObject};
use zonal::runtime::clock::BoxFuture;
use zonal::runtime::transport::{
    HttpTransport, RequestBody, ResponseBody, Transport, TransportError,
};
use zonal::runtime::{Body, ErrorKind};
use zonal::{Builder, Client, Credentials, Error};
use zonal_peer::{Peer, Recorded, StoredObject};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const KEY: &str = "a/key";

/// The two ways to the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

pub(crate) struct Lab {
    pub(crate) peer: Peer,
}

impl Lab {
    pub(crate) fn new() -> Self {
        let builder = Peer::builder()
            .bucket(BUCKET)
            .credentials("AKIDEXAMPLE", "secret");
        Self {
            peer: builder.start_blocking().unwrap(),
        }
    }

    pub(crate) fn builder(&self, scheme: Scheme) -> Builder<Client> {
        let builder = Client::builder()
            .region("us-west-2")
            // sessions are tested elsewhere
            .session_auth(false)
            .credentials(Credentials::new(
                "AKIDEXAMPLE",
                "secret",
                None,
                None,
                "test",
            ));
        match scheme {
            Scheme::Http => builder.endpoint_url(self.peer.endpoint_url()),
            Scheme::Https => builder
                .endpoint_url(format!("https://{}", self.peer.address()))
                .transport(Secured(HttpTransport::new(Duration::from_secs(3)))),
        }
    }

    pub(crate) fn client(&self, scheme: Scheme) -> Client {
        self.builder(scheme).build().unwrap()
    }

    /// Puts a body; gives back the request that the peer saw and the object it keeps.
    pub(crate) async fn put(&self, scheme: Scheme, put: PutObject) -> (Recorded, StoredObject) {
        self.put_with(&self.client(scheme), put).await
    }

    pub(crate) async fn put_with(
        &self,
        client: &Client,
        put: PutObject,
    ) -> (Recorded, StoredObject) {
        self.peer.take_requests();
        client.send(put).await.unwrap();
        let request = self.peer.take_requests().pop().unwrap();
        assert_eq!(request.status, Some(200));
        (request, self.peer.object(BUCKET, KEY).unwrap())
    }

    /// The error of a put that fails by its body; nothing is stored.
    pub(crate) async fn refuse(&self, scheme: Scheme, body: impl Into<Body>) -> String {
        let error = self.client(scheme).send(put(body)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RequestBody, "{error}");
        assert!(!error.is_retryable());
        assert!(self.peer.object(BUCKET, KEY).is_none(), "{error}");
        error.to_string()
    }

    pub(crate) async fn get(&self) -> GetObjectOutput {
        let client = self.client(Scheme::Http);
        client.send(get()).await.unwrap()
    }
}

pub(crate) fn put(body: impl Into<Body>) -> PutObject {
    PutObject::new(BUCKET, KEY).body(body)
}

pub(crate) fn get() -> GetObject {
    GetObject::new(BUCKET, KEY)
}

/// Bytes that repeat nowhere soon.
pub(crate) fn bytes(length: usize) -> Bytes {
    (0..length)
        .map(|i| (i.wrapping_mul(31) ^ (i >> 9)) as u8)
        .collect()
}

/// A stream of these pieces.
pub(crate) fn stream(pieces: impl IntoIterator<Item = Result<Bytes, &'static str>>) -> Listed {
    Listed(pieces.into_iter().collect())
}

/// A stream of bytes in uneven pieces, some of them empty.
pub(crate) fn pieces_of(bytes: &Bytes) -> Listed {
    let mut rest = bytes.clone();
    let mut pieces = VecDeque::new();
    let mut size = 1;
    while !rest.is_empty() {
        pieces.push_back(Ok(rest.split_to(size.min(rest.len()))));
        pieces.push_back(Ok(Bytes::new()));
        size = size * 3 % 300_007 + 1;
    }
    Listed(pieces)
}

pub(crate) struct Listed(VecDeque<Result<Bytes, &'static str>>);

impl Stream for Listed {
    type Item = Result<Bytes, &'static str>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front())
    }
}

/// Takes requests for HTTPS to the peer, which speaks HTTP only: the client has decided everything by then.
#[derive(Debug)]
struct Secured(HttpTransport);

impl Transport for Secured {
    fn send(
        &self,
        mut request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        let uri = request.uri().to_string();
        let plain = uri.replacen("https://", "http://", 1);
        assert_ne!(uri, plain);
        *request.uri_mut() = plain.parse().unwrap();
        self.0.send(request)
    }
}

/// What an error says of its code.
#[track_caller]
pub(crate) fn expect_code<E: std::fmt::Debug>(error: &Error<E>, code: &str) {
    assert_eq!(error.code(), Some(code), "{error}");
}

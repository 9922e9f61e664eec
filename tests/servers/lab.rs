//! A server with a bucket in it, and clients for it.

use std::time::{Duration, Instant};

use bytes::Bytes;
use zonal::runtime::clock::BoxFuture;
use zonal::runtime::transport::{
    HttpTransport, RequestBody, ResponseBody, Transport, TransportError,
};
use zonal::{Builder, Client, CopySource, Credentials};

use crate::process::{KEY, SECRET, Server};

pub(crate) const BUCKET: &str = "demo--use1-az4--x-s3";

/// How long a server may take to make its first bucket.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Lab {
    server: Server,
    pub(crate) name: &'static str,
    /// Over HTTP, where bodies are signed.
    pub(crate) client: Client,
    /// As if over HTTPS, where bodies are not.
    pub(crate) secured: Client,
}

impl Lab {
    pub(crate) async fn new(server: Server, name: &'static str) -> Self {
        let url = format!("http://{}", server.address());
        let client = builder(SECRET).endpoint_url(url).build().unwrap();
        let secured = builder(SECRET)
            .endpoint_url(format!("https://{}", server.address()))
            .transport(Secured(HttpTransport::new(Duration::from_secs(3))));
        let lab = Self {
            server,
            name,
            client,
            secured: secured.build().unwrap(),
        };
        lab.make_bucket().await;
        lab
    }

    /// The first write shows that the server is ready.
    async fn make_bucket(&self) {
        let start = Instant::now();
        loop {
            let made = self.client.create_bucket(BUCKET).await.map(drop);
            let ready = self.client.put_object(BUCKET, "ready").body("x").await;
            let error = match (made, ready) {
                (_, Ok(_)) => break,
                (Err(error), Err(_)) => error.to_string(),
                (Ok(()), Err(error)) => error.to_string(),
            };
            let waited = start.elapsed();
            assert!(waited < PATIENCE, "{error}\n{}", self.server.log());
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        println!("{} is ready after {:?}", self.name, start.elapsed());
        self.client.delete_object(BUCKET, "ready").await.unwrap();
    }

    /// A client with another secret, which may want sessions.
    pub(crate) fn other(&self, secret: &str) -> Builder<Client> {
        builder(secret).endpoint_url(format!("http://{}", self.server.address()))
    }

    pub(crate) async fn read(&self, key: &str) -> Bytes {
        let got = self.client.get_object(BUCKET, key).await;
        let got = got.unwrap_or_else(|error| panic!("{key:?}: {error}"));
        got.body.collect().await.unwrap()
    }

    /// All keys of the bucket.
    pub(crate) async fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        let mut pages = self.client.list_objects_v2(BUCKET).paginate();
        while let Some(page) = pages.next_page().await.unwrap() {
            let objects = page.contents.into_iter();
            keys.extend(objects.map(|object| object.key.unwrap()));
        }
        keys.sort();
        keys
    }
}

fn builder(secret: &str) -> Builder<Client> {
    Client::builder()
        .region("us-east-1")
        .session_auth(false)
        .max_attempts(1)
        .credentials(Credentials::new(KEY, secret, None, None, "test"))
}

/// An object of [`BUCKET`] as the source of a copy.
pub(crate) fn source(key: &str) -> CopySource {
    CopySource::new(BUCKET, key)
}

/// Bytes that repeat nowhere soon.
pub(crate) fn bytes(length: usize) -> Bytes {
    (0..length)
        .map(|i| (i.wrapping_mul(31) ^ (i >> 9)) as u8)
        .collect()
}

/// Takes requests for HTTPS to a server that speaks HTTP only: the client has decided everything by then.
#[derive(Debug)]
struct Secured(HttpTransport);

impl Transport for Secured {
    fn send(
        &self,
        mut request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        let uri = request.uri().to_string();
        *request.uri_mut() = uri.replacen("https://", "http://", 1).parse().unwrap();
        self.0.send(request)
    }
}

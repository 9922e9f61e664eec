//! [`HttpTransport`]: the transport over hyper and rustls.

use std::fmt;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connect::Connector;
use super::{RequestBody, ResponseBody, Transport, TransportError};
use crate::clock::BoxFuture;

/// HTTP/1.1 over TCP or TLS 1.2 and newer, with the system's root certificates and a pool of
/// connections.
///
/// It follows no redirects and decompresses nothing. A proxy named in the environment is used for
/// `https` only: over plain `http` it would see the request.
pub struct HttpTransport {
    connect_timeout: Duration,
    client: Client<Connector, RequestBody>,
}

/// How long a connection may wait for its next request.
const IDLE: Duration = Duration::from_secs(90);

impl HttpTransport {
    /// A transport that gives up opening a connection after `connect_timeout`.
    pub fn new(connect_timeout: Duration) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(Connector::new(connect_timeout));
        Self {
            connect_timeout,
            client,
        }
    }

    async fn execute(
        &self,
        request: http::Request<RequestBody>,
    ) -> Result<http::Response<ResponseBody>, TransportError> {
        let response = self.client.request(request).await;
        let response =
            response.map_err(|error| TransportError::from_library(&error, error.is_connect()))?;
        Ok(response.map(|body| {
            ResponseBody::new(body.map_err(|error| TransportError::from_library(&error, false)))
        }))
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(self.execute(request))
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

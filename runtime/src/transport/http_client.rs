//! [`HttpTransport`]: the transport over hyper and rustls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::header::PROXY_AUTHORIZATION;
use http::uri::Scheme;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use tokio::runtime::Handle;

use super::connect::Connector;
use super::proxy::Proxy;
use super::tls::{CaBundle, Tls};
use super::{RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind};
use crate::clock::BoxFuture;

/// HTTP/1.1 over TCP or TLS 1.2 and newer, with the system's root certificates and a pool of
/// connections.
///
/// It follows no redirects and decompresses nothing. A proxy named in the environment is used for
/// `https` only: over plain `http` it would see the request.
pub struct HttpTransport {
    connector: Connector,
    client: Client<Connector, RequestBody>,
}

/// How long a connection may wait for its next request.
const IDLE: Duration = Duration::from_secs(90);

impl HttpTransport {
    /// A transport that gives up opening a connection after `connect_timeout`.
    pub fn new(connect_timeout: Duration) -> Self {
        Self::over(Connector::new(connect_timeout))
    }

    fn over(connector: Connector) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(connector.clone());
        Self { connector, client }
    }

    /// The same, but it trusts the certificates of this bundle and no others.
    #[must_use]
    pub fn with_ca_bundle(self, bundle: CaBundle) -> Self {
        self.with_tls(move || bundle.settings())
    }

    /// The same with TLS settings of your own, which `make` is asked for once, when the first secure
    /// connection is opened.
    #[must_use]
    pub fn with_tls(
        mut self,
        make: impl Fn() -> Result<ClientConfig, TransportError> + Send + Sync + 'static,
    ) -> Self {
        self.connector.tls = Tls::new(make);
        Self::over(self.connector)
    }

    /// The same, but `find` says for each URL which proxy it goes through, and no environment does.
    #[must_use]
    pub fn with_proxies(
        mut self,
        find: impl Fn(&Uri) -> Result<Option<Proxy>, TransportError> + Send + Sync + 'static,
    ) -> Self {
        self.connector.proxies = Arc::new(find);
        Self::over(self.connector)
    }

    async fn execute(
        &self,
        mut request: http::Request<RequestBody>,
    ) -> Result<http::Response<ResponseBody>, TransportError> {
        if Handle::try_current().is_err() {
            let text = "there is no tokio runtime; await the call within one";
            return Err(TransportError::new(TransportErrorKind::Other, text));
        }
        // in a tunnel the proxy is told before
        if request.uri().scheme() == Some(&Scheme::HTTP)
            && let Some(proxy) = (self.connector.proxies)(request.uri())?
            && let Some(authorization) = proxy.authorization
        {
            let headers = request.headers_mut();
            headers.insert(PROXY_AUTHORIZATION, authorization);
        }
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
            .field("connect_timeout", &self.connector.limit)
            .finish_non_exhaustive()
    }
}

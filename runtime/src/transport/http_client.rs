//! [`HttpTransport`]: the transport over hyper and rustls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HOST, PROXY_AUTHORIZATION};
use http::uri::Scheme;
use http::{HeaderValue, Uri, Version};
use rustls::ClientConfig;
use tokio::runtime::Handle;

use super::connect::Connector;
use super::exchange::{Exchange, Open};
use super::pool::Pool;
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
    pool: Arc<Pool>,
}

impl HttpTransport {
    /// A transport that gives up opening a connection after `connect_timeout`.
    pub fn new(connect_timeout: Duration) -> Self {
        Self {
            connector: Connector::new(connect_timeout),
            pool: Arc::default(),
        }
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
        self.pool = Arc::default();
        self
    }

    /// The same, but `find` says for each URL which proxy it goes through, and no environment does.
    #[must_use]
    pub fn with_proxies(
        mut self,
        find: impl Fn(&Uri) -> Result<Option<Proxy>, TransportError> + Send + Sync + 'static,
    ) -> Self {
        self.connector.proxies = Arc::new(find);
        self.pool = Arc::default();
        self
    }

    async fn execute(
        &self,
        mut request: http::Request<RequestBody>,
    ) -> Result<http::Response<ResponseBody>, TransportError> {
        let Ok(runtime) = Handle::try_current() else {
            let text = "there is no tokio runtime; await the call within one";
            return Err(TransportError::new(TransportErrorKind::Unsent, text));
        };
        let uri = request.uri().clone();
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            let text = "the URL names no server to send the request to";
            return Err(TransportError::new(TransportErrorKind::Unsent, text));
        };
        *request.version_mut() = Version::HTTP_11;
        // a signed request has one
        if !request.headers().contains_key(HOST) {
            let host = host(&uri)?;
            request.headers_mut().insert(HOST, host);
        }
        let server = (runtime.id(), scheme.clone(), authority.clone());
        loop {
            let pooled = self.pool.take(&server);
            let is_reused = pooled.is_some();
            let open = match pooled {
                Some(open) => open,
                // seldom, and large
                None => Box::pin(self.open(&uri)).await?,
            };
            *request.uri_mut() = match open.proxy() {
                Some(_) => uri.clone(),
                None => origin_form(&uri),
            };
            let headers = request.headers_mut();
            match open.proxy().and_then(|proxy| proxy.authorization.clone()) {
                Some(authorization) => headers.insert(PROXY_AUTHORIZATION, authorization),
                None => headers.remove(PROXY_AUTHORIZATION),
            };
            let pool = Arc::clone(&self.pool);
            match Exchange::send(open, request, pool, server.clone()).await {
                Ok(response) => return Ok(response.map(ResponseBody::from)),
                // the server closed the connection while it waited
                Err(mut error) => match error.take_message() {
                    Some(unsent) if is_reused => request = unsent,
                    _ => return Err(classify(&error.into_error())),
                },
            }
        }
    }

    async fn open(&self, uri: &Uri) -> Result<Box<Open>, TransportError> {
        let connection = self.connector.connect(uri.clone()).await?;
        let open = Open::new(connection).await;
        open.map_err(|error| classify(&error))
    }
}

fn classify(error: &hyper::Error) -> TransportError {
    TransportError::from_library(error, false)
}

/// The name of the server, with its port where that is not the usual one.
fn host(uri: &Uri) -> Result<HeaderValue, TransportError> {
    let usual = match uri.scheme() == Some(&Scheme::HTTPS) {
        true => 443,
        false => 80,
    };
    let name = uri.host().unwrap_or_default();
    let host = match uri.port_u16().filter(|port| *port != usual) {
        Some(port) => HeaderValue::try_from(format!("{name}:{port}")),
        None => HeaderValue::from_str(name),
    };
    host.map_err(|error| TransportError::new(TransportErrorKind::Unsent, error.to_string()))
}

/// The URL as a server is told it: without its own name.
fn origin_form(uri: &Uri) -> Uri {
    let path = uri.path_and_query().cloned();
    path.map(Uri::from).unwrap_or_default()
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

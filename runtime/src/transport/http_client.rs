//! [`HttpTransport`]: the transport over hyper and rustls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HOST, PROXY_AUTHORIZATION};
use http::uri::Scheme;
use http::{HeaderValue, StatusCode, Uri, Version};
use rustls::ClientConfig;
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::connect::Connector;
use super::exchange::{InFlight, Open};
use super::host::{Permit, Urgency};
use super::limits::Limits;
use super::pool::{Pool, Server};
use super::proxy::Proxy;
use super::tls::{CaBundle, Tls};
use super::{
    RequestBody, Resolve, ResponseBody, Retried, Transport, TransportError, TransportErrorKind,
    Urgent, tunnel,
};
use crate::clock::BoxFuture;

/// The first pause where a connection cannot be opened because too many files are open.
const PAUSE: Duration = Duration::from_millis(10);
/// What a proxy answers that asks for a password.
const REJECTED: StatusCode = StatusCode::PROXY_AUTHENTICATION_REQUIRED;

/// HTTP/1.1 over TCP or TLS 1.2 and newer, with the system's root certificates and a pool of
/// connections.
///
/// It follows no redirects and decompresses nothing. A proxy named in the environment is used for
/// `https` only: over plain `http` it would see the request.
pub struct HttpTransport {
    connector: Connector,
    pool: Pool,
}

impl HttpTransport {
    /// A transport that gives up opening a connection after `connect_timeout`.
    pub fn new(connect_timeout: Duration) -> Self {
        Self {
            connector: Connector::new(connect_timeout),
            pool: Pool::new(Limits::default()),
        }
    }

    /// The same with at most so many connections to one host, idle ones included; at least 1.
    ///
    /// Unless set, it is a quarter of the files that this process may have open (`ulimit -n`), at
    /// most 1,024, and 256 where the system does not say. Requests beyond that wait for a connection
    /// in the order in which they came.
    #[must_use]
    pub fn with_max_connections(self, number: usize) -> Self {
        self.with_limits(|limits| limits.max_connections = number.max(1))
    }

    /// The same, but a connection that has been idle for so long is closed; 90 seconds unless set.
    #[must_use]
    pub fn with_idle_timeout(self, limit: Duration) -> Self {
        self.with_limits(|limits| limits.idle = limit)
    }

    /// The same, but a request waits for a connection only for so long where nothing shows that one
    /// will come free; 20 seconds unless set.
    ///
    /// That is so where all connections are held by bodies of responses, and none is read: whoever
    /// holds them may be waiting for this request. While bytes move, connections come free or
    /// requests wait for their answers, there is no limit. It is also how long a connection is tried
    /// to be opened where the process has as many open files as it may have.
    #[must_use]
    pub fn with_connection_wait(self, limit: Duration) -> Self {
        self.with_limits(|limits| limits.wait = limit)
    }

    fn with_limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = self.pool.limits();
        change(&mut limits);
        self.pool = Pool::new(limits);
        self
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
        self.with_limits(|_| {})
    }

    /// The same, but `resolver` looks up the addresses of hosts, not the system.
    #[must_use]
    pub fn with_resolver(mut self, resolver: impl Resolve + 'static) -> Self {
        self.connector.resolver = Arc::new(resolver);
        self.with_limits(|_| {})
    }

    /// The same, but `find` says for each URL which proxy it goes through, and no environment does.
    #[must_use]
    pub fn with_proxies(
        mut self,
        find: impl Fn(&Uri) -> Result<Option<Proxy>, TransportError> + Send + Sync + 'static,
    ) -> Self {
        self.connector.proxies = Arc::new(find);
        self.with_limits(|_| {})
    }

    /// The same over connections in memory.
    #[cfg(test)]
    pub(crate) fn with_links(mut self, links: super::Links) -> Self {
        self.connector.links = Some(links);
        self.with_proxies(|_| Ok(None))
    }

    async fn execute(
        &self,
        mut request: http::Request<RequestBody>,
    ) -> Result<http::Response<ResponseBody>, TransportError> {
        let Ok(runtime) = Handle::try_current() else {
            let text = "there is no tokio runtime; await the call within one";
            return Err(TransportError::new(TransportErrorKind::Unsent, text));
        };
        let uri = std::mem::take(request.uri_mut());
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            let text = "the URL names no server to send the request to";
            return Err(TransportError::new(TransportErrorKind::Unsent, text));
        };
        complete(&mut request, &uri)?;
        let server = Server::new(scheme, authority);
        let watch = request.body().watch().cloned();
        let is_fresh = watch.as_ref().is_some_and(|watch| watch.is_fresh());
        let is_retried = request.extensions_mut().remove::<Retried>().is_some();
        let mut urgency = match request.extensions_mut().remove::<Urgent>() {
            Some(Urgent) => Urgency::Urgent,
            None => Urgency::Usual,
        };
        loop {
            if let Some(watch) = &watch {
                watch.connecting();
            }
            let mut permit = self.pool.permit(&server, urgency).await?;
            // a body in pieces may come from a call that waits for a connection
            permit.set_answering(request.body().as_bytes().is_some());
            let pooled = if is_fresh {
                permit.make_room();
                None
            } else {
                permit.take_idle(runtime.id(), is_retried)
            };
            let is_reused = pooled.is_some();
            let open = match pooled {
                Some(open) => open,
                // seldom, and large
                None => Box::pin(self.open(&uri, &permit)).await?,
            };
            if let Some(watch) = &watch {
                watch.connected(Arc::clone(open.traffic()), is_reused);
            }
            address(&mut request, &uri, open.proxy());
            let is_proxied = open.proxy().is_some();
            match InFlight::send(open, request, watch.as_deref(), permit).await {
                Ok(response) if is_proxied && response.status() == REJECTED => {
                    return Err(tunnel::refused(REJECTED));
                }
                Ok(response) => return Ok(response.map(ResponseBody::from)),
                // while it waited the server closed the connection, or said something
                Err(unanswered) => match unanswered.unsent {
                    Some(unsent) if is_reused => {
                        request = unsent;
                        urgency = Urgency::Urgent;
                    }
                    _ => return Err(unanswered.error),
                },
            }
        }
    }

    async fn open(&self, uri: &Uri, permit: &Permit) -> Result<Box<Open>, TransportError> {
        if !permit.is_swept() {
            self.pool.sweep_abandoned();
        }
        let (start, mut pause) = (Instant::now(), PAUSE);
        let connection = loop {
            let connection = self.connector.connect(uri.clone(), permit.moved()).await;
            let is_short = connection
                .as_ref()
                .is_err_and(|error| error.kind() == TransportErrorKind::TooManyOpenFiles);
            if !is_short || start.elapsed() >= self.pool.limits().wait {
                break connection;
            }
            // connections to other hosts may come free
            self.pool.close_idle();
            tokio::time::sleep(pause).await;
            pause = (2 * pause).min(32 * PAUSE);
        };
        let open = Open::new(connection?).await;
        open.map_err(|error| classify(&error))
    }
}

/// Sets what every request has.
fn complete(request: &mut http::Request<RequestBody>, uri: &Uri) -> Result<(), TransportError> {
    *request.version_mut() = Version::HTTP_11;
    // a signed request has one, before all others
    if !request.headers().keys().any(|name| name == HOST) {
        let host = host(uri)?;
        request.headers_mut().insert(HOST, host);
    }
    Ok(())
}

/// Says to whom the request goes, as whoever gets it expects.
fn address(request: &mut http::Request<RequestBody>, uri: &Uri, proxy: Option<&Proxy>) {
    *request.uri_mut() = match proxy {
        Some(_) => uri.clone(),
        None => origin_form(uri),
    };
    let headers = request.headers_mut();
    match proxy.and_then(|proxy| proxy.authorization.clone()) {
        Some(authorization) => headers.insert(PROXY_AUTHORIZATION, authorization),
        None => headers.remove(PROXY_AUTHORIZATION),
    };
}

fn classify(error: &hyper::Error) -> TransportError {
    TransportError::from_library(error, false)
}

/// The name of the server, with its port where that is not the usual one.
fn host(uri: &Uri) -> Result<HeaderValue, TransportError> {
    let usual = if uri.scheme() == Some(&Scheme::HTTPS) {
        443
    } else {
        80
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

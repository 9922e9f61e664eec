//! [`Connector`]: how a connection is opened: its address, a proxy, TLS, and how long it may take.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tower_service::Service;

use super::connection::Connection;
use super::error::find_cause;
use super::proxy::{self, Proxies, Proxy};
use super::tls::{self, Tls};
use super::{Resolver, TransportError, TransportErrorKind};
use crate::clock::BoxFuture;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// To a server or to a proxy, in clear or not.
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// How often a silent connection is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(15);
/// How long what was sent may go unacknowledged.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// Opens connections.
#[derive(Clone)]
pub(super) struct Connector {
    tcp: HttpConnector<Resolver>,
    pub(super) proxies: Proxies,
    pub(super) tls: Tls,
    pub(super) limit: Duration,
}

impl Connector {
    /// Gives up after `limit`.
    pub(super) fn new(limit: Duration) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(3));
        #[cfg(target_os = "linux")]
        tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        // divided among the addresses of a name, so that each is tried
        tcp.set_connect_timeout(Some(limit));
        Self {
            tcp,
            proxies: proxy::of_environment(),
            tls: Tls::default(),
            limit,
        }
    }

    /// Opens a connection to the server of a URL.
    pub(super) async fn connect(
        &self,
        to: Uri,
        moved: Arc<AtomicU64>,
    ) -> Result<Connection, TransportError> {
        let opened = tokio::time::timeout(self.limit, self.clone().open(to, moved)).await;
        let io = |error: &BoxError| find_cause::<io::Error>(&**error).map(io::Error::kind);
        match opened {
            Ok(Err(error)) if io(&error) != Some(io::ErrorKind::TimedOut) => {
                Err(TransportError::from_library(&*error, true))
            }
            Ok(Ok(connection)) => Ok(connection),
            _ => {
                let kind = TransportErrorKind::ConnectTimeout;
                Err(TransportError::timeout(kind, self.limit))
            }
        }
    }

    async fn open(mut self, to: Uri, moved: Arc<AtomicU64>) -> Result<Connection, BoxError> {
        let proxy = (self.proxies)(&to)?;
        let runtime = Handle::current().id();
        if to.scheme() != Some(&Scheme::HTTPS) {
            let stream = match &proxy {
                None => MaybeHttpsStream::Http(self.tcp.call(to).await?),
                Some(proxy) => self.to(proxy)?.call(proxy.uri.clone()).await?,
            };
            return Ok(Connection::new(
                MaybeHttpsStream::Http(stream),
                proxy,
                runtime,
                moved,
            ));
        }
        let tls = self.tls.settings()?;
        let route = Route {
            to_proxy: match proxy {
                Some(proxy) => Some((self.to(&proxy)?, proxy)),
                None => None,
            },
            tcp: self.tcp,
        };
        let stream = HttpsConnector::from((route, tls)).call(to).await?;
        // in a tunnel the proxy was told before
        Ok(Connection::new(stream, None, runtime, moved))
    }

    /// What connects to a proxy, which may speak TLS itself.
    fn to(&self, proxy: &Proxy) -> Result<ToProxy, TransportError> {
        let tls = match proxy.uri.scheme() == Some(&Scheme::HTTPS) {
            true => self.tls.settings()?,
            false => tls::none(),
        };
        Ok(HttpsConnector::from((self.tcp.clone(), tls)))
    }
}

type ToProxy = HttpsConnector<HttpConnector<Resolver>>;

/// The way to a server that speaks TLS: straight, or through a proxy.
#[derive(Clone)]
struct Route {
    tcp: HttpConnector<Resolver>,
    to_proxy: Option<(ToProxy, Proxy)>,
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Stream, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let Some((to_proxy, proxy)) = self.to_proxy.clone() else {
            let mut tcp = self.tcp.clone();
            return Box::pin(async move { Ok(MaybeHttpsStream::Http(tcp.call(to).await?)) });
        };
        let mut tunnel = Tunnel::new(proxy.uri, to_proxy);
        if let Some(authorization) = proxy.authorization {
            tunnel = tunnel.with_auth(authorization);
        }
        Box::pin(async move { Ok(tunnel.call(to).await?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_in_clear_loads_no_certificates() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connector = Connector::new(Duration::from_secs(5));
        let plain = format!("http://{address}/").parse().unwrap();
        connector.connect(plain, Arc::default()).await.unwrap();
        assert!(!connector.tls.is_set_up());
        connector.tls.settings().unwrap();
    }
}

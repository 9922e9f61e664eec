//! [`Connector`]: how a connection is opened: its address, a proxy, TLS, and how long it may take.

use std::io;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::net::TcpStream;
use tower_service::Service;

use super::connection::Connection;
use super::error::{find_cause, reason};
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
    proxies: Arc<Matcher>,
    /// Loading root certificates takes a while, so this waits for the first secure connection.
    tls: Arc<OnceLock<Result<Arc<ClientConfig>, TransportError>>>,
    limit: Duration,
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
            proxies: Arc::new(Matcher::from_env()),
            tls: Arc::default(),
            limit,
        }
    }

    async fn open(mut self, to: Uri) -> Result<Connection, BoxError> {
        if to.scheme() != Some(&Scheme::HTTPS) {
            let stream = MaybeHttpsStream::Http(self.tcp.call(to).await?);
            return Ok(Connection::new(MaybeHttpsStream::Http(stream)));
        }
        let tls = self.tls.get_or_init(system_tls).clone()?;
        let route = Route {
            tcp: self.tcp,
            proxies: self.proxies,
            tls: Arc::clone(&tls),
        };
        let stream = HttpsConnector::from((route, tls)).call(to).await?;
        Ok(Connection::new(stream))
    }
}

impl Service<Uri> for Connector {
    type Response = Connection;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Connection, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let limit = this.limit;
            let opened = tokio::time::timeout(limit, this.open(to)).await;
            let io = |error: &BoxError| find_cause::<io::Error>(&**error).map(io::Error::kind);
            match opened {
                Ok(Err(error)) if io(&error) != Some(io::ErrorKind::TimedOut) => Err(error),
                Ok(Ok(connection)) => Ok(connection),
                _ => {
                    let kind = TransportErrorKind::ConnectTimeout;
                    Err(TransportError::timeout(kind, limit).into())
                }
            }
        })
    }
}

/// The way to a server that speaks TLS: straight, or through a proxy.
#[derive(Clone)]
struct Route {
    tcp: HttpConnector<Resolver>,
    proxies: Arc<Matcher>,
    /// For a proxy that speaks TLS itself.
    tls: Arc<ClientConfig>,
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Stream, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let mut tcp = self.tcp.clone();
        let Some(proxy) = self.proxies.intercept(&to) else {
            return Box::pin(async move { Ok(MaybeHttpsStream::Http(tcp.call(to).await?)) });
        };
        let inner = HttpsConnector::from((tcp, Arc::clone(&self.tls)));
        let mut tunnel = Tunnel::new(proxy.uri().clone(), inner);
        if let Some(authorization) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(authorization.clone());
        }
        Box::pin(async move { Ok(tunnel.call(to).await?) })
    }
}

/// TLS that trusts whom the system trusts.
fn system_tls() -> Result<Arc<ClientConfig>, TransportError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .and_then(|builder| builder.with_platform_verifier());
    let config = config.map_err(|error| {
        let text = format!("TLS cannot be set up: {}", reason(&error));
        TransportError::new(TransportErrorKind::Tls, text)
    })?;
    Ok(Arc::new(config.with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_in_clear_loads_no_certificates() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut connector = Connector::new(Duration::from_secs(5));
        let plain = format!("http://{address}/").parse().unwrap();
        connector.call(plain).await.unwrap();
        assert!(connector.tls.get().is_none());
        system_tls().unwrap();
    }
}

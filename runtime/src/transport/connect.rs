//! [`Connector`]: how a connection is opened: its address, a proxy, TLS, and how long it may take.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll};
use std::time::Duration;

use http::uri::Scheme;
use http::{Extensions, Uri};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{Connection as _, HttpConnector, HttpInfo};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::runtime::Handle;
use tower_service::Service;

use super::addresses::{Addresses, Choice};
use super::connection::{Condition, Connection};
use super::proxy::{self, FindProxy, Proxy};
use super::resolver::Resolve;
use super::tls::{self, Tls};
use super::traffic::Traffic;
use super::wire::{ToServer, Wire};
use super::{Resolver, TransportError, TransportErrorKind, tunnel};
use crate::clock::BoxFuture;

/// To a server or to a proxy, in clear or not.
type Stream = MaybeHttpsStream<TokioIo<Wire>>;

/// How often a silent connection is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(15);
/// A limit is waited for in so many steps. A step counts as one however late the program wakes from
/// it, so that a program that does not get the processor does not blame the server for that.
const STEPS: u32 = 10;

/// What a future gives within a limit of the time in which this program ran; `None` if it is late.
async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..STEPS {
        if let Ok(output) = tokio::time::timeout(limit / STEPS, &mut future).await {
            return Some(output);
        }
    }
    None
}

/// Opens connections.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) resolver: Arc<dyn Resolve>,
    addresses: Arc<Addresses>,
    pub(super) proxies: FindProxy,
    pub(super) tls: Tls,
    pub(super) limit: Duration,
    #[cfg(test)]
    pub(super) links: Option<super::Links>,
}

impl Connector {
    /// Gives up after `limit`.
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            resolver: Arc::new(Resolver),
            addresses: Arc::default(),
            proxies: proxy::of_environment(),
            tls: Tls::default(),
            limit,
            #[cfg(test)]
            links: None,
        }
    }

    /// Opens a connection to the server of a URL; it counts up `moved` when bytes move.
    pub(super) async fn connect(
        &self,
        to: Uri,
        moved: Arc<AtomicU64>,
    ) -> Result<Connection, TransportError> {
        let choice = Choice::new(Arc::clone(&self.resolver), Arc::clone(&self.addresses));
        let traffic = Arc::new(Traffic::new(moved));
        let open = self.open(to, &choice, &traffic);
        let opened = within(self.limit, open).await;
        let kind = TransportErrorKind::ConnectTimeout;
        let late = TransportError::timeout(kind, self.limit);
        match opened {
            Some(Ok((stream, proxy))) => {
                let mut info = Extensions::new();
                stream.connected().get_extras(&mut info);
                let address = info.get::<HttpInfo>().map(HttpInfo::remote_addr);
                let used = address.and_then(|address| choice.connected(address.ip()));
                let condition = Condition::new(proxy, used, Handle::current().id(), traffic);
                Ok(Connection::new(stream, condition))
            }
            Some(Err(error)) => {
                choice.failed();
                Err(if error.kind() == kind { late } else { error })
            }
            None => {
                choice.failed();
                Err(late)
            }
        }
    }

    /// The stream, and the proxy that is to be told the whole URL.
    async fn open(
        &self,
        to: Uri,
        choice: &Choice,
        traffic: &Arc<Traffic>,
    ) -> Result<(MaybeHttpsStream<Stream>, Option<Proxy>), TransportError> {
        let proxy = (self.proxies)(&to)?;
        let is_secure = to.scheme() == Some(&Scheme::HTTPS);
        let is_socks = proxy.as_ref().is_some_and(|proxy| proxy.socks.is_some());
        let mut route = Route {
            tcp: self.tcp(choice, traffic),
            resolver: Arc::clone(&self.resolver),
            proxy: match proxy {
                None => None,
                Some(proxy) => Some((self.tls_to(&proxy)?, proxy)),
            },
            is_tunnel: is_secure || is_socks,
        };
        if is_secure {
            // in a tunnel the proxy was told before
            let mut secure = HttpsConnector::from((route, self.tls.settings()?));
            let stream = secure.call(to).await;
            return Ok((
                stream.map_err(|error| TransportError::from_connect(&*error, ""))?,
                None,
            ));
        }
        let stream = route.call(to).await?;
        let proxy = route.proxy.filter(|_| !is_socks);
        Ok((
            MaybeHttpsStream::Http(stream),
            proxy.map(|(_, proxy)| proxy),
        ))
    }

    fn tcp(&self, choice: &Choice, traffic: &Arc<Traffic>) -> ToServer {
        let mut tcp = HttpConnector::new_with_resolver(choice.clone());
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(3));
        // divided among the addresses of a name, so that each is tried
        tcp.set_connect_timeout(Some(self.limit));
        let traffic = Arc::clone(traffic);
        ToServer {
            tcp,
            traffic,
            #[cfg(test)]
            links: self.links.clone(),
        }
    }

    /// The settings of a connection to a proxy, which may speak TLS itself.
    fn tls_to(&self, proxy: &Proxy) -> Result<Arc<ClientConfig>, TransportError> {
        if proxy.uri.scheme() == Some(&Scheme::HTTPS) {
            self.tls.settings()
        } else {
            Ok(tls::none())
        }
    }
}

/// The way to a server: straight, or through a proxy.
#[derive(Clone)]
struct Route {
    tcp: ToServer,
    resolver: Arc<dyn Resolve>,
    proxy: Option<(Arc<ClientConfig>, Proxy)>,
    /// Whether the proxy is to connect to the server and see no more.
    is_tunnel: bool,
}

impl Route {
    async fn open(mut self, to: Uri) -> Result<Stream, TransportError> {
        let Some((tls, proxy)) = self.proxy else {
            let stream = self.tcp.call(to).await;
            let stream = stream.map_err(|error| TransportError::from_connect(&*error, ""))?;
            return Ok(MaybeHttpsStream::Http(stream));
        };
        let mut to_proxy = HttpsConnector::from((self.tcp, tls));
        let stream = to_proxy.call(proxy.uri).await;
        let stream =
            stream.map_err(|error| TransportError::from_connect(&*error, " to the proxy"))?;
        match proxy.socks {
            Some(socks) => socks.open(stream, &to, &*self.resolver).await,
            None if self.is_tunnel => tunnel::open(stream, &to, proxy.authorization).await,
            None => Ok(stream),
        }
    }
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<Stream, TransportError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        Box::pin(self.clone().open(to))
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

    #[tokio::test(start_paused = true)]
    async fn time_in_which_the_program_does_not_run_does_not_count() {
        let limit = Duration::from_secs(3);
        let begin = tokio::time::Instant::now();
        assert_eq!(within(limit, std::future::pending::<()>()).await, None);
        assert!((limit..limit * 2).contains(&begin.elapsed()));

        // Something happens four times, and each time the program wakes long after it.
        let starved = async {
            for _ in 0..4 {
                tokio::time::advance(limit * 2).await;
            }
        };
        assert_eq!(within(limit, starved).await, Some(()));
    }
}

//! A connection through a SOCKS5 proxy.

use std::future::{Ready, ready};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::task::{Context, Poll};

use http::uri::{self, Scheme, Uri};
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::proxy::SocksV5;
use tower_service::Service;

use super::error::{NO_CONNECTION, reason};
use super::proxy::unusable;
use super::resolver::Resolve;
use super::{TransportError, TransportErrorKind};

/// How a SOCKS5 proxy is asked.
#[derive(Clone)]
pub(super) struct Socks {
    /// Name and password.
    pub(super) login: Option<(String, String)>,
    /// Whether the proxy looks up the names of hosts (`socks5h`), and not this machine (`socks5`).
    pub(super) looks_up: bool,
}

impl Socks {
    /// Asks the proxy at the other end of `stream` to connect it to the server of a URL.
    pub(super) async fn open<S>(
        self,
        stream: S,
        to: &Uri,
        resolver: &dyn Resolve,
    ) -> Result<S, TransportError>
    where
        S: Read + Write + Unpin + Send + 'static,
    {
        let to = self.target(to, resolver).await?;
        let mut socks = SocksV5::new(Uri::default(), Opened(Some(stream)));
        if let Some((name, password)) = self.login {
            socks = socks.with_auth(name, password);
        }
        let opened = socks.call(to).await;
        opened.map_err(|error| refused(&error.to_string()))
    }

    /// What the proxy is asked for: a host and a port.
    async fn target(&self, to: &Uri, resolver: &dyn Resolve) -> Result<Uri, TransportError> {
        let host = to.host().unwrap_or_default();
        let usual = if to.scheme() == Some(&Scheme::HTTPS) {
            443
        } else {
            80
        };
        let port = to.port_u16().unwrap_or(usual);
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let authority = if self.looks_up || bare.parse::<IpAddr>().is_ok() {
            format!("{host}:{port}")
        } else {
            SocketAddr::new(look_up(host, resolver).await?, port).to_string()
        };
        let uri = uri::Builder::new().scheme("http").path_and_query("/");
        let uri = uri.authority(authority).build();
        uri.map_err(|error| unusable(&error.to_string()))
    }
}

/// The first address of a host.
async fn look_up(host: &str, resolver: &dyn Resolve) -> Result<IpAddr, TransportError> {
    let failed = |reason: &str| {
        let text = format!("the name of the host could not be looked up: {reason}");
        TransportError::because(TransportErrorKind::Lookup, NO_CONNECTION, text)
    };
    let found = resolver.resolve(host).await;
    let found = found.map_err(|error| failed(&reason(&error)))?;
    found
        .first()
        .copied()
        .ok_or_else(|| failed("it has no address"))
}

/// What the library says, which has no public type for it.
fn refused(text: &str) -> TransportError {
    let text = text.trim_start_matches("SOCKS error: ");
    let (kind, what) = match text {
        "credentials not accepted" | "server does not support user/pass authentication" => (
            TransportErrorKind::ProxyAuthentication,
            "the proxy asks for another user name or password".to_owned(),
        ),
        _ => (
            TransportErrorKind::Proxy,
            format!("the proxy did not connect to the server: {text}"),
        ),
    };
    TransportError::because(kind, NO_CONNECTION, what)
}

/// Gives the library a connection that is open already.
struct Opened<S>(Option<S>);

impl<S> Service<Uri> for Opened<S> {
    type Response = S;
    type Error = io::Error;
    type Future = Ready<io::Result<S>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(
            self.0
                .take()
                .ok_or_else(|| io::ErrorKind::NotConnected.into()),
        )
    }
}

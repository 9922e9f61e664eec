//! HTTP: one small trait, and the implementation that clients use unless told otherwise.

mod addresses;
mod body;
mod connect;
mod connection;
#[cfg(test)]
mod differential;
mod error;
mod exchange;
mod fetch;
mod host;
mod http_client;
mod limits;
mod pool;
mod proxies;
mod proxy;
#[cfg(test)]
mod relied_on;
mod request_body;
#[cfg(feature = "reqwest")]
mod reqwest;
mod resolver;
mod tls;
mod traffic;
mod tunnel;
mod watch;
mod wire;

pub use crate::endpoint::is_loopback_host;
pub use body::ResponseBody;
pub use error::{TransportError, TransportErrorKind};
pub use fetch::{FetchLimits, fetch};
pub use http_client::HttpTransport;
pub use proxies::{Proxies, ProxyExceptions, ProxyRules};
pub use proxy::Proxy;
pub use request_body::RequestBody;
pub use resolver::{Resolve, Resolver};
pub use tls::{CaBundle, CaBundleError};

pub(crate) use body::{ReadError, read_to_end};
pub(crate) use watch::Watch;

use std::fmt;
use std::sync::Arc;

use crate::clock::BoxFuture;

/// An extension of requests that others wait for: such a request is the next to get a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Urgent;

/// An extension of requests that are sent again. A transport sends them over another connection than
/// the one over which the service has failed, to another address if there is one.
#[derive(Clone, Copy, Debug)]
pub struct Retried;

/// Sends one request and gives back the response as it comes.
///
/// An implementation sends the request as it is: the URI, the `host` header and every other header
/// are signed. It follows no redirect, repeats nothing, and decompresses nothing. It keeps the
/// values of sensitive headers out of logs and errors. Timeouts are the caller's, except that of
/// opening a connection. Of a transport of another kind than [`HttpTransport`] the client sees which
/// pieces it takes of the request's body and gives of the answer's: where none moves for as long as
/// [`read_timeout`](crate::Builder::read_timeout) says, the exchange is given up.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends the request; resolves when the response's head is there.
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>>;

    /// Whether it is told which operation a request is of.
    #[cfg(feature = "test-util")]
    #[doc(hidden)]
    fn is_fake(&self) -> bool {
        false
    }
}

/// Clients may share a transport, and with it connections and their limits.
impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        (**self).send(request)
    }

    #[cfg(feature = "test-util")]
    fn is_fake(&self) -> bool {
        (**self).is_fake()
    }
}

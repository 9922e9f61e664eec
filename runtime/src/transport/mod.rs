//! HTTP: one small trait, and the implementation that clients use unless told otherwise.

#[cfg(feature = "hyper")]
mod addresses;
mod body;
#[cfg(feature = "hyper")]
mod connect;
#[cfg(feature = "hyper")]
mod connection;
#[cfg(test)]
#[cfg(feature = "hyper")]
mod differential;
mod error;
#[cfg(feature = "hyper")]
mod exchange;
#[cfg(not(target_family = "wasm"))]
mod fetch;
mod framing;
#[cfg(feature = "hyper")]
mod host;
#[cfg(feature = "hyper")]
mod http_client;
#[cfg(feature = "hyper")]
mod limits;
#[cfg(test)]
#[cfg(feature = "hyper")]
mod memory;
#[cfg(feature = "hyper")]
mod pool;
#[cfg(feature = "hyper")]
mod proxies;
#[cfg(feature = "hyper")]
mod proxy;
#[cfg(test)]
#[cfg(feature = "hyper")]
mod relied_on;
mod request_body;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod resolver;
#[cfg(feature = "hyper")]
mod socks;
#[cfg(feature = "hyper")]
mod tls;
mod traffic;
#[cfg(feature = "hyper")]
mod tunnel;
mod watch;
#[cfg(feature = "hyper")]
mod wire;

pub use crate::clock::BoxFuture;
#[doc(hidden)]
pub use crate::endpoint::is_loopback_host;
pub use body::ResponseBody;
pub use error::{TransportError, TransportErrorKind};
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
pub use fetch::{FetchLimits, fetch};
#[cfg(feature = "hyper")]
pub use http_client::HttpTransport;
#[cfg(feature = "hyper")]
pub use proxies::{Proxies, ProxyExceptions, ProxyRules};
#[cfg(feature = "hyper")]
pub use proxy::Proxy;
pub use request_body::RequestBody;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
pub use resolver::{Resolve, Resolver};
#[cfg(feature = "hyper")]
pub use tls::{CaBundle, CaBundleError};

pub use http::{Request, Response};

pub(crate) use body::{ReadError, read_to_end};
pub(crate) use framing::{NoLength, content_length};
#[cfg(test)]
#[cfg(feature = "hyper")]
pub(crate) use memory::Links;
pub(crate) use watch::Watch;

use std::fmt;
use std::sync::Arc;

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
        request: Request<RequestBody>,
    ) -> BoxFuture<'_, Result<Response<ResponseBody>, TransportError>>;

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
        request: Request<RequestBody>,
    ) -> BoxFuture<'_, Result<Response<ResponseBody>, TransportError>> {
        (**self).send(request)
    }

    #[cfg(feature = "test-util")]
    fn is_fake(&self) -> bool {
        (**self).is_fake()
    }
}

//! The network: HTTP with the proxies, roots and timeouts that the user chose.

mod http_client;
mod proxy;
mod tls;
mod transport;

pub(crate) use http_client::SharedHttp;
pub(crate) use transport::{Network, NetworkTransport};

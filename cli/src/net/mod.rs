//! The network: HTTP with the proxies, roots and timeouts that the user chose.

mod tls;
mod transport;

pub(crate) use transport::{Network, NetworkTransport};

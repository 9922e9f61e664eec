//! The network: HTTP with the user's proxies, certificates and timeouts.

mod tls;
mod transport;

pub(crate) use transport::{Network, NetworkTransport};

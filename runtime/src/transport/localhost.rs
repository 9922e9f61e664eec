//! Name resolution that knows `localhost`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::{Context, Poll};
use std::vec;

use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

use crate::clock::BoxFuture;
use crate::endpoint::is_loopback_host;

/// Answers `localhost` and every name under it with loopback addresses (RFC 6761), so that
/// `bucket.localhost` works on any machine, and asks the system for all other names.
#[derive(Clone, Copy, Debug)]
pub struct Resolver;

impl Resolver {
    /// The addresses of a host, with port 0.
    pub async fn addresses(self, name: &str) -> io::Result<Vec<SocketAddr>> {
        if is_loopback_host(name) {
            let loopback: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            return Ok(loopback.map(|address| SocketAddr::new(address, 0)).to_vec());
        }
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(async move { Ok(Resolver.addresses(name.as_str()).await?.into_iter()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn names_under_localhost_are_this_machine() {
        for name in ["localhost", "demo--usw2-az1--x-s3.localhost"] {
            let addresses = Resolver.addresses(name).await.unwrap();
            assert_eq!(addresses.len(), 2);
            assert!(addresses.iter().all(|address| address.ip().is_loopback()));
        }
    }
}

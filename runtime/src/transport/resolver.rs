//! Name resolution: the trait [`Resolve`], and the system's resolver.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use crate::clock::BoxFuture;
use crate::endpoint::is_loopback_host;

/// Looks up the addresses of hosts.
///
/// It is asked for every connection that is opened, and may keep what it knows. It is asked neither
/// for addresses nor for `localhost` and the names under it, which are this machine (RFC 6761).
///
/// ```
/// use std::io;
/// use std::net::IpAddr;
/// use zonal_runtime::clock::BoxFuture;
/// use zonal_runtime::transport::{Resolve, Resolver};
///
/// /// Knows one name, and asks the system for all others.
/// #[derive(Debug)]
/// struct Pinned(IpAddr);
///
/// impl Resolve for Pinned {
///     fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
///         match host {
///             "s3.internal" => Box::pin(async { Ok(vec![self.0]) }),
///             _ => Resolver.resolve(host),
///         }
///     }
/// }
/// ```
pub trait Resolve: fmt::Debug + Send + Sync {
    /// The addresses of a host.
    ///
    /// The family of the first is preferred: where there are addresses of the other, they are tried
    /// after 300 milliseconds. Within a family, those with the fewest connections come first.
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

impl<R: Resolve + ?Sized> Resolve for Arc<R> {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        (**self).resolve(host)
    }
}

/// The system's resolver. It answers `localhost` and every name under it with loopback addresses, so
/// that `bucket.localhost` works on any machine.
#[derive(Clone, Copy, Debug)]
pub struct Resolver;

impl Resolve for Resolver {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            if let Some(loopback) = loopback(host) {
                return Ok(loopback);
            }
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// The addresses of a name that is this machine.
pub(super) fn loopback(host: &str) -> Option<Vec<IpAddr>> {
    let addresses: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    is_loopback_host(host).then(|| addresses.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn names_under_localhost_are_this_machine() {
        for name in ["localhost", "demo--usw2-az1--x-s3.localhost"] {
            let addresses = Resolver.resolve(name).await.unwrap();
            assert_eq!(addresses.len(), 2);
            assert!(addresses.iter().all(IpAddr::is_loopback));
        }
    }
}

//! [`Addresses`]: which of a host's addresses the next connection goes to.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec;

use hyper_util::client::legacy::connect::dns::Name;
use tokio::time::Instant;
use tower_service::Service;

use super::error::{NO_CONNECTION, reason};
use super::resolver::{self, Resolve};
use super::{TransportError, TransportErrorKind};
use crate::clock::BoxFuture;

/// For so long an address comes last after it has failed.
const AVOIDED: Duration = Duration::from_secs(30);
/// So many addresses are remembered that no connection goes to: names change theirs all the time.
const KEPT: usize = 256;

/// What is known of the addresses that connections go to.
#[derive(Debug, Default)]
pub(super) struct Addresses(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    addresses: HashMap<IpAddr, Address>,
    /// How many connections have been begun.
    begun: u64,
}

#[derive(Debug, Default)]
struct Address {
    /// Connections that are open or being opened.
    open: usize,
    /// Which connection was the last that went here.
    last: u64,
    failed: Option<Instant>,
}

impl Address {
    fn is_avoided(&self) -> bool {
        self.failed.is_some_and(|failed| failed.elapsed() < AVOIDED)
    }
}

impl Addresses {
    /// Puts the addresses of a host into the order in which they are tried, and counts the first as
    /// used: those that have failed lately last, those of the family that the resolver prefers first,
    /// then by the number of their connections, then by the time since the last one.
    fn order(self: &Arc<Self>, addresses: &mut Vec<IpAddr>) -> Option<Used> {
        let prefers_ipv6 = addresses.first()?.is_ipv6();
        let mut seen = HashSet::new();
        addresses.retain(|ip| seen.insert(*ip));
        let mut known = self.lock();
        addresses.sort_by_cached_key(|ip| {
            let address = known.addresses.get(ip);
            (
                address.is_some_and(Address::is_avoided),
                ip.is_ipv6() != prefers_ipv6,
                address.map_or(0, |address| address.open),
                address.map_or(0, |address| address.last),
            )
        });
        let ip = *addresses.first()?;
        known.begun += 1;
        let begun = known.begun;
        if known.addresses.len() >= 2 * KEPT {
            known.addresses.retain(|_, address| {
                let is_needed = address.open > 0 || address.is_avoided();
                is_needed || address.last + KEPT as u64 > begun
            });
        }
        let address = known.addresses.entry(ip).or_default();
        address.open += 1;
        address.last = begun;
        drop(known);
        Some(Used {
            addresses: Arc::clone(self),
            ip,
            is_only: addresses.len() == 1,
        })
    }

    fn change(&self, ip: IpAddr, change: impl FnOnce(&mut Address)) {
        change(self.lock().addresses.entry(ip).or_default());
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An address that a connection goes to, counted until this is dropped.
#[derive(Debug)]
pub(super) struct Used {
    addresses: Arc<Addresses>,
    ip: IpAddr,
    /// Whether the host has no other.
    is_only: bool,
}

impl Used {
    /// The server at this address does not do its work.
    pub(super) fn set_failed(&self) {
        let now = Instant::now();
        self.addresses
            .change(self.ip, |address| address.failed = Some(now));
    }

    /// Whether a connection to another address is better.
    pub(super) fn is_avoided(&self) -> bool {
        let known = self.addresses.lock();
        !self.is_only
            && known
                .addresses
                .get(&self.ip)
                .is_some_and(Address::is_avoided)
    }
}

impl Drop for Used {
    fn drop(&mut self) {
        self.addresses.change(self.ip, |address| {
            address.open = address.open.saturating_sub(1)
        });
    }
}

/// The addresses of a name, in the order in which they are tried, and the first.
type Found = (Vec<IpAddr>, Used);

/// Looks up a name for one connection, and remembers what was found.
#[derive(Clone)]
pub(super) struct Choice {
    resolver: Arc<dyn Resolve>,
    addresses: Arc<Addresses>,
    found: Arc<Mutex<Option<Found>>>,
}

impl Choice {
    pub(super) fn new(resolver: Arc<dyn Resolve>, addresses: Arc<Addresses>) -> Self {
        Self {
            resolver,
            addresses,
            found: Arc::default(),
        }
    }

    /// The connection goes to this address. Those that were tried in vain before come last for a
    /// while. `None` if no name was looked up.
    pub(super) fn connected(&self, ip: IpAddr) -> Option<Used> {
        let (order, mut used) = self.take()?;
        let prefers_ipv6 = order.first()?.is_ipv6();
        let tried = order.iter().take_while(|tried| **tried != ip);
        // the other family is tried beside the preferred one
        let tried = tried
            .filter(|tried| tried.is_ipv6() == ip.is_ipv6() || tried.is_ipv6() == prefers_ipv6);
        let now = Instant::now();
        for tried in tried {
            self.addresses
                .change(*tried, |address| address.failed = Some(now));
        }
        self.addresses.change(ip, |address| {
            address.failed = None;
            address.open += 1;
        });
        let first = std::mem::replace(&mut used.ip, ip);
        drop(Used {
            addresses: Arc::clone(&self.addresses),
            ip: first,
            is_only: used.is_only,
        });
        Some(used)
    }

    /// No connection has come of it.
    pub(super) fn failed(&self) {
        if let Some((_, used)) = self.take() {
            used.set_failed();
        }
    }

    fn take(&self) -> Option<Found> {
        self.found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    async fn resolve(self, host: &str) -> Result<vec::IntoIter<SocketAddr>, TransportError> {
        let unknown = |problem: &str| {
            let text = format!("the name `{host}` {problem}");
            TransportError::because(TransportErrorKind::Lookup, NO_CONNECTION, text)
        };
        let mut addresses = match resolver::loopback(host) {
            Some(addresses) => addresses,
            None => self.resolver.resolve(host).await.map_err(|error| {
                TransportError::too_many_files(&error).unwrap_or_else(|| {
                    unknown(&format!("could not be looked up: {}", reason(&error)))
                })
            })?,
        };
        let used = self.addresses.order(&mut addresses);
        let used = used.ok_or_else(|| unknown("has no address"))?;
        let order = addresses.clone();
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some((order, used));
        let all: Vec<_> = addresses
            .into_iter()
            .map(|ip| SocketAddr::new(ip, 0))
            .collect();
        Ok(all.into_iter())
    }
}

impl Service<Name> for Choice {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<Self::Response, TransportError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let choice = self.clone();
        Box::pin(async move { choice.resolve(name.as_str()).await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ips(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[derive(Debug)]
    struct Fixed(Vec<IpAddr>);

    impl Resolve for Fixed {
        fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>> {
            Box::pin(async { Ok(self.0.clone()) })
        }
    }

    async fn tried(choice: &Choice) -> Vec<IpAddr> {
        let found = choice.clone().resolve("name.test").await.unwrap();
        found.map(|address| address.ip()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_take_turns_and_those_that_fail_come_last() {
        let all = ips(&["10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.3", "fd00::1"]);
        let addresses = Arc::<Addresses>::default();
        let choice = || Choice::new(Arc::new(Fixed(all.clone())), Arc::clone(&addresses));
        let mut open = Vec::new();
        for turn in 0..9 {
            let choice = choice();
            let order = tried(&choice).await;
            assert_eq!(
                order[0],
                ips(&["10.0.0.1", "10.0.0.2", "10.0.0.3"])[turn % 3]
            );
            assert_eq!((order.len(), order[3]), (4, all[4]));
            open.push(choice.connected(order[0]).unwrap());
        }
        // what is being opened counts, too
        let opening = choice();
        assert_eq!(tried(&opening).await[0], all[0]);
        assert_eq!(tried(&choice()).await[0], all[1]);
        drop(opening);
        // the one with the fewest connections
        drop(open.remove(4));
        assert_eq!(tried(&choice()).await[0], all[1]);

        // the first was tried in vain, and the second answered
        let next = choice();
        let order = tried(&next).await;
        open.push(next.connected(order[1]).unwrap());
        let later = tried(&choice()).await;
        assert_eq!(*later.last().unwrap(), order[0]);
        // one that says that it is out of order
        let next = choice();
        let order = tried(&next).await;
        next.connected(order[0]).unwrap().set_failed();
        assert_ne!(tried(&choice()).await[0], order[0]);
        tokio::time::sleep(AVOIDED).await;
        assert_eq!(*tried(&choice()).await.last().unwrap(), all[4]);

        drop(open);
        let known = addresses.lock();
        assert!(known.addresses.values().all(|address| address.open == 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_family_that_does_not_answer_comes_last() {
        let all = ips(&["fd00::1", "fd00::2", "10.0.0.1"]);
        let addresses = Arc::<Addresses>::default();
        let choice = || Choice::new(Arc::new(Fixed(all.clone())), Arc::clone(&addresses));
        let first = choice();
        assert_eq!(tried(&first).await, all);
        let used = first.connected(all[2]).unwrap();
        assert_eq!(tried(&choice()).await[0], all[2]);
        assert!(!used.is_avoided());
        tokio::time::sleep(AVOIDED).await;
        assert_eq!(tried(&choice()).await[2], all[2]);
    }

    #[tokio::test]
    async fn a_name_without_addresses_is_told() {
        let choice = Choice::new(Arc::new(Fixed(Vec::new())), Arc::default());
        let error = choice.resolve("name.test").await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Lookup);
        assert!(
            error
                .to_string()
                .contains("the name `name.test` has no address")
        );
    }
}

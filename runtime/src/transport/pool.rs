//! [`Pool`]: the connections to all servers.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::uri::{Authority, Scheme};

use super::TransportError;
use super::host::{Host, Permit, Urgency};
use super::limits::Limits;
use crate::lease::FEW;

/// Which server a connection leads to.
#[derive(Clone)]
pub(super) struct Server {
    scheme: Scheme,
    authority: Authority,
}

impl Server {
    pub(super) fn new(scheme: &Scheme, authority: &Authority) -> Self {
        Self {
            scheme: scheme.clone(),
            authority: authority.clone(),
        }
    }

    /// As texts: an `Authority` would hash its letters one by one, for the sake of their case, with every request.
    fn texts(&self) -> (&str, &str) {
        (self.scheme.as_str(), self.authority.as_str())
    }
}

impl PartialEq for Server {
    fn eq(&self, other: &Self) -> bool {
        self.texts() == other.texts()
    }
}

impl Eq for Server {}

impl Hash for Server {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.texts().hash(state);
    }
}

/// The connections to each server.
pub(super) struct Pool {
    limits: Limits,
    hosts: Mutex<HashMap<Server, Arc<Host>>>,
}

impl Pool {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            hosts: Mutex::default(),
        }
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// The connections to a server.
    pub(super) fn host(&self, server: &Server) -> Arc<Host> {
        let mut hosts = self.lock();
        let is_it = |(known, host)| (known == server).then_some(host);
        let found = if hosts.len() <= FEW {
            hosts.iter().find_map(is_it)
        } else {
            hosts.get(server)
        };
        if let Some(host) = found {
            return Arc::clone(host);
        }
        // at each doubling, so that looking through all of them does not add up
        if hosts.len().is_power_of_two() {
            hosts.retain(|_, host| Arc::strong_count(host) > 1 || host.is_swept());
        }
        let host = Host::new(self.limits);
        hosts.insert(server.clone(), Arc::clone(&host));
        host
    }

    /// The right to one connection to a server.
    pub(super) async fn permit(
        &self,
        server: &Server,
        urgency: Urgency,
    ) -> Result<Permit, TransportError> {
        let host = self.host(server);
        match host.try_permit() {
            Some(permit) => Ok(permit),
            // boxed, as most calls do without
            None => Box::pin(host.wait(urgency)).await,
        }
    }

    /// Closes idle connections that a runtime has left behind when it ended, with nobody to sweep them.
    pub(super) fn sweep_abandoned(&self) {
        let hosts = self.lock();
        for host in hosts.values().filter(|host| !host.is_swept()) {
            host.sweep();
        }
    }

    /// Closes all idle connections.
    pub(super) fn close_idle(&self) {
        self.lock().values().for_each(|host| host.close_idle());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Server, Arc<Host>>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

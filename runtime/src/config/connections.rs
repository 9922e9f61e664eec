//! Settings of connections: how many there are, and how long they and the calls that need them wait.

use std::sync::Arc;
use std::time::Duration;

use super::{BuildError, Builder};
use crate::transport::{CaBundle, HttpTransport, Resolve, Transport};

/// The settings as given; `None` is the transport's own.
#[derive(Default)]
pub(super) struct Connections {
    resolver: Option<Arc<dyn Resolve>>,
    max: Option<usize>,
    idle: Option<Duration>,
    wait: Option<Duration>,
    /// In PEM.
    pub(super) ca_bundle: Option<Vec<u8>>,
}

impl Connections {
    /// Checks the settings, and makes the transport that they are of.
    pub(super) fn transport(self, connect: Duration) -> Result<Arc<dyn Transport>, BuildError> {
        let mut transport = HttpTransport::new(connect);
        if self.max == Some(0) {
            return Err(BuildError::NoConnections);
        }
        for (name, limit) in [("idle_timeout", self.idle), ("connection_wait", self.wait)] {
            if limit.is_some_and(|limit| limit.is_zero()) {
                return Err(BuildError::ZeroTimeout(name));
            }
        }
        if let Some(resolver) = self.resolver {
            transport = transport.with_resolver(resolver);
        }
        if let Some(number) = self.max {
            transport = transport.with_max_connections(number);
        }
        if let Some(limit) = self.idle {
            transport = transport.with_idle_timeout(limit);
        }
        if let Some(limit) = self.wait {
            transport = transport.with_connection_wait(limit);
        }
        let bundle = self.ca_bundle.as_deref().map(CaBundle::from_pem);
        if let Some(bundle) = bundle.transpose().map_err(BuildError::CaBundle)? {
            transport = transport.with_ca_bundle(bundle);
        }
        Ok(Arc::new(transport))
    }
}

impl<C> Builder<C> {
    /// Looks up the addresses of hosts with this resolver, not the system's. It has no effect on a
    /// transport of your own.
    ///
    /// Connections are spread evenly over the addresses that it gives; those that have failed come
    /// last for half a minute.
    #[must_use]
    pub fn resolver(mut self, resolver: impl Resolve + 'static) -> Self {
        self.connections.resolver = Some(Arc::new(resolver));
        self
    }

    /// How many connections there may be to one host, idle ones included.
    ///
    /// Unless set, it is a quarter of the files that this process may have open (`ulimit -n`), at
    /// most 1,024, and 256 where the system does not say. Calls beyond that wait for a connection in
    /// the order in which they came. A body that is held counts until it is read to its end or
    /// dropped: who reads from many objects at once needs as many connections. It has no effect on a
    /// transport of your own.
    #[must_use]
    pub fn max_connections(mut self, number: usize) -> Self {
        self.connections.max = Some(number);
        self
    }

    /// How long a connection may be idle before it is closed; 90 seconds unless set. It has no effect
    /// on a transport of your own.
    #[must_use]
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.connections.idle = Some(limit);
        self
    }

    /// How long a call waits for a connection where nothing shows that one will come free; 20 seconds
    /// unless set.
    ///
    /// That is so where all [`max_connections`](Self::max_connections) are held by bodies of
    /// responses that nobody reads: whoever holds them may be waiting for this very call. The error's
    /// kind is [`NoFreeConnection`](crate::transport::TransportErrorKind::NoFreeConnection), and it
    /// is not retried. While bytes move, connections come free or requests wait for their answers,
    /// there is no limit.
    ///
    /// A call also waits so long for a file where the process has as many open as it may have; then the
    /// error's kind is [`TooManyOpenFiles`](crate::transport::TransportErrorKind::TooManyOpenFiles). It has no effect on a transport of your own.
    #[must_use]
    pub fn connection_wait(mut self, limit: Duration) -> Self {
        self.connections.wait = Some(limit);
        self
    }
}

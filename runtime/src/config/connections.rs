//! Settings of connections: their number, and how long they and the calls that need them wait.

use std::sync::Arc;
use std::time::Duration;

use super::{BuildError, Builder};
use crate::transport::{CaBundle, HttpTransport, Resolve, Transport};

/// The settings. `None` is the default of the transport.
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
    /// Looks up the addresses of hosts with this resolver instead of that of the system. This has no effect on a custom
    /// transport.
    ///
    /// The client distributes its connections evenly over the addresses. For half a minute after a failure, it tries an
    /// address last.
    #[must_use]
    pub fn resolver(mut self, resolver: impl Resolve + 'static) -> Self {
        self.connections.resolver = Some(Arc::new(resolver));
        self
    }

    /// Sets the largest number of connections to one host, including idle ones.
    ///
    /// Default: a quarter of the files that this process may have open (`ulimit -n`), at most 1,024, and 256 if the
    /// system has no limit. Further calls wait for a connection in the order of their arrival. A body holds its
    /// connection until it is read to its end or dropped, so a program that reads many objects at once needs as many
    /// connections. This has no effect on a custom transport.
    #[must_use]
    pub fn max_connections(mut self, number: usize) -> Self {
        self.connections.max = Some(number);
        self
    }

    /// Sets how long a connection may be idle before the client closes it. Default: 90 seconds. This has no effect on a
    /// custom transport.
    #[must_use]
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.connections.idle = Some(limit);
        self
    }

    /// Sets how long a call waits for a connection without a sign that one will become free. Default: 20 seconds.
    ///
    /// This is the case if bodies of responses that nobody reads hold all [`max_connections`](Self::max_connections).
    /// The task that holds them may be waiting for this very call. The kind of the error is
    /// [`NoFreeConnection`](crate::transport::TransportErrorKind::NoFreeConnection), and it is not retried. There is no
    /// limit while bytes move, connections become free, or requests wait for their answers.
    ///
    /// A call waits equally long if the process has reached its limit of open files; the kind of the error is then
    /// [`TooManyOpenFiles`](crate::transport::TransportErrorKind::TooManyOpenFiles). This has no effect on a custom
    /// transport.
    #[must_use]
    pub fn connection_wait(mut self, limit: Duration) -> Self {
        self.connections.wait = Some(limit);
        self
    }
}

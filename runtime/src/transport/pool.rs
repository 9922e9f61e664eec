//! [`Pool`]: open connections that wait for their next request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::uri::{Authority, Scheme};
use tokio::runtime::{self, Handle};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::exchange::Open;

/// How long a connection may wait for its next request.
const IDLE: Duration = Duration::from_secs(90);
/// How often those that wait are looked at.
const SWEEP: Duration = Duration::from_secs(15);

/// Which server a connection leads to, and the runtime that moves it: in another, it might stand still.
pub(super) type Server = (runtime::Id, Scheme, Authority);

/// The connections that wait, those that came last behind.
#[derive(Default)]
pub(super) struct Pool(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    connections: HashMap<Server, Vec<(Instant, Box<Open>)>>,
    /// Closes what has waited too long.
    sweeper: Option<JoinHandle<()>>,
}

impl Pool {
    /// The connection that has waited least, so that those that are not needed grow old.
    pub(super) fn take(&self, server: &Server) -> Option<Box<Open>> {
        loop {
            let mut waiting = self.lock();
            let connections = waiting.connections.get_mut(server);
            let Some((since, mut open)) = connections.and_then(Vec::pop) else {
                // a runtime that has ended leaves its connections here, and no one to sweep
                waiting.sweep(|(runtime, ..)| *runtime != server.0);
                return None;
            };
            drop(waiting);
            if since.elapsed() < IDLE && open.is_idle() {
                return Some(open);
            }
        }
    }

    pub(super) fn put(self: &Arc<Self>, server: Server, open: Box<Open>) {
        let mut waiting = self.lock();
        let connections = waiting.connections.entry(server).or_default();
        connections.push((Instant::now(), open));
        let is_swept = waiting.sweeper.as_ref().is_some_and(|it| !it.is_finished());
        if !is_swept && let Ok(runtime) = Handle::try_current() {
            waiting.sweeper = Some(runtime.spawn(sweep(Arc::downgrade(self))));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes what has waited too long; false if nothing is left.
    fn sweep(&self) -> bool {
        let mut waiting = self.lock();
        waiting.sweep(|_| true);
        if waiting.connections.is_empty() {
            waiting.sweeper = None;
        }
        waiting.sweeper.is_some()
    }
}

impl Waiting {
    /// Closes what has waited too long, or was closed by the other side, to those that are meant.
    fn sweep(&mut self, is_meant: impl Fn(&Server) -> bool) {
        self.connections.retain(|server, connections| {
            if is_meant(server) {
                connections.retain_mut(|(since, open)| since.elapsed() < IDLE && open.is_idle());
            }
            !connections.is_empty()
        });
    }
}

/// Ends with the pool, or when nothing waits.
async fn sweep(pool: std::sync::Weak<Pool>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        if !pool.upgrade().is_some_and(|pool| pool.sweep()) {
            return;
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(sweeper) = &self.sweeper {
            sweeper.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Uri;
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::*;
    use crate::transport::connect::Connector;

    #[tokio::test]
    async fn what_waits_too_long_or_in_vain_is_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority: Authority = listener.local_addr().unwrap().to_string().parse().unwrap();
        let server = (Handle::current().id(), Scheme::HTTP, authority.clone());
        let connector = Connector::new(Duration::from_secs(5));
        let uri: Uri = format!("http://{authority}/").parse().unwrap();
        let connection = connector.connect(uri.clone()).await.unwrap();
        let (mut other_end, _) = listener.accept().await.unwrap();

        let pool = Arc::<Pool>::default();
        pool.put(server.clone(), Open::new(connection).await.unwrap());
        let open = pool.take(&server).unwrap();
        assert!(pool.take(&server).is_none());
        pool.put(server.clone(), open);
        tokio::time::pause();
        tokio::time::sleep(3 * IDLE).await;
        assert_eq!(other_end.read(&mut [0]).await.unwrap(), 0);
        assert!(pool.lock().connections.is_empty() && pool.lock().sweeper.is_none());

        tokio::time::resume();
        let connection = connector.connect(uri).await.unwrap();
        pool.put(server, Open::new(connection).await.unwrap());
        drop(listener.accept().await.unwrap());
        tokio::time::pause();
        tokio::time::sleep(2 * SWEEP).await;
        assert!(pool.lock().connections.is_empty());
    }
}

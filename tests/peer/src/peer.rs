//! The running peer and its handle.

mod objects;

use crate::clock::Clock;
use crate::config::PeerBuilder;
use crate::data::Spill;
use crate::fault::Fault;
use crate::http::serve;
use crate::record::Recorded;
use crate::secret::Secret;
use crate::service::Service;
use crate::store::{BaseCredentials, Session};
use crate::tls::{Identity, Stream};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

/// Connections that may wait to be accepted; thousands of clients come at once in load tests.
const BACKLOG: u32 = 4096;

/// What keeps the peer going, and ends it.
#[derive(Debug)]
enum Engine {
    Task(JoinHandle<()>),
    Thread {
        stop: Option<oneshot::Sender<()>>,
        thread: Option<thread::JoinHandle<()>>,
    },
}

/// A running S3 Express server on the loopback interface. It stops when it is dropped.
#[derive(Debug)]
pub struct Peer {
    service: Arc<Service>,
    address: SocketAddr,
    engine: Engine,
    /// The root that its certificate hangs on, in PEM.
    root: Option<String>,
}

/// What is ready to serve.
struct Ready {
    service: Arc<Service>,
    listener: TcpListener,
    address: SocketAddr,
    identity: Option<Identity>,
}

impl Peer {
    /// The bucket of [`for_tests`](Self::for_tests) and of the program.
    pub const BUCKET: &str = "demo--usw2-az1--x-s3";
    /// Its region.
    pub const REGION: &str = "us-west-2";
    /// The access key id of its user.
    pub const ACCESS_KEY_ID: &str = "AKIAZONALPEEREXAMPLE";
    /// The secret access key of its user.
    pub const SECRET_ACCESS_KEY: &str = "zonal/peer+EXAMPLE/secret/key/of/no/use0";

    /// Starts a peer on the current tokio runtime, with one empty bucket and one user: [`BUCKET`](Self::BUCKET),
    /// [`ACCESS_KEY_ID`](Self::ACCESS_KEY_ID) and [`SECRET_ACCESS_KEY`](Self::SECRET_ACCESS_KEY) in
    /// [`REGION`](Self::REGION). Each test should start its own.
    ///
    /// # Errors
    ///
    /// If it cannot listen on the loopback interface.
    pub async fn for_tests() -> io::Result<Self> {
        PeerBuilder::for_tests().start().await
    }

    /// Returns a builder for a peer in `us-west-2`, without buckets and credentials.
    pub fn builder() -> PeerBuilder {
        PeerBuilder::new()
    }

    pub(crate) async fn start(builder: PeerBuilder) -> io::Result<Self> {
        let ready = prepare(builder)?;
        let (service, address, root) = ready.parts();
        let task = tokio::spawn(accept(ready));
        Ok(Self {
            service,
            address,
            engine: Engine::Task(task),
            root,
        })
    }

    pub(crate) fn start_blocking(builder: PeerBuilder) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let ready = {
            let _context = runtime.enter();
            prepare(builder)?
        };
        let (stop, stopped) = oneshot::channel();
        let (service, address, root) = ready.parts();
        let thread = thread::Builder::new()
            .name("zonal-peer".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    tokio::select! {
                        () = accept(ready) => {}
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Self {
            service,
            address,
            engine: Engine::Thread {
                stop: Some(stop),
                thread: Some(thread),
            },
            root,
        })
    }

    /// `http://127.0.0.1:PORT`, or `https://` with TLS.
    pub fn endpoint_url(&self) -> String {
        let scheme = if self.root.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Returns the root certificate in PEM that clients must trust; `None` without TLS.
    pub fn root_certificate(&self) -> Option<&str> {
        self.root.as_deref()
    }

    /// Returns the address of the peer.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns all requests so far, in the order of their answers.
    pub fn requests(&self) -> Vec<Recorded> {
        self.service.log().iter().cloned().collect()
    }

    /// Returns all requests so far and removes them.
    pub fn take_requests(&self) -> Vec<Recorded> {
        self.service.log().drain(..).collect()
    }

    /// Returns the number of connections so far.
    pub fn connection_count(&self) -> u64 {
        self.service.connections.load(Ordering::Relaxed)
    }

    /// Returns the number of connections that ended with an incomplete request.
    pub fn refused_count(&self) -> u64 {
        self.service.refused.load(Ordering::Relaxed)
    }

    /// Returns the number of bytes sent so far.
    pub fn sent_bytes(&self) -> u64 {
        self.service.sent.load(Ordering::Relaxed)
    }

    /// Adds a fault. Waiting faults apply in the order in which they were added.
    pub fn fault(&self, fault: Fault) {
        self.service.script.push(fault);
    }

    /// Returns the number of waiting faults.
    pub fn pending_faults(&self) -> usize {
        self.service.script.len()
    }

    /// Returns the number of faults that wait for this operation only.
    pub fn pending_faults_on(&self, operation: crate::Operation) -> usize {
        self.service.script.count(operation)
    }

    /// Removes all waiting faults.
    pub fn clear_faults(&self) {
        self.service.script.clear();
    }

    /// The peer's clock.
    pub fn clock(&self) -> &Clock {
        &self.service.clock
    }

    /// Makes a bucket.
    pub fn create_bucket(&self, name: &str) {
        self.service
            .store
            .add_bucket(name, self.service.clock.now());
    }

    /// Removes a bucket with everything in it.
    pub fn delete_bucket(&self, name: &str) {
        self.service.store.remove_bucket(name);
    }

    /// Adds or replaces the credentials of a user.
    pub fn add_credentials(&self, access_key_id: &str, secret_access_key: &str) {
        self.set_credentials(access_key_id, secret_access_key, None);
    }

    /// Adds or replaces temporary credentials.
    pub fn add_temporary_credentials(
        &self,
        access_key_id: &str,
        secret_access_key: &str,
        session_token: &str,
    ) {
        self.set_credentials(access_key_id, secret_access_key, Some(session_token));
    }

    fn set_credentials(&self, access_key_id: &str, secret_access_key: &str, token: Option<&str>) {
        self.service.store.add_credentials(BaseCredentials {
            access_key_id: access_key_id.to_owned(),
            secret_access_key: Secret::new(secret_access_key),
            session_token: token.map(Secret::new),
        });
    }

    /// Removes base credentials. Sessions that were opened with them stay valid.
    pub fn remove_credentials(&self, access_key_id: &str) {
        self.service.store.remove_credentials(access_key_id);
    }

    /// Forbids `ReadWrite` sessions from now on, or allows them again.
    pub fn deny_read_write(&self, denied: bool) {
        self.service
            .policy
            .deny_read_write
            .store(denied, Ordering::Relaxed);
    }

    /// Returns all sessions so far.
    pub fn issued_sessions(&self) -> Vec<Arc<Session>> {
        self.service.store.issued_sessions()
    }

    /// Expires all sessions: their requests get `ExpiredToken`.
    pub fn expire_sessions(&self) {
        self.service.store.expire_sessions();
    }

    /// Removes all sessions: their requests get `InvalidAccessKeyId`.
    pub fn forget_sessions(&self) {
        self.service.store.forget_sessions();
    }

    /// Stops, and waits until every connection is closed.
    pub async fn shutdown(mut self) {
        if let Engine::Task(task) = &mut self.engine {
            task.abort();
            let _ = task.await;
        }
    }

    /// Serves until the process ends; only for a peer of [`PeerBuilder::start_blocking`], others return at once.
    pub fn serve_forever(mut self) {
        if let Engine::Thread { thread, .. } = &mut self.engine
            && let Some(thread) = thread.take()
        {
            let _ = thread.join();
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        match &mut self.engine {
            Engine::Task(task) => task.abort(),
            Engine::Thread { stop, thread } => {
                drop(stop.take());
                if let Some(thread) = thread.take() {
                    let _ = thread.join();
                }
            }
        }
    }
}

/// Sets up the state and the listening socket; needs the context of a runtime.
fn prepare(builder: PeerBuilder) -> io::Result<Ready> {
    let identity = builder.tls.as_ref().map(Identity::new).transpose()?;
    let service = Service::new(builder.config, Spill::new(builder.directory.clone()));
    if let Some(directory) = builder.directory {
        service.store.open_directory(directory)?;
    }
    let now = service.clock.now();
    builder
        .buckets
        .iter()
        .for_each(|name| service.store.add_bucket(name, now));
    builder
        .credentials
        .into_iter()
        .for_each(|credentials| service.store.add_credentials(credentials));
    service
        .policy
        .deny_read_write
        .store(builder.deny_read_write, Ordering::Relaxed);
    let socket = TcpSocket::new_v4()?;
    if cfg!(unix) {
        // A fixed port can be taken again at once after the last peer ended.
        socket.set_reuseaddr(true)?;
    }
    socket.bind((Ipv4Addr::LOCALHOST, builder.port).into())?;
    let listener = socket.listen(BACKLOG)?;
    let address = listener.local_addr()?;
    Ok(Ready {
        service: Arc::new(service),
        listener,
        address,
        identity,
    })
}

impl Ready {
    /// What the handle of the peer needs.
    fn parts(&self) -> (Arc<Service>, SocketAddr, Option<String>) {
        let root = self.identity.as_ref().map(|identity| identity.root.clone());
        (Arc::clone(&self.service), self.address, root)
    }
}

/// Takes connections until the task is dropped, and with it every connection.
async fn accept(ready: Ready) {
    let Ready {
        service,
        listener,
        identity,
        ..
    } = ready;
    let acceptor = identity.map(|identity| identity.acceptor);
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = open.join_next() => continue,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, most likely: some connection has to end first.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let connection = service.connections.fetch_add(1, Ordering::Relaxed);
        if open.len() < service.config.limits.connections {
            let service = Arc::clone(&service);
            let acceptor = acceptor.clone();
            open.spawn(async move {
                let _ = stream.set_nodelay(true);
                let limits = &service.config.limits;
                let stream = Stream::accept(stream, acceptor, limits.head_timeout).await;
                match stream {
                    Ok(stream) => serve(stream, &service, limits, connection).await,
                    Err(error) => {
                        tracing::debug!(connection, %error, "no TLS");
                        service.refused.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    }
}

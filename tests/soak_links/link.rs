//! [`Link`]: a connection to a server with a limited number of bytes per second.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Link {
    address: SocketAddr,
    most: Arc<AtomicUsize>,
}

impl Link {
    pub(crate) async fn new(server: SocketAddr, rate: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(carry(client, server, rate));
            }
        });
        let most = Arc::<AtomicUsize>::default();
        let seen = Arc::clone(&most);
        tokio::spawn(async move {
            loop {
                // the system tells them one by one: only what is there twice was open at once
                let first = connections_to(address.port());
                let both = connections_to(address.port());
                let both = both.intersection(&first).count();
                seen.fetch_max(both, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        Self { address, most }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were seen at once; 0 where the system does not say.
    pub(crate) fn most_connections(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

/// The sockets that are open and lead to this port of this machine, as Linux tells it.
fn connections_to(port: u16) -> BTreeSet<String> {
    let sockets = std::fs::read_to_string("/proc/self/net/tcp").unwrap_or_default();
    let remote = format!(":{port:04X}");
    let open = sockets.lines().filter_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let local = fields.next()?;
        let leads_there = fields.next()?.ends_with(&remote);
        // 01 stands for ESTABLISHED
        (leads_there && fields.next() == Some("01")).then(|| local.to_owned())
    });
    open.collect()
}

/// Carries bytes until one side ends; the other one then ends as well.
async fn carry(client: TcpStream, server: SocketAddr, rate: u64) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    tokio::select! {
        () = copy(from_client, to_server, rate) => {}
        () = copy(from_server, to_client, rate) => {}
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, rate: u64) {
    let mut buffer = vec![0; usize::try_from(rate / 50).unwrap().clamp(1024, 65_536)];
    let mut owed = Duration::ZERO;
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
        owed += Duration::from_secs_f64(length as f64 / rate as f64);
        if owed > Duration::from_millis(5) {
            tokio::time::sleep(owed).await;
            owed = Duration::ZERO;
        }
    }
}

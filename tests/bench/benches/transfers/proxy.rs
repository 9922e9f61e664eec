//! A network that is far: what goes through it arrives 10 ms later, and a connection has 1 MiB under way at most.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, sleep_until};

/// In either direction: a round trip takes twice as long.
const DELAY: Duration = Duration::from_millis(10);
/// What a connection has under way in either direction.
const WINDOW: usize = 1024 * 1024;
const PIECE: usize = 64 * 1024;

/// Starts in a thread of its own; where it listens, as a URL.
pub(crate) fn start(server: SocketAddr) -> io::Result<String> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    thread::spawn(move || runtime.block_on(accept(listener, server)));
    Ok(format!("http://{address}"))
}

async fn accept(listener: std::net::TcpListener, server: SocketAddr) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (client, _) = listener.accept().await?;
        tokio::spawn(async move {
            let server = TcpStream::connect(server).await?;
            client.set_nodelay(true)?;
            server.set_nodelay(true)?;
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::join!(
                hold_back(from_client, to_server),
                hold_back(from_server, to_client)
            );
            io::Result::Ok(())
        });
    }
}

type Piece = (Instant, Bytes, OwnedSemaphorePermit);

/// Hands on what comes, later.
async fn hold_back(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
    let (sender, mut pieces) = mpsc::unbounded_channel::<Piece>();
    let window = Arc::new(Semaphore::new(WINDOW));
    let reading = async move {
        let mut bytes = BytesMut::new();
        loop {
            bytes.reserve(PIECE);
            let Ok(1..) = from.read_buf(&mut bytes).await else {
                return;
            };
            let piece = bytes.split().freeze();
            let size = u32::try_from(piece.len()).unwrap_or(u32::MAX);
            let Ok(room) = Arc::clone(&window).acquire_many_owned(size).await else {
                return;
            };
            if sender.send((Instant::now() + DELAY, piece, room)).is_err() {
                return;
            }
        }
    };
    let writing = async move {
        while let Some((at, bytes, room)) = pieces.recv().await {
            sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
            drop(room);
        }
        let _ = to.shutdown().await;
    };
    tokio::join!(reading, writing);
}

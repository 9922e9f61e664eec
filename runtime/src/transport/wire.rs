//! [`Wire`]: a TCP connection whose bytes are counted, below TLS.

use std::io::ErrorKind::{Interrupted, WouldBlock};
use std::io::{self, Read as _};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(not(test))]
use tokio::net::TcpStream as Socket;
use tower_service::Service;

use super::addresses::Choice;
#[cfg(test)]
use super::memory::{Links, Socket};
use super::traffic::Traffic;
use crate::clock::BoxFuture;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How many bytes the kernel may hold that it has not sent yet.
///
/// It would take megabytes at once, which a slow link needs minutes to carry, and nothing would show
/// that they move. With this limit writes follow the pace of the link: 128 KiB are gone in 3 seconds
/// at 50 KB/s. What is on its way (sent, and not acknowledged) is not limited, so that a long and fast
/// link is filled all the same.
#[cfg(any(target_os = "android", target_os = "linux"))]
const UNSENT: u32 = 128 * 1024;

/// A TCP connection that tells its [`Traffic`] which bytes move.
pub(super) struct Wire {
    stream: Socket,
    traffic: Arc<Traffic>,
}

/// Reads what has come, whether or not the runtime knows of it: it asks the system only when no task has anything to do.
pub(super) trait Look {
    fn poll_look(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>>;
}

impl Look for TcpStream {
    fn poll_look(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.poll_read_ready(context).is_ready() {
            // the runtime believes that something has come, and reads
            return Pin::new(self).poll_read(context, buffer);
        }
        let socket = SockRef::from(&*self);
        match (&*socket).read(buffer.initialize_unfilled()) {
            Ok(read) => {
                buffer.advance(read);
                Poll::Ready(Ok(()))
            }
            Err(error) if matches!(error.kind(), WouldBlock | Interrupted) => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

impl Wire {
    /// Counts what was written.
    fn wrote(&self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(count)) = &result {
            self.traffic.sent(*count);
        }
        result
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.traffic.may_receive()?;
        let before = buffer.filled().len();
        let read = if self.traffic.is_unasked() {
            self.stream.poll_look(context, buffer)
        } else {
            Pin::new(&mut self.stream).poll_read(context, buffer)
        };
        ready!(read)?;
        self.traffic.received(buffer.filled().len() - before);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}

/// Opens a TCP connection whose bytes are counted.
#[derive(Clone)]
pub(super) struct ToServer {
    pub(super) tcp: HttpConnector<Choice>,
    pub(super) traffic: Arc<Traffic>,
    /// What opens connections in its place.
    #[cfg(test)]
    pub(super) links: Option<Links>,
}

impl Service<Uri> for ToServer {
    type Response = TokioIo<Wire>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<TokioIo<Wire>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // the connector is ready at any time
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let traffic = Arc::clone(&self.traffic);
        #[cfg(test)]
        if let Some(links) = &self.links {
            let opened = links.open();
            let wire = opened.map(|stream| TokioIo::new(Wire { stream, traffic }));
            return Box::pin(std::future::ready(wire.map_err(Into::into)));
        }
        let opening = self.tcp.call(to);
        Box::pin(async move {
            let stream = opening.await?.into_inner();
            // who cannot set it sees less of a slow upload, which has more time for that
            #[cfg(any(target_os = "android", target_os = "linux"))]
            drop(SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT));
            #[cfg(test)]
            let stream = Socket::Tcp(stream);
            Ok(TokioIo::new(Wire { stream, traffic }))
        })
    }
}

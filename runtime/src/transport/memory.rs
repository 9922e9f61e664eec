//! [`Links`]: connections in memory. Over these only a clock of the test's own passes time, however busy the machine is.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::wire::Look;

/// As much is on its way at most, as in the buffers of both sides.
const ON_ITS_WAY: usize = 64 * 1024;

/// What opens connections in memory.
#[derive(Clone, Debug)]
pub(crate) struct Links(UnboundedSender<DuplexStream>);

impl Links {
    /// With the servers' ends of the connections that will be opened.
    pub(crate) fn new() -> (Self, UnboundedReceiver<DuplexStream>) {
        let (opened, ends) = unbounded_channel();
        (Self(opened), ends)
    }

    pub(super) fn open(&self) -> io::Result<Socket> {
        let (ours, servers) = duplex(ON_ITS_WAY);
        let sent = self.0.send(servers);
        sent.map_err(|_| io::ErrorKind::ConnectionRefused)?;
        Ok(Socket::Memory(ours))
    }
}

/// What is under a [`Wire`](super::wire::Wire) in tests.
pub(super) enum Socket {
    Tcp(TcpStream),
    Memory(DuplexStream),
}

/// The same with either.
macro_rules! with {
    ($socket:expr, $stream:ident => $value:expr) => {
        match $socket.get_mut() {
            Socket::Tcp(stream) => {
                let $stream = Pin::new(stream);
                $value
            }
            Socket::Memory(stream) => {
                let $stream = Pin::new(stream);
                $value
            }
        }
    };
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        with!(self, stream => stream.poll_read(context, buffer))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        with!(self, stream => stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        with!(self, stream => stream.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        with!(self, stream => stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        with!(self, stream => stream.poll_shutdown(context))
    }
}

impl Look for Socket {
    fn poll_look(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(stream) => stream.poll_look(context, buffer),
            // what has come is known at once
            Self::Memory(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl Connection for Socket {
    fn connected(&self) -> Connected {
        match self {
            Self::Tcp(stream) => stream.connected(),
            Self::Memory(_) => Connected::new(),
        }
    }
}

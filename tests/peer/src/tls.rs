//! TLS of the peer: a root and a certificate, which the peer creates at its start.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::secret::random_text;

/// How a peer identifies itself.
#[derive(Debug, Clone)]
pub struct Tls {
    names: Vec<String>,
    expired: bool,
}

impl Default for Tls {
    /// A valid certificate for this machine: its addresses, `localhost`, and `s3.localhost` with the names under it
    /// (a wildcard under `localhost` itself is taken by no client).
    fn default() -> Self {
        let names = [
            "127.0.0.1",
            "::1",
            "localhost",
            "s3.localhost",
            "*.s3.localhost",
        ];
        Self {
            names: names.map(str::to_owned).to_vec(),
            expired: false,
        }
    }
}

impl Tls {
    /// A certificate for this name only.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.names = vec![name.into()];
        self
    }

    /// A certificate whose time is over.
    #[must_use]
    pub fn expired(mut self) -> Self {
        self.expired = true;
        self
    }
}

/// A certificate with its key, ready for connections.
pub(crate) struct Identity {
    pub(crate) acceptor: TlsAcceptor,
    /// In PEM.
    pub(crate) root: String,
}

impl Identity {
    pub(crate) fn new(tls: &Tls) -> io::Result<Self> {
        let (certificate, key, root) = make(tls).map_err(io::Error::other)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .map_err(io::Error::other)?;
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            root,
        })
    }
}

type Made = (
    rustls::pki_types::CertificateDer<'static>,
    PrivateKeyDer<'static>,
    String,
);

fn make(tls: &Tls) -> Result<Made, rcgen::Error> {
    let mut root = CertificateParams::default();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.distinguished_name
        // two roots of one name would look like one with a wrong key
        .push(
            DnType::CommonName,
            format!("Peer {}", random_text(b"0123456789", 16)),
        );
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate()?)?;
    let mut params = CertificateParams::new(tls.names.clone())?;
    params.distinguished_name.push(DnType::CommonName, "A peer");
    if tls.expired {
        params.not_before = rcgen::date_time_ymd(2001, 1, 1);
        params.not_after = rcgen::date_time_ymd(2002, 1, 1);
    }
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &root)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok((certificate.der().clone(), key.into(), root.pem()))
}

/// A connection with or without TLS.
pub(crate) enum Stream {
    Plain(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// Agrees on TLS, where there is to be any.
    pub(crate) async fn accept(
        stream: TcpStream,
        acceptor: Option<TlsAcceptor>,
        limit: Duration,
    ) -> io::Result<Self> {
        let Some(acceptor) = acceptor else {
            return Ok(Self::Plain(stream));
        };
        let accepted = tokio::time::timeout(limit, acceptor.accept(stream)).await;
        let stream = accepted.map_err(|_| io::ErrorKind::TimedOut)??;
        Ok(Self::Secure(Box::new(stream)))
    }

    pub(crate) fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Secure(stream) => stream.get_ref().0,
        }
    }

    /// The connection under TLS.
    pub(crate) fn without_tls(self) -> Self {
        match self {
            Self::Secure(stream) => Self::Plain(stream.into_inner().0),
            plain => plain,
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Secure(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Secure(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Secure(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Secure(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

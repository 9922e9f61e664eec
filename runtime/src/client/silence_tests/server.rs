//! A server in memory that deals with requests by plans, and clients of it with TLS and without.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::SECOND;
use crate::client::Core;
use crate::client::own::{builder, service};
use crate::config::Builder;
use crate::transport::{CaBundle, HttpTransport, Links};

/// What a slow link carries in a second, and what takes 128 seconds over it.
pub(super) const SLOW: usize = 8 * 1024;
pub(super) const LONG: usize = 128 * SLOW;
pub(super) const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/// What the server does with a request.
#[derive(Clone)]
pub(super) struct Plan {
    /// It takes so many bytes of the body in a second; none at all, if there is no number.
    takes: Option<usize>,
    /// What it says, each piece after a while. Then it is silent, unless the answer is whole.
    says: Vec<(Duration, Bytes)>,
    is_whole: bool,
}

impl Plan {
    pub(super) fn says(says: impl IntoIterator<Item = (Duration, Bytes)>) -> Self {
        Self {
            takes: Some(usize::MAX),
            says: says.into_iter().collect(),
            is_whole: true,
        }
    }

    pub(super) fn good(after: Duration) -> Self {
        Self::says([(after, answer(&[]))])
    }

    pub(super) fn silent() -> Self {
        Self {
            is_whole: false,
            ..Self::says([])
        }
    }

    /// It takes the body slowly, or not at all.
    pub(super) fn taking(takes: Option<usize>) -> Self {
        Self {
            takes,
            ..Self::good(Duration::ZERO)
        }
    }

    /// An answer at the pace of a slow link.
    pub(super) fn slow() -> Self {
        let answer = answer(&[7; LONG]);
        let pieces = answer.chunks(SLOW).map(Bytes::copy_from_slice);
        Self::says(pieces.map(|piece| (SECOND, piece)))
    }

    /// This, over and over, with a pause before each.
    pub(super) fn forever(start: &'static str, piece: &'static str) -> Self {
        let start = (Duration::ZERO, Bytes::from_static(start.as_bytes()));
        let again = (SECOND, Bytes::from_static(piece.as_bytes()));
        Self::says(std::iter::once(start).chain(vec![again; 10_000]))
    }

    /// A server that sends a blank now and then until it has this to say.
    pub(super) fn at_work(pause: Duration, document: &str) -> Self {
        let start = (Duration::ZERO, Bytes::from_static(CHUNKED.as_bytes()));
        let blank = (pause, Bytes::from_static(b"1\r\n \r\n"));
        let end = format!("{:x}\r\n{document}\r\n0\r\n\r\n", document.len());
        let blanks = std::iter::repeat_n(blank, 10);
        Self::says(
            [start]
                .into_iter()
                .chain(blanks)
                .chain([(pause, end.into())]),
        )
    }
}

pub(super) fn answer(body: &[u8]) -> Bytes {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat().into()
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A server that deals with its requests by these plans, in turn, and with all further ones by the last.
pub(super) struct Server {
    plans: Vec<Plan>,
    tls: Option<TlsAcceptor>,
    requests: AtomicUsize,
    connections: AtomicUsize,
}

impl Server {
    async fn accept(self: Arc<Self>, mut ends: UnboundedReceiver<DuplexStream>) {
        while let Some(end) = ends.recv().await {
            self.connections.fetch_add(1, Ordering::Relaxed);
            let server = Arc::clone(&self);
            tokio::spawn(async move {
                let mut stream: Box<dyn Stream> = match &server.tls {
                    Some(tls) => Box::new(tls.accept(end).await.unwrap()),
                    None => Box::new(end),
                };
                // the client has gone, where nothing can be read or written any more
                while server.serve(&mut stream).await.is_some() {}
            });
        }
    }

    async fn serve(&self, stream: &mut Box<dyn Stream>) -> Option<()> {
        let mut come = Vec::new();
        let end = loop {
            if let Some(at) = come.windows(4).position(|found| found == b"\r\n\r\n") {
                break at + 4;
            }
            stream
                .read_buf(&mut come)
                .await
                .ok()
                .filter(|read| *read > 0)?;
        };
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let plan = &self.plans[number.min(self.plans.len() - 1)];
        let head = String::from_utf8_lossy(&come[..end]).to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1);
        let length = length.map_or(0, |rest| {
            rest.split("\r\n").next().unwrap().parse().unwrap()
        });
        let mut left: usize = length - (come.len() - end);
        let mut piece = vec![0; plan.takes.unwrap_or_default().min(1 << 20)];
        while left > 0 {
            if piece.is_empty() {
                std::future::pending().await
            }
            let most = piece.len().min(left);
            stream.read_exact(&mut piece[..most]).await.ok()?;
            left -= most;
            if plan.takes != Some(usize::MAX) {
                sleep(SECOND).await;
            }
        }
        for (pause, piece) in &plan.says {
            sleep(*pause).await;
            stream.write_all(piece).await.ok()?;
            stream.flush().await.ok()?;
        }
        if plan.is_whole {
            Some(())
        } else {
            std::future::pending().await
        }
    }

    pub(super) fn count(&self) -> (usize, usize) {
        let counts = [&self.requests, &self.connections];
        let [requests, connections] = counts.map(|count| count.load(Ordering::Relaxed));
        (requests, connections)
    }
}

/// A server with these plans, and a client of it that makes one attempt, without TLS and with it.
pub(super) fn labs(plans: impl IntoIterator<Item = Plan>) -> [(Arc<Server>, Builder<Core>); 2] {
    let plans: Vec<_> = plans.into_iter().collect();
    [None, Some(identity())].map(|tls| {
        let (links, ends) = Links::new();
        let mut transport = HttpTransport::new(60 * SECOND).with_links(links);
        let mut url = "http://localhost/";
        let tls = tls.map(|(acceptor, roots)| {
            url = "https://localhost/";
            transport =
                std::mem::replace(&mut transport, HttpTransport::new(SECOND)).with_ca_bundle(roots);
            acceptor
        });
        let server = Arc::new(Server {
            plans: plans.clone(),
            tls,
            requests: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
        });
        tokio::spawn(Arc::clone(&server).accept(ends));
        let client = builder(service(url, &[], None), transport).max_attempts(1);
        (server, client)
    })
}

fn identity() -> (TlsAcceptor, CaBundle) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let secret = PrivatePkcs8KeyDer::from(key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret.into())
        .unwrap();
    let roots = CaBundle::from_pem(certificate.pem().as_bytes()).unwrap();
    (TlsAcceptor::from(Arc::new(config)), roots)
}

//! The client, and reqwest alone.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_LENGTH;
use http::uri::Scheme;
use http::{HeaderMap, Method, Uri};
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use zonal::Client;
use zonal_runtime::checksum::{Algorithm, Hasher};
use zonal_runtime::clock::BoxFuture;
use zonal_runtime::transport::{
    CaBundle, HttpTransport, RequestBody, ResponseBody, Transport, TransportError,
};
use zonal_runtime::{Body, Checksums, Credentials};

use crate::server::Server;
use crate::{Case, Error};

const BUCKET: &str = "demo--usw2-az1--x-s3";
const PIECE: u64 = 256 << 10;

#[derive(Clone, Copy)]
pub(crate) enum Side {
    Zonal,
    Bare,
}

/// Both sides, ready for the same request.
#[derive(Clone)]
pub(crate) struct Sides {
    case: Case,
    key: String,
    /// As much of the body as is in memory.
    piece: Bytes,
    client: Client,
    bare: reqwest::Client,
    sent: Arc<Sent>,
}

/// A request as it went out.
#[derive(Clone, Debug, Default)]
struct Sent {
    method: Method,
    url: String,
    headers: HeaderMap,
}

impl Sides {
    /// Lets the client send the request once, for its session and for reqwest to copy.
    pub(crate) async fn new(server: &Server, case: Case) -> Result<Self, Error> {
        // bodies are hashed over plain HTTP, for nothing else would protect them; real calls are
        // not plain
        let scheme = if case.tls || case.method == "PUT" {
            "https"
        } else {
            "http"
        };
        let checksums = if case.verified {
            Checksums::WhenSupported
        } else {
            Checksums::WhenRequired
        };
        let builder = || {
            Client::builder()
                .region("us-west-2")
                .endpoint_url(format!("{scheme}://127.0.0.1:{}", server.port))
                .credentials(Credentials::new("AKIDEXAMPLE", "secret", None, None, "b"))
                .request_checksums(checksums)
                .response_checksums(checksums)
        };
        let bundle = server.certificate.as_ref();
        let bundle = bundle.map(|pem| CaBundle::from_pem(pem.as_bytes()));
        let bundle = bundle.transpose()?;
        let seen = Arc::default();
        let recording = Loopback::new(bundle.clone(), Some(Arc::clone(&seen)));
        let recording = builder().transport(recording).build()?;
        let no_tls = rustls::crypto::ring::default_provider();
        // fails where it was done before
        let _ = no_tls.install_default();
        let piece = if case.streamed { PIECE } else { case.size };
        let mut sides = Self {
            case,
            key: format!("objects/{}", case.size),
            piece: Bytes::from(vec![0; piece as usize]),
            client: recording,
            bare: bare(bundle.as_ref())?,
            sent: Arc::default(),
        };
        sides.zonal().await?;
        let mut sent = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // that of the body in its coding, which reqwest is spared
        sent.headers.remove(CONTENT_LENGTH);
        sides.sent = Arc::new(sent);
        sides.client = match scheme {
            "https" => builder().transport(Loopback::new(bundle, None)).build()?,
            // as it is unless told otherwise
            _ => builder().build()?,
        };
        Ok(sides)
    }

    /// Makes `count` calls, `parallel` at a time.
    pub(crate) async fn work(&self, side: Side, count: u64, parallel: u64) -> Result<(), Error> {
        if parallel == 1 {
            return self.series(side, count).await;
        }
        let mut tasks = JoinSet::new();
        for index in 0..parallel {
            let (sides, more) = (self.clone(), u64::from(index < count % parallel));
            tasks.spawn(async move { sides.series(side, count / parallel + more).await });
        }
        while let Some(result) = tasks.join_next().await {
            result??;
        }
        Ok(())
    }

    async fn series(&self, side: Side, count: u64) -> Result<(), Error> {
        if self.case.straight && matches!(side, Side::Zonal) {
            return self.straight(count).await;
        }
        for _ in 0..count {
            match side {
                Side::Zonal => self.zonal().await?,
                Side::Bare => self.bare().await?,
            }
        }
        Ok(())
    }

    async fn zonal(&self) -> Result<(), Error> {
        let Case { size, streamed, .. } = self.case;
        let key = self.key.as_str();
        if self.case.method == "PUT" {
            let body = if streamed {
                Body::from_stream(self.pieces(), Some(size))
            } else {
                Body::from(self.piece.clone())
            };
            self.client.put_object(BUCKET, key).body(body).await?;
            return Ok(());
        }
        let output = self.client.get_object(BUCKET, key).await?;
        let mut body = output.body;
        if !streamed {
            return whole(body.collect().await?.len(), size);
        }
        let mut read = 0;
        while let Some(piece) = body.next().await {
            read += piece?.len();
        }
        whole(read, size)
    }

    /// The same bytes over a connection, without all that makes them a call.
    async fn straight(&self, count: u64) -> Result<(), Error> {
        let url: Uri = self.sent.url.parse()?;
        let authority = url.authority().ok_or("no authority")?.as_str();
        let mut stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let mut request = format!("GET {} HTTP/1.1\r\n", url.path()).into_bytes();
        for (name, value) in &self.sent.headers {
            let line = [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"];
            request.extend(line.concat());
        }
        request.extend(b"\r\n");
        for _ in 0..count {
            stream.write_all(&request).await?;
            let mut head = Vec::with_capacity(8192);
            let end = loop {
                stream.read_buf(&mut head).await?;
                let end = head.windows(4).position(|four| four == b"\r\n\r\n");
                if let Some(end) = end {
                    break end + 4;
                }
            };
            let mut body = Vec::with_capacity(self.case.size as usize);
            body.extend_from_slice(&head[end..]);
            while body.len() < body.capacity() {
                stream.read_buf(&mut body).await?;
            }
            whole(std::hint::black_box(body).len(), self.case.size)?;
        }
        Ok(())
    }

    async fn bare(&self) -> Result<(), Error> {
        let Case { size, streamed, .. } = self.case;
        let sent = &*self.sent;
        let mut request = self.bare.request(sent.method.clone(), &sent.url);
        request = request.headers(sent.headers.clone());
        if self.case.method == "PUT" {
            request = request.body(if streamed {
                reqwest::Body::wrap(self.pieces())
            } else {
                self.piece.clone().into()
            });
        }
        let mut response = request.send().await?.error_for_status()?;
        if self.case.method == "PUT" {
            return whole(response.bytes().await?.len(), 0);
        }
        let mut hasher = self.case.alike.then(|| Hasher::new(Algorithm::Crc32));
        let mut hash = |bytes: &[u8]| hasher.iter_mut().for_each(|hasher| hasher.update(bytes));
        let mut read = 0;
        if streamed {
            while let Some(piece) = response.chunk().await? {
                hash(&piece);
                read += piece.len();
            }
        } else {
            let body = response.bytes().await?;
            hash(&body);
            read = body.len();
        }
        std::hint::black_box(hasher.map(Hasher::finish));
        whole(read, size)
    }

    fn pieces(&self) -> Pieces {
        Pieces {
            piece: self.piece.clone(),
            left: self.case.size,
        }
    }
}

/// reqwest alone, with the same settings of TLS.
fn bare(bundle: Option<&CaBundle>) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .http1_only()
        .redirect(reqwest::redirect::Policy::none());
    let builder = match bundle {
        Some(bundle) => builder.tls_backend_preconfigured(bundle.settings()?),
        None => builder,
    };
    Ok(builder.build()?)
}

fn whole(read: usize, size: u64) -> Result<(), Error> {
    if read as u64 == size {
        Ok(())
    } else {
        Err("the body is not whole".into())
    }
}

/// One piece of memory again and again.
struct Pieces {
    piece: Bytes,
    left: u64,
}

impl Stream for Pieces {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let length = self.left.min(PIECE);
        self.left -= length;
        let piece = self.piece.slice(..length as usize);
        Poll::Ready((length > 0).then_some(Ok(piece)))
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let next = self.poll_next(context);
        next.map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// The client's own transport, except that without a certificate to trust `https` goes out in plain: TLS is the
/// same for both sides and would hide what differs.
#[derive(Debug)]
struct Loopback {
    inner: HttpTransport,
    is_secure: bool,
    /// What was sent last, where somebody wants to know.
    seen: Option<Arc<Mutex<Sent>>>,
}

impl Loopback {
    fn new(bundle: Option<CaBundle>, seen: Option<Arc<Mutex<Sent>>>) -> Self {
        let is_secure = bundle.is_some();
        let inner = HttpTransport::new(Duration::from_secs(3));
        let inner = match bundle {
            Some(bundle) => inner.with_ca_bundle(bundle),
            None => inner,
        };
        Self {
            inner,
            is_secure,
            seen,
        }
    }
}

impl Transport for Loopback {
    fn send(
        &self,
        mut request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        if !self.is_secure && request.uri().scheme() == Some(&Scheme::HTTPS) {
            let mut parts = std::mem::take(request.uri_mut()).into_parts();
            parts.scheme = Some(Scheme::HTTP);
            *request.uri_mut() = Uri::from_parts(parts).expect("only the scheme is another");
        }
        if let Some(seen) = &self.seen {
            *seen.lock().unwrap_or_else(PoisonError::into_inner) = Sent {
                method: request.method().clone(),
                url: request.uri().to_string(),
                headers: request.headers().clone(),
            };
        }
        self.inner.send(request)
    }
}

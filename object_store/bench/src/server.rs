//! The other end: a process of its own that answers as a directory bucket would, and does no more than it
//! must. It verifies nothing: the rival signs for the service `s3`, which the peer of the tests refuses.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

use crate::{Error, tls};

pub(crate) const BUCKET: &str = "demo--usw2-az1--x-s3";
pub(crate) const KEY: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "secret";

/// How long the service takes to open a session: the 300 ms that users of S3 Express report.
const OPENING: Duration = Duration::from_millis(300);
/// How many seconds they live.
static LIFE: AtomicU64 = AtomicU64::new(0);
/// How many sessions were opened.
static SESSIONS: AtomicU64 = AtomicU64::new(0);
/// The content of all objects.
static CONTENT: &[u8] = &[7; 128 << 20];

/// A running server; it ends when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    /// Its certificate in PEM, if it speaks TLS.
    pub(crate) certificate: Option<String>,
}

impl Server {
    /// Its sessions live for so many seconds.
    pub(crate) fn start(life: u64, tls: bool) -> Result<Self, Error> {
        let pair = tls.then(tls::pair).transpose()?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", &life.to_string()])
            .args(pair.iter().flatten())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the server has no output")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        let url = url.trim().to_owned();
        let certificate = pair.map(|[certificate, _]| certificate);
        Ok(Self {
            child,
            url,
            certificate,
        })
    }

    pub(crate) fn scheme(&self) -> &str {
        self.url.split(':').next().unwrap_or_default()
    }

    /// How many sessions were opened since this was last asked.
    pub(crate) fn sessions(&self) -> Result<String, Error> {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET /sessions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.rsplit("\r\n\r\n").next();
        Ok(body.unwrap_or_default().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// With a certificate and its key, in PEM, it speaks TLS.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
pub(crate) async fn serve(life: u64, tls: &[&str]) -> Result<(), Error> {
    LIFE.store(life, Ordering::Relaxed);
    let (scheme, acceptor) = match tls {
        [certificate, key] => ("https", Some(tls::acceptor(certificate, key)?)),
        _ => ("http", None),
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{scheme}://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let acceptor = acceptor.clone();
        // a client that has gone away is no concern of the server
        tokio::spawn(async move {
            match acceptor {
                Some(acceptor) => converse(acceptor.accept(stream).await?).await,
                None => converse(stream).await,
            }
        });
    }
}

async fn converse<S>(stream: S) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let connection = hyper::server::conn::http1::Builder::new();
    let served = connection.serve_connection(TokioIo::new(stream), service_fn(answer));
    Ok(served.await?)
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, mut body) = request.into_parts();
    while let Some(Ok(_)) = body.frame().await {}
    let query = parts.uri.query().unwrap_or_default();
    let has = |name: &str| {
        query
            .split('&')
            .any(|it| it.split('=').next() == Some(name))
    };
    let response = match parts.method {
        Method::GET if parts.uri.path() == "/sessions" => {
            xml(SESSIONS.swap(0, Ordering::Relaxed).to_string())
        }
        Method::GET if has("session") => {
            tokio::time::sleep(OPENING).await;
            SESSIONS.fetch_add(1, Ordering::Relaxed);
            xml(session())
        }
        Method::GET if has("list-type") => xml(listing()),
        Method::GET | Method::HEAD => object(&parts),
        Method::POST if has("uploads") => xml(wrapped(
            "InitiateMultipartUploadResult",
            "<UploadId>id</UploadId>",
        )),
        Method::POST if has("delete") => {
            xml(wrapped("DeleteResult", "<Deleted><Key>a</Key></Deleted>"))
        }
        Method::POST => xml(wrapped(
            "CompleteMultipartUploadResult",
            "<ETag>\"tag\"</ETag>",
        )),
        Method::PUT if parts.headers.contains_key("x-amz-copy-source") => xml(wrapped(
            "CopyObjectResult",
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>\"tag\"</ETag>",
        )),
        Method::DELETE => empty(StatusCode::NO_CONTENT),
        _ => empty(StatusCode::OK),
    };
    Ok(response)
}

/// An object, whose key ends in its size.
fn object(parts: &http::request::Parts) -> Response<Full<Bytes>> {
    let size = parts.uri.path().rsplit('/').next().unwrap_or_default();
    let size: usize = size.parse().unwrap_or(0);
    let range = parts.headers.get("range").and_then(|it| it.to_str().ok());
    let range = range.and_then(|it| it.strip_prefix("bytes=")?.split_once('-'));
    let range = range.and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    let builder = Response::builder()
        .header("etag", "\"tag\"")
        .header("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT");
    let (builder, bytes) = match range {
        Some((first, last)) => {
            let last: usize = usize::min(last, size - 1);
            let header = format!("bytes {first}-{last}/{size}");
            let builder = builder.status(206).header("content-range", header);
            (builder, &CONTENT[first..=last])
        }
        None => (builder, &CONTENT[..size]),
    };
    let builder = match parts.method {
        Method::HEAD => return reply(builder.header("content-length", size), &[]),
        _ => builder,
    };
    // that of the bytes that are read whole
    let crc = match (range, size) {
        (None, 4096) => Some(CRC_4K),
        (None, 1_048_576) => Some(CRC_1M),
        _ => None,
    };
    let asks = parts.headers.contains_key("x-amz-checksum-mode");
    match crc.filter(|_| asks) {
        Some(crc) => reply(builder.header("x-amz-checksum-crc32", crc), bytes),
        None => reply(builder, bytes),
    }
}

/// CRC-32 of so many bytes of value 7, in base64.
const CRC_4K: &str = "W9a2Vw==";
const CRC_1M: &str = "pPZ+9w==";

fn session() -> String {
    let credentials = "<Credentials><SessionToken>token</SessionToken>\
        <SecretAccessKey>secret</SecretAccessKey><AccessKeyId>ASIASESSION</AccessKeyId>\
        <Expiration>@</Expiration></Credentials>";
    let now = std::time::SystemTime::now();
    let since = now
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let end = since.as_secs() + LIFE.load(Ordering::Relaxed);
    wrapped("CreateSessionResult", &credentials.replace('@', &date(end)))
}

/// A time in ISO 8601, by the algorithm for the proleptic calendar that counts from March.
fn date(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{of_month:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn listing() -> String {
    let objects = (0..1000).map(|index| {
        format!(
            "<Contents><Key>listed/{index:04}.parquet</Key>\
             <LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>\"tag-{index}\"</ETag>\
             <Size>{index}</Size><StorageClass>EXPRESS_ONEZONE</StorageClass></Contents>"
        )
    });
    let head = "<Prefix>listed/</Prefix><KeyCount>1000</KeyCount><MaxKeys>1000</MaxKeys>\
                <IsTruncated>false</IsTruncated>";
    let content = head.to_owned() + &objects.collect::<String>();
    wrapped("ListBucketResult", &content)
}

fn wrapped(root: &str, content: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <{root} xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{content}</{root}>"
    )
}

fn xml(text: String) -> Response<Full<Bytes>> {
    Response::new(Full::new(Bytes::from(text)))
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    reply(
        Response::builder().status(status).header("etag", "\"tag\""),
        &[],
    )
}

fn reply(builder: http::response::Builder, bytes: &'static [u8]) -> Response<Full<Bytes>> {
    let body = Full::new(Bytes::from_static(bytes));
    builder.body(body).unwrap_or_default()
}

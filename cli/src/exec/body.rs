//! The body of a request: verified while it is sent on, in pieces, a few of which are in memory at a time.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body::Body as _;
use hyper::body::Incoming;
use tokio::sync::mpsc;
use zonal::__private::signing::{ChunkSigner, PayloadHasher};
use zonal::Body;
use zonal::Secret;
use zonal::runtime::checksum::Algorithm;

use super::chunks::Chunks;
use super::refusal::Refusal;

/// How many pieces wait to be sent.
const PIECES: usize = 4;
/// A body up to this is held in memory, so that it can be sent again in another session. The longest list of keys to
/// delete is about as long.
const SHORT: u64 = 1024 * 1024;
/// How a body is sent on that had checksums behind its chunks.
const WITH_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const DECODED_LENGTH: &str = "x-amz-decoded-content-length";
const TRAILER: &str = "x-amz-trailer";

/// A body, and what the signature of the request says of it that is sent on.
pub(super) struct Relayed {
    pub(super) body: Body,
    pub(super) payload: String,
    /// Why the body was refused while it came.
    pub(super) refusal: Wrong,
}

/// Where the reason is left.
#[derive(Clone, Default)]
pub(super) struct Wrong(Arc<Mutex<Option<Refusal>>>);

impl Wrong {
    pub(super) fn take(&self) -> Option<Refusal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, message: &str) {
        let refusal = Refusal::wrong_body(message);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
    }
}

/// Takes the body of a request whose signature says `payload` of it. The headers that describe it are made to fit
/// what is sent on.
pub(super) async fn relay(
    incoming: Incoming,
    payload: String,
    signer: Option<ChunkSigner>,
    headers: &mut HeaderMap,
) -> Result<Relayed, Refusal> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<u64>().ok();
    let length = if incoming.is_end_stream() {
        Some(0)
    } else {
        number(CONTENT_LENGTH.as_str())
    };
    let is_chunked = payload.starts_with("STREAMING-");
    let (plan, length, payload) = if is_chunked {
        let decoded = number(DECODED_LENGTH).ok_or_else(|| {
            Refusal::invalid("A body in chunks needs the header x-amz-decoded-content-length.")
        })?;
        let trailer = trailer(headers)?;
        let length = match trailer {
            Some(algorithm) => framed_length(decoded, algorithm),
            None => decoded,
        };
        let payload = match trailer {
            Some(_) => WITH_TRAILER,
            None => {
                describe_as_plain(headers);
                UNSIGNED
            }
        };
        let chunks = Framing {
            decoded,
            trailer,
            signer,
        };
        (Plan::Chunked(chunks), Some(length), payload.to_owned())
    } else {
        let hash = (payload != UNSIGNED).then(|| payload.clone());
        (Plan::Plain(hash), length, payload)
    };
    headers.remove(CONTENT_LENGTH);
    let refusal = Wrong::default();
    let (sender, receiver) = mpsc::channel(PIECES);
    let outlet = Outlet {
        sender,
        held: None,
        wrong: refusal.clone(),
    };
    let pieces = Pieces(receiver);
    tokio::spawn(plan.pump(incoming, outlet));
    let body = match length {
        Some(length) if length <= SHORT => in_memory(pieces, &refusal).await?,
        length => Body::from_stream(pieces, length),
    };
    Ok(Relayed {
        body,
        payload,
        refusal,
    })
}

/// Reads a short body.
async fn in_memory(mut pieces: Pieces, wrong: &Wrong) -> Result<Body, Refusal> {
    let mut all = Vec::new();
    while let Some(piece) = pieces.0.recv().await {
        let piece = piece.map_err(|error| {
            let refusal = wrong.take();
            refusal.unwrap_or_else(|| Refusal::invalid(error.to_string()))
        })?;
        all.extend_from_slice(&piece);
        if all.len() as u64 > SHORT {
            return Err(Refusal::invalid("The body is longer than its headers say."));
        }
    }
    Ok(Body::from(all))
}

/// The checksum that follows the body.
fn trailer(headers: &HeaderMap) -> Result<Option<Algorithm>, Refusal> {
    let Some(name) = headers.get(TRAILER) else {
        return Ok(None);
    };
    let mut all = Algorithm::ALL.iter().copied();
    let known = all.find(|algorithm| name == algorithm.header());
    known.map(Some).ok_or_else(|| {
        Refusal::not_here(
            "zonal exec knows the trailing checksums CRC32, CRC32C, CRC64NVME, SHA1 and SHA256.",
        )
    })
}

/// Takes out of the headers that the body is in chunks.
fn describe_as_plain(headers: &mut HeaderMap) {
    headers.remove(DECODED_LENGTH);
    let codings = headers.get("content-encoding");
    let codings = codings
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let others = codings.split(',').map(str::trim);
    let others: Vec<_> = others
        .filter(|coding| !coding.is_empty() && *coding != "aws-chunked")
        .collect();
    match http::HeaderValue::from_str(&others.join(",")) {
        Ok(value) if !value.is_empty() => drop(headers.insert("content-encoding", value)),
        _ => drop(headers.remove("content-encoding")),
    }
}

/// How many bytes a body takes in one chunk with its checksum behind it.
fn framed_length(decoded: u64, algorithm: Algorithm) -> u64 {
    let value = algorithm.digest_length().div_ceil(3) * 4;
    let line = algorithm.header().len() + ":".len() + value + "\r\n".len();
    let around = chunk_head(decoded).len() + chunk_end(decoded).len() + line + "\r\n".len();
    decoded + around as u64
}

/// What stands before the only chunk.
fn chunk_head(length: u64) -> String {
    match length {
        0 => String::new(),
        length => format!("{length:x}\r\n"),
    }
}

/// What stands behind it.
fn chunk_end(length: u64) -> &'static str {
    match length {
        0 => "0\r\n",
        _ => "\r\n0\r\n",
    }
}

/// A body in chunks.
struct Framing {
    decoded: u64,
    trailer: Option<Algorithm>,
    signer: Option<ChunkSigner>,
}

/// What is to be done with a body.
enum Plan {
    /// It is sent as it is. Its SHA-256 has to be this one.
    Plain(Option<String>),
    Chunked(Framing),
}

impl Plan {
    async fn pump(self, incoming: Incoming, mut outlet: Outlet) {
        let chunks = Chunks::new(incoming);
        let done = match self {
            Self::Plain(hash) => plain(chunks, hash, &mut outlet).await,
            Self::Chunked(framing) => framing.pump(chunks, &mut outlet).await,
        };
        match done {
            Ok(()) => outlet.finish().await,
            Err(Stopped::Wrong(message)) => outlet.fail(message).await,
            // whoever was to send it has gone, and says why
            Err(Stopped::Gone) => {}
        }
    }
}

async fn plain(
    mut chunks: Chunks,
    hash: Option<String>,
    outlet: &mut Outlet,
) -> Result<(), Stopped> {
    let mut hasher = PayloadHasher::new();
    while let Some(piece) = chunks.any().await? {
        if hash.is_some() {
            hasher.update(&piece);
        }
        outlet.send(piece).await?;
    }
    if hash.is_none_or(|hash| hash == hasher.finish()) {
        Ok(())
    } else {
        Err(Stopped::Wrong(
            "The body is not the one whose SHA-256 is signed.",
        ))
    }
}

impl Framing {
    async fn pump(mut self, mut chunks: Chunks, outlet: &mut Outlet) -> Result<(), Stopped> {
        if self.trailer.is_some() {
            outlet.send(Bytes::from(chunk_head(self.decoded))).await?;
        }
        let mut left = self.decoded;
        loop {
            let (length, signature) = chunks.head().await?;
            left = left.checked_sub(length).ok_or(Stopped::Wrong(
                "The chunks are longer than x-amz-decoded-content-length says.",
            ))?;
            let mut hasher = PayloadHasher::new();
            let mut of_chunk = length;
            while of_chunk > 0 {
                let piece = chunks.piece(of_chunk).await?;
                of_chunk -= piece.len() as u64;
                hasher.update(&piece);
                outlet.send(piece).await?;
            }
            if let Some(signer) = &mut self.signer {
                check(signature.as_deref(), signer.chunk(hasher))?;
            }
            if length == 0 {
                break;
            }
            chunks.line_end().await?;
        }
        if left > 0 {
            return Err(Stopped::Wrong(
                "The chunks end before x-amz-decoded-content-length is reached.",
            ));
        }
        self.trailer(&mut chunks, outlet).await
    }

    /// The fields behind the last chunk.
    async fn trailer(&mut self, chunks: &mut Chunks, outlet: &mut Outlet) -> Result<(), Stopped> {
        let (mut lines, mut signature, mut value) = (String::new(), None, None);
        while let Some(line) = chunks.field().await? {
            let (name, text) = line.split_once(':').unwrap_or((&*line, ""));
            let (name, text) = (name.to_ascii_lowercase(), text.trim());
            if name == "x-amz-trailer-signature" {
                signature = Some(text.to_owned());
                continue;
            }
            lines.push_str(&format!("{name}:{text}\n"));
            if self
                .trailer
                .is_some_and(|algorithm| algorithm.header() == name)
            {
                value = Some(text.to_owned());
            }
        }
        let Some(algorithm) = self.trailer else {
            return Ok(());
        };
        if let Some(signer) = &mut self.signer {
            check(signature.as_deref(), signer.trailer(&lines))?;
        }
        let value = value.filter(|value| value.len() == algorithm.digest_length().div_ceil(3) * 4);
        let value = value.ok_or(Stopped::Wrong(
            "The checksum that x-amz-trailer announces is missing, or is none.",
        ))?;
        let (end, name) = (chunk_end(self.decoded), algorithm.header());
        let end = format!("{end}{name}:{value}\r\n\r\n");
        outlet.send(Bytes::from(end)).await
    }
}

fn check(given: Option<&str>, expected: &str) -> Result<(), Stopped> {
    if given.map(Secret::from) == Some(Secret::from(expected)) {
        Ok(())
    } else {
        Err(Stopped::Wrong("The signature of a chunk is wrong."))
    }
}

/// Why a body ends before its end.
pub(super) enum Stopped {
    /// It is not what was signed, or breaks off.
    Wrong(&'static str),
    /// Nobody wants it any more.
    Gone,
}

/// Where a body goes. The last piece is held back until all of it is known to be right, so that no wrong body
/// becomes an object.
struct Outlet {
    sender: mpsc::Sender<io::Result<Bytes>>,
    held: Option<Bytes>,
    wrong: Wrong,
}

impl Outlet {
    async fn send(&mut self, piece: Bytes) -> Result<(), Stopped> {
        if piece.is_empty() {
            return Ok(());
        }
        match self.held.replace(piece) {
            None => Ok(()),
            Some(before) => self
                .sender
                .send(Ok(before))
                .await
                .map_err(|_| Stopped::Gone),
        }
    }

    async fn finish(self) {
        if let Some(last) = self.held {
            drop(self.sender.send(Ok(last)).await);
        }
    }

    async fn fail(self, message: &'static str) {
        self.wrong.set(message);
        let error = io::Error::new(io::ErrorKind::InvalidData, message);
        drop(self.sender.send(Err(error)).await);
    }
}

/// The pieces as they come.
struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_that_of_what_is_sent() {
        for (decoded, algorithm) in [
            (0, Algorithm::Crc32),
            (5, Algorithm::Crc32),
            (300, Algorithm::Sha256),
        ] {
            let value = "=".repeat(algorithm.digest_length().div_ceil(3) * 4);
            let body = "x".repeat(decoded);
            let decoded = decoded as u64;
            let (head, end) = (chunk_head(decoded), chunk_end(decoded));
            let sent = format!("{head}{body}{end}{}:{value}\r\n\r\n", algorithm.header());
            assert_eq!(framed_length(decoded, algorithm), sent.len() as u64);
        }
    }

    #[test]
    fn other_codings_stay() {
        for (before, after) in [
            ("aws-chunked", None),
            ("gzip, aws-chunked", Some("gzip")),
            ("aws-chunked,gzip,br", Some("gzip,br")),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("content-encoding", before.parse().unwrap());
            describe_as_plain(&mut headers);
            let left = headers
                .get("content-encoding")
                .map(|value| value.to_str().unwrap());
            assert_eq!(left, after, "{before}");
        }
    }
}

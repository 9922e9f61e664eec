//! [`ResponseBody`]: the body of a response, on its way in.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};

#[cfg(feature = "hyper")]
use super::exchange::IncomingBody;
use super::{TransportError, TransportErrorKind, Watch};
use crate::pace::Pace;

/// The body of a response, piece by piece.
///
/// The lock makes it `Sync` and is never waited for.
pub struct ResponseBody(Mutex<Source>);

enum Source {
    /// From our own transport.
    #[cfg(feature = "hyper")]
    Incoming(Box<IncomingBody>),
    Any(UnsyncBoxBody<Bytes, TransportError>),
}

impl ResponseBody {
    /// A body whose pieces come from `body`.
    pub fn new<B>(body: B) -> Self
    where
        B: BodyExt<Data = Bytes, Error = TransportError> + Send + 'static,
    {
        Self(Mutex::new(Source::Any(body.boxed_unsync())))
    }

    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// The same for those who poll.
    pub fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        let source = self.source();
        loop {
            let body = match source {
                #[cfg(feature = "hyper")]
                Source::Incoming(body) => return body.poll_next(context),
                Source::Any(body) => &mut *body,
            };
            let frame = ready!(Pin::new(body).poll_frame(context));
            match frame.transpose() {
                Ok(None) => return Poll::Ready(None),
                Ok(Some(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }

    /// Whether the transport can do [`poll_into`](Self::poll_into) without a copy, and limits how much
    /// comes at once.
    pub(crate) fn reads_into(&mut self) -> bool {
        !matches!(self.source(), Source::Any(_))
    }

    /// Reads what comes next behind what is in `all`.
    pub(crate) fn poll_into(
        &mut self,
        context: &mut Context<'_>,
        all: &mut BytesMut,
    ) -> Poll<Option<Result<(), TransportError>>> {
        #[cfg(feature = "hyper")]
        if let Source::Incoming(body) = self.source() {
            return body.poll_into(context, all);
        }
        let next = ready!(self.poll_next(context));
        Poll::Ready(next.map(|piece| piece.map(|piece| all.extend_from_slice(&piece))))
    }

    fn source(&mut self) -> &mut Source {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(feature = "hyper")]
impl From<IncomingBody> for ResponseBody {
    fn from(body: IncomingBody) -> Self {
        Self(Mutex::new(Source::Incoming(Box::new(body))))
    }
}

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        let body = Full::new(bytes).map_err(|never| match never {});
        Self::new(body)
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseBody")
    }
}

/// Why a body could not be read to its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ReadError {
    TooLong {
        limit: usize,
    },
    /// With what came before.
    Transport(TransportError, Bytes),
}

/// Reads a body that is to have this length, if that is known. It never holds more than `limit` bytes, whatever the
/// length claims to be.
pub(crate) async fn read_to_end(
    mut body: ResponseBody,
    length: Option<u64>,
    limit: usize,
    watch: &Watch,
) -> Result<Bytes, ReadError> {
    if length.is_some_and(|length| length > limit as u64) {
        return Err(ReadError::TooLong { limit });
    }
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let mut pace = Pace::default();
    loop {
        poll_fn(|context| pace.poll(context)).await;
        let read = first.len() + rest.len();
        let next = match length {
            // straight to where it belongs
            Some(length) if read > 0 && (read as u64) < length && body.reads_into() => {
                gather(&mut first, &mut rest, length as usize);
                let next = poll_fn(|context| body.poll_into(context, &mut rest)).await;
                next.map(|next| next.map(|()| Bytes::new()))
            }
            _ => body.next().await,
        };
        let piece = match next {
            Some(Ok(piece)) => piece,
            Some(Err(error)) => {
                let came = if rest.is_empty() {
                    first
                } else {
                    rest.freeze()
                };
                return Err(ReadError::Transport(short(error, read, length), came));
            }
            None => break,
        };
        let came = first.len() + rest.len() + piece.len() - read;
        pace.add(came);
        watch.gave(came);
        if came > limit - read {
            return Err(ReadError::TooLong { limit });
        }
        if read == 0 {
            first = piece;
            continue;
        }
        if !piece.is_empty() {
            let expected = length.map_or(2 * read, |length| length as usize);
            gather(&mut first, &mut rest, expected.max(read + piece.len()));
            rest.extend_from_slice(&piece);
        }
    }
    let body = if rest.is_empty() {
        first
    } else {
        rest.freeze()
    };
    if length.is_some_and(|length| (body.len() as u64) < length) {
        let error = TransportError::closed(body.len(), length);
        return Err(ReadError::Transport(error, body));
    }
    Ok(body)
}

/// Copies the first piece to where the others go, if it is not there yet.
fn gather(first: &mut Bytes, rest: &mut BytesMut, capacity: usize) {
    if rest.is_empty() {
        rest.reserve(capacity);
        rest.extend_from_slice(&std::mem::take(first));
    }
}

/// An error in the middle of a body says how far it got.
fn short(error: TransportError, read: usize, length: Option<u64>) -> TransportError {
    match error.kind() {
        TransportErrorKind::Closed | TransportErrorKind::Other => {
            TransportError::closed(read, length)
        }
        _ => error,
    }
}

#[cfg(test)]
#[cfg(feature = "hyper")]
mod tests {
    use std::time::Duration;

    use http::Request;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::super::{HttpTransport, RequestBody, Transport};

    /// The pieces of a slow body may be kept until the last has come.
    #[tokio::test]
    async fn short_pieces_take_little_memory() {
        const COUNT: usize = 100;
        const SIZE: usize = 10_000;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let client = HttpTransport::new(Duration::from_secs(60)).with_proxies(|_| Ok(None));
        let request = Request::get(format!("http://{host}/")).header("host", &host);
        let request = request.body(RequestBody::default()).unwrap();
        let accepting = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                stream.read_buf(&mut head).await.unwrap();
            }
            let length = COUNT * SIZE;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            stream
        };
        let (response, mut stream) = tokio::join!(client.send(request), accepting);
        let mut response = response.unwrap();
        let mut pieces = Vec::new();
        for _ in 0..COUNT {
            stream.write_all(&[7; SIZE]).await.unwrap();
            let mut read = 0;
            while read < SIZE {
                let piece = response.body_mut().next().await.unwrap().unwrap();
                read += piece.len();
                pieces.push(piece);
            }
        }
        assert!(response.body_mut().next().await.is_none());
        let pieces = pieces
            .into_iter()
            .map(|piece| piece.try_into_mut().unwrap());
        let memory: usize = pieces.map(|piece| piece.capacity()).sum();
        assert!(memory < 2 * COUNT * SIZE, "{memory}");
    }
}

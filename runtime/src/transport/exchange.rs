//! [`InFlight`]: one request and its response over an open connection.
//!
//! hyper writes and parses; whoever waits for the response, or reads its body, keeps it going. So
//! there is no other task to wake, and what is left of a body can be read straight to where it is
//! collected.
//!
//! It pays: a GET of 1 MiB takes 0.5 to 0.8 of the processor time of reqwest, which reads through hyper-util's client
//! (`cargo bench -p zonal-bench --bench calls`). What this relies on in hyper is listed in `relied_on.rs`, each point
//! with a test on hyper itself; `differential.rs` compares it with hyper-util's client on answers at random.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::{BufMut, Bytes, BytesMut};
use http::header::CONNECTION;
use http::{HeaderMap, Request, Response, Version};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, Take};
use tokio::runtime;

use super::connection::{Condition, Connection};
use super::framing;
use super::host::Permit;
use super::traffic::Traffic;
use super::{Proxy, RequestBody, TransportError, Watch};

/// As much is read at once without hyper: in few system calls, and little enough to be in the processor's cache still
/// when its checksum is computed.
const PIECE: u64 = 256 * 1024;

/// A piece that is shorter gets memory of its own length: a slow body comes in short ones, and whoever keeps them would
/// keep [`PIECE`] for each.
const SHORT: usize = 32 * 1024;

/// The most header fields that an answer may have. hyper's own limit, 100, is less than objects have:
/// S3 keeps 2 KB of metadata, a field for each entry, and an entry may be as short as four bytes.
const MAX_HEADERS: usize = 512 + 64;

/// An open connection in hyper's hands.
pub(super) struct Open {
    sender: http1::SendRequest<RequestBody>,
    connection: http1::Connection<Connection, RequestBody>,
    condition: Arc<Condition>,
    /// While it is in use. Let go last, when the connection has been closed.
    permit: Option<Permit>,
    /// Whether it is closed behind the present answer.
    is_over: bool,
}

impl Open {
    pub(super) async fn new(connection: Connection) -> Result<Box<Self>, hyper::Error> {
        let condition = connection.condition();
        let mut http = http1::Builder::new();
        let (sender, connection) = http.max_headers(MAX_HEADERS).handshake(connection).await?;
        Ok(Box::new(Self {
            sender,
            connection,
            condition,
            permit: None,
            is_over: false,
        }))
    }

    pub(super) fn traffic(&self) -> &Arc<Traffic> {
        &self.condition.traffic
    }

    /// Whether a connection to another address of the host is better.
    pub(super) fn is_avoided(&self) -> bool {
        self.condition.is_avoided()
    }

    /// The runtime that moves the connection.
    pub(super) fn runtime(&self) -> runtime::Id {
        self.condition.runtime
    }

    /// The proxy that is told the whole URL.
    pub(super) fn proxy(&self) -> Option<&Proxy> {
        self.condition.proxy.as_ref()
    }

    /// Whether the server has left the connection open, and said nothing, while it waited.
    pub(super) fn is_idle(&mut self) -> bool {
        poll_unwoken(|context| Pin::new(&mut self.connection).poll(context)).is_pending()
    }
}

/// One request and its response.
pub(super) struct InFlight {
    /// Until the response is complete or the connection closed.
    open: Option<Box<Open>>,
}

/// Keeps a connection for the next request, if all of the last one is out and the server is to be asked again.
fn keep(permit: Permit, open: Box<Open>) {
    if open.condition.is_flushed() && !open.is_over {
        permit.keep(open)
    } else {
        drop(open);
        drop(permit);
    }
}

/// Why a request got no answer.
pub(super) struct Unanswered {
    pub(super) error: TransportError,
    /// The request, if nothing of it went out.
    pub(super) unsent: Option<Request<RequestBody>>,
}

impl From<TransportError> for Unanswered {
    fn from(error: TransportError) -> Self {
        Self {
            error,
            unsent: None,
        }
    }
}

impl From<TrySendError<Request<RequestBody>>> for Unanswered {
    fn from(mut error: TrySendError<Request<RequestBody>>) -> Self {
        Self {
            unsent: error.take_message(),
            error: TransportError::from_library(&error.into_error(), false),
        }
    }
}

/// Polls what only our own polling of the connection brings forward: waking this task for it would
/// be in vain, and tokio's budget, which counts on being woken, does not apply.
fn poll_unwoken<T>(poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
    let once = tokio::task::unconstrained(poll_fn(poll));
    pin!(once).poll(&mut Context::from_waker(Waker::noop()))
}

impl InFlight {
    /// Sends a request.
    ///
    /// It is no `async fn`, and hyper's future is boxed: a future that had room for the request, more than once even,
    /// would be too large for the allocator's fast path.
    pub(super) fn send(
        mut open: Box<Open>,
        request: Request<RequestBody>,
        watch: Option<&Watch>,
        permit: Permit,
    ) -> impl Future<Output = Result<Response<IncomingBody>, Unanswered>> {
        let has_no_body = request.body().is_end_stream();
        let condition = Arc::clone(&open.condition);
        condition.traffic.expect_head();
        let mut response = Box::pin(open.sender.try_send_request(request));
        open.permit = Some(permit);
        let mut in_flight = Self { open: Some(open) };
        let mut is_written = false;
        async move {
            let response = poll_fn(|context| {
                let mut take = || poll_unwoken(|context| response.as_mut().poll(context));
                if std::mem::replace(&mut is_written, true) {
                    return in_flight.poll_until(context, take);
                }
                // there is no answer yet
                in_flight.begin(context);
                take()
            });
            let (head, body) = response.await?.into_parts();
            let has_length = body.size_hint().exact().is_some();
            if has_length {
                condition.traffic.end_head()
            } else {
                framing::check(&head.headers)?;
                condition.traffic.expect_piece();
            }
            if let Some(watch) = watch {
                watch.answered(has_no_body || condition.was_flushed_at_read());
            }
            let status = head.status.as_u16();
            let is_failing = matches!(status, 500 | 502..=504);
            // one that has waited for a request may have said so before it saw this one, which it may answer yet
            let is_over = is_failing || status == 408;
            in_flight.set_answered(is_failing, is_over);
            in_flight.release_if_done();
            let is_kept_alive = !is_over && is_kept_alive(head.version, &head.headers);
            let answer = IncomingBody {
                body,
                source: Source::Hyper(in_flight),
                has_no_body,
                has_length,
                is_kept_alive,
            };
            Ok(Response::from_parts(head, answer))
        }
    }

    /// Writes the request, or its beginning, right behind a look at whether anything has come before it. Both are done
    /// in one go, whatever else the task has done.
    fn begin(&mut self, context: &mut Context<'_>) {
        let both = poll_fn(|context| {
            self.poll(context);
            Poll::Ready(())
        });
        let _ = pin!(tokio::task::unconstrained(both)).poll(context);
    }

    /// Writes what is to be written and reads what has come.
    fn poll(&mut self, context: &mut Context<'_>) {
        if let Some(open) = &mut self.open
            && Pin::new(&mut open.connection).poll(context).is_ready()
        {
            // the reason is with the response or its body
            self.open = None;
        }
    }

    /// Polls the connection until `take` has what is waited for. hyper wakes who polled the connection last
    /// once more of a body is wanted, and that is us: so it is first polled for nobody, and with `context` only if
    /// there is something to wait for.
    fn poll_until<T>(
        &mut self,
        context: &mut Context<'_>,
        mut take: impl FnMut() -> Poll<T>,
    ) -> Poll<T> {
        self.poll(&mut Context::from_waker(Waker::noop()));
        let mut taken = take();
        if taken.is_pending() {
            self.poll(context);
            taken = take();
        }
        taken
    }

    /// From here on it is the caller who reads. A connection that is over is closed behind the answer. Where the server
    /// is failing, another one may lead to a server that is not.
    fn set_answered(&mut self, is_failing: bool, is_over: bool) {
        let Some(open) = &mut self.open else { return };
        if let Some(permit) = &mut open.permit {
            permit.set_answering(false);
        }
        open.is_over |= is_over;
        if is_failing {
            open.condition.set_failed();
        }
    }

    /// Once the response has begun: if hyper is done with both, lets go of the connection.
    fn release_if_done(&mut self) {
        if let Some(mut open) = self.open.take_if(|open| open.sender.is_ready())
            && let Some(permit) = open.permit.take()
        {
            keep(permit, open);
        }
    }
}

/// Whether the server means to leave the connection open.
fn is_kept_alive(version: Version, headers: &HeaderMap) -> bool {
    if !headers.contains_key(CONNECTION) {
        return version == Version::HTTP_11;
    }
    let mut options = headers.get_all(CONNECTION).iter();
    let closes = options.any(|value| {
        let value = value.to_str().unwrap_or("close");
        value
            .split(',')
            .any(|option| option.trim().eq_ignore_ascii_case("close"))
    });
    version == Version::HTTP_11 && !closes
}

/// The body of a response.
pub(super) struct IncomingBody {
    body: Incoming,
    source: Source,
    /// Whether the request had no body, so that nothing is left to be written behind its head.
    has_no_body: bool,
    /// Whether it is told how long the body is.
    has_length: bool,
    is_kept_alive: bool,
}

enum Source {
    Hyper(InFlight),
    /// The rest of the body comes next, and hyper has no part in it any more.
    Direct {
        connection: Box<Take<TokioIo<Connection>>>,
        permit: Permit,
    },
    Gone,
}

/// What comes next; `None` at the end.
type Next<T> = Poll<Option<Result<T, TransportError>>>;

impl IncomingBody {
    /// The next piece.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Next<Bytes> {
        if let Some(next) = self.poll_before_direct(context) {
            return next;
        }
        let Source::Direct { connection, .. } = &self.source else {
            return Poll::Ready(None);
        };
        let mut piece = BytesMut::with_capacity(connection.limit().min(PIECE) as usize);
        let next = ready!(self.poll_direct(context, &mut piece));
        let piece = if piece.len() < SHORT {
            Bytes::copy_from_slice(&piece)
        } else {
            piece.freeze()
        };
        Poll::Ready(next.map(|read| read.map(|()| piece)))
    }

    /// Reads what comes next behind what is in `all`.
    pub(super) fn poll_into(&mut self, context: &mut Context<'_>, all: &mut BytesMut) -> Next<()> {
        match self.poll_before_direct(context) {
            Some(next) => {
                next.map(|next| next.map(|piece| piece.map(|piece| all.extend_from_slice(&piece))))
            }
            None => self.poll_direct(context, all),
        }
    }

    /// The next piece that hyper has; `None` once the body comes straight from the connection. That is where hyper
    /// has none and the length is known.
    fn poll_before_direct(&mut self, context: &mut Context<'_>) -> Option<Next<Bytes>> {
        let left = match &self.source {
            Source::Direct { .. } => return None,
            Source::Hyper(InFlight { open: Some(open) })
                if self.has_no_body && open.condition.is_flushed() =>
            {
                self.body.size_hint().exact()
            }
            _ => None,
        };
        let next = self.poll_hyper(context, left.is_none());
        if let (Poll::Pending, Some(left)) = (&next, left) {
            let ahead = self.take_over(left);
            return (!ahead.is_empty()).then(|| Poll::Ready(Some(Ok(ahead))));
        }
        Some(next)
    }

    /// The next piece that hyper has, or reads.
    fn poll_hyper(&mut self, context: &mut Context<'_>, reads: bool) -> Next<Bytes> {
        let Source::Hyper(in_flight) = &mut self.source else {
            return Poll::Ready(None);
        };
        let mut take = || poll_unwoken(|context| Pin::new(&mut self.body).poll_frame(context));
        loop {
            let mut frame = take();
            if frame.is_pending() && reads {
                frame = in_flight.poll_until(context, &mut take);
                in_flight.release_if_done();
            }
            return Poll::Ready(match ready!(frame).transpose() {
                Ok(None) => None,
                Ok(Some(frame)) => match frame.into_data() {
                    Ok(piece) => {
                        if let Some(open) = in_flight.open.as_ref().filter(|_| !self.has_length) {
                            open.condition.traffic.expect_piece();
                        }
                        Some(Ok(piece))
                    }
                    // trailing fields
                    Err(_) => continue,
                },
                Err(error) => Some(Err(TransportError::from_library(&error, false))),
            });
        }
    }

    /// Takes the connection out of hyper's hands, `left` bytes before the end of the body. Gives back
    /// those that hyper has read.
    fn take_over(&mut self, left: u64) -> Bytes {
        let source = std::mem::replace(&mut self.source, Source::Gone);
        let Source::Hyper(InFlight {
            open: Some(mut open),
        }) = source
        else {
            return Bytes::new();
        };
        let Some(permit) = open.permit.take() else {
            return Bytes::new();
        };
        let parts = open.connection.into_parts();
        let mut ahead = parts.read_buf;
        if ahead.len() as u64 > left {
            // more than the answer: nobody knows what that is
            self.is_kept_alive = false;
            ahead.truncate(left as usize);
        }
        let connection = TokioIo::new(parts.io).take(left - ahead.len() as u64);
        self.source = Source::Direct {
            connection: Box::new(connection),
            permit,
        };
        self.release_if_done();
        ahead
    }

    fn poll_direct(&mut self, context: &mut Context<'_>, all: &mut BytesMut) -> Next<()> {
        let Source::Direct { connection, .. } = &mut self.source else {
            return Poll::Ready(None);
        };
        if all.len() == all.capacity() {
            all.reserve(connection.limit().min(PIECE) as usize);
        }
        let read = ready!(pin!(connection.read_buf(&mut all.limit(PIECE as usize))).poll(context));
        let error = match read {
            Ok(0) => ErrorKind::UnexpectedEof.into(),
            Ok(_) => {
                self.release_if_done();
                return Poll::Ready(Some(Ok(())));
            }
            Err(error) => error,
        };
        self.source = Source::Gone;
        Poll::Ready(Some(Err(TransportError::from_library(&error, false))))
    }

    /// At the end of the body, lets go of the connection.
    fn release_if_done(&mut self) {
        if let Source::Direct { connection, .. } = &self.source
            && connection.limit() == 0
            && let Source::Direct { connection, permit } =
                std::mem::replace(&mut self.source, Source::Gone)
            && self.is_kept_alive
        {
            let opening = Open::new(connection.into_inner().into_inner());
            let mut opening = pin!(opening);
            // hyper has nothing to wait for
            if let Poll::Ready(Ok(open)) = poll_unwoken(|context| opening.as_mut().poll(context)) {
                keep(permit, open);
            }
        }
    }
}

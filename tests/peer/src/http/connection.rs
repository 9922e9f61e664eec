//! One connection from its first byte to its last.

use super::body::read_body;
use super::limits::Limits;
use super::reply::{Framing, Reply};
use super::request::{BodyLength, HttpError, Request};
use super::wire::Wire;
use super::writer::{Delivery, Sent, send};
use crate::data::Writer;
use crate::tls::Stream;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// What answers requests.
pub(crate) trait Handler {
    /// What is known of a request before its body comes.
    type Head: Send + 'static;

    /// Reads the head of a request, and checks its signature.
    fn head(&self, request: &Request) -> Self::Head;

    /// Answers one request.
    fn handle(&self, request: Request, head: Self::Head, connection: u64) -> (Reply, Delivery);

    /// The answer to a request whose body is not even read, if there is to be one.
    fn early(
        &self,
        request: &Request,
        head: &Self::Head,
        connection: u64,
    ) -> Option<(Reply, Delivery)>;

    /// How many bytes of the body of a request are read at a time, and the pause before each time, if it is not read
    /// as it comes.
    fn reading(&self, head: &Self::Head) -> Option<(usize, Duration)>;

    /// Where the body of a request goes: that of a request which is going to be refused is not kept.
    fn body(&self, head: &Self::Head) -> Writer;

    /// The answer to something that is not a request the peer can read; `None` where nobody is left to answer.
    fn refuse(&self, error: HttpError, connection: u64) -> Option<Reply>;

    /// How long the body of a request with this head may be.
    fn body_limit(&self, head: &Self::Head) -> u64;

    /// Counts the bytes that go out.
    fn sent(&self) -> &Arc<AtomicU64>;
}

/// Serves a connection until either side ends it.
pub(crate) async fn serve(
    stream: Stream,
    handler: &Arc<impl Handler + Send + Sync + 'static>,
    limits: &Limits,
    connection: u64,
) {
    let mut wire = Wire::new(stream, Arc::clone(handler.sent()));
    loop {
        let next = next_request(&mut wire, &**handler, limits, connection).await;
        let (request, head) = match next {
            Ok(Next::Whole(request, head)) => (request, head),
            Ok(Next::Answered(reply, delivery)) => {
                // what is unread then makes it a reset
                let _ = send(wire, &reply, &delivery, false, true, limits).await;
                return;
            }
            Ok(Next::End) => return,
            Err(error) => return refuse(wire, &**handler, error, limits, connection).await,
        };
        let head_only = request.method == "HEAD";
        let keeps_alive = request.keeps_alive();
        let Some((reply, delivery)) = answer(handler, request, head, connection).await else {
            return;
        };
        let lies =
            matches!(reply.framing, Framing::Declared(_) | Framing::UntilClose) && !head_only;
        let closing = reply.close || !keeps_alive;
        match send(wire, &reply, &delivery, head_only, closing, limits).await {
            Ok(Sent::Whole(rest)) if !closing && !lies => wire = rest,
            Ok(Sent::Whole(rest)) => return rest.close().await,
            Ok(Sent::Over) | Err(_) => return,
        }
    }
}

/// Answers a request. One with a large body is handled beside the runtime, whose other tasks do not wait for its
/// checksums.
async fn answer<H: Handler + Send + Sync + 'static>(
    handler: &Arc<H>,
    request: Request,
    head: H::Head,
    connection: u64,
) -> Option<(Reply, Delivery)> {
    const LARGE: usize = 1024 * 1024;
    if request.body_length <= LARGE {
        return Some(handler.handle(request, head, connection));
    }
    let handler = Arc::clone(handler);
    let answer = move || handler.handle(request, head, connection);
    tokio::task::spawn_blocking(answer).await.ok()
}

/// What comes next on a connection.
enum Next<Head> {
    Whole(Request, Head),
    /// A request whose answer does not wait for its body.
    Answered(Reply, Delivery),
    End,
}

async fn next_request<H: Handler>(
    wire: &mut Wire,
    handler: &H,
    limits: &Limits,
    connection: u64,
) -> Result<Next<H::Head>, HttpError> {
    let Some(mut request) = wire.read_head(limits).await? else {
        return Ok(Next::End);
    };
    let head = handler.head(&request);
    if let Some((reply, delivery)) = handler.early(&request, &head, connection) {
        return Ok(Next::Answered(reply, delivery));
    }
    let length = request.body_length()?;
    let limit = handler.body_limit(&head).min(limits.body_bytes);
    let limit = limit.saturating_add(request.framing_allowance(limit));
    let too_large = matches!(length, BodyLength::Known(length) if length > limit);
    if request.expects_continue() && wire.pending().is_empty() && !too_large {
        wire.write(b"HTTP/1.1 100 Continue\r\n\r\n", limits).await?;
    }
    wire.set_pace(handler.reading(&head));
    let writer = handler.body(&head);
    read_body(wire, &mut request, writer, (length, limit), limits).await?;
    wire.set_pace(None);
    Ok(Next::Whole(request, head))
}

async fn refuse(
    mut wire: Wire,
    handler: &impl Handler,
    error: HttpError,
    limits: &Limits,
    connection: u64,
) {
    let Some(reply) = handler.refuse(error, connection) else {
        return;
    };
    let delivery = Delivery::default();
    if let Ok(Sent::Whole(rest)) = send(wire, &reply, &delivery, false, true, limits).await {
        wire = rest;
        wire.close().await;
    }
}

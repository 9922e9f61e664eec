//! One connection from its first byte to its last.

use super::body::read_body;
use super::limits::Limits;
use super::reply::{Framing, Reply};
use super::request::{BodyLength, HttpError, Request};
use super::wire::Wire;
use super::writer::{Delivery, Sent, send};
use crate::tls::Stream;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// What answers requests.
pub(crate) trait Handler {
    /// Answers one request.
    fn handle(&self, request: Request, connection: u64) -> (Reply, Delivery);

    /// The answer to a request whose body is not even read, if there is to be one.
    fn early(&self, request: &Request, connection: u64) -> Option<(Reply, Delivery)>;

    /// How many bytes of the body of a request are read at a time, and the pause before each time, if it is not read
    /// as it comes.
    fn reading(&self, request: &Request) -> Option<(usize, Duration)>;

    /// The answer to something that is not a request the peer can read; `None` where nobody is left to answer.
    fn refuse(&self, error: HttpError, connection: u64) -> Option<Reply>;

    /// How long the body of a request with this head may be.
    fn body_limit(&self, request: &Request) -> u64;

    /// Counts the bytes that go out.
    fn sent(&self) -> &Arc<AtomicU64>;
}

/// Serves a connection until either side ends it.
pub(crate) async fn serve(
    stream: Stream,
    handler: &impl Handler,
    limits: &Limits,
    connection: u64,
) {
    let mut wire = Wire::new(stream, Arc::clone(handler.sent()));
    loop {
        let request = match next_request(&mut wire, handler, limits, connection).await {
            Ok(Next::Whole(request)) => request,
            Ok(Next::Answered(reply, delivery)) => {
                // what is unread then makes it a reset
                let _ = send(wire, &reply, &delivery, false, true, limits).await;
                return;
            }
            Ok(Next::End) => return,
            Err(error) => return refuse(wire, handler, error, limits, connection).await,
        };
        let head_only = request.method == "HEAD";
        let keeps_alive = request.keeps_alive();
        let (reply, delivery) = handler.handle(request, connection);
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

/// What comes next on a connection.
enum Next {
    Whole(Request),
    /// A request whose answer does not wait for its body.
    Answered(Reply, Delivery),
    End,
}

async fn next_request(
    wire: &mut Wire,
    handler: &impl Handler,
    limits: &Limits,
    connection: u64,
) -> Result<Next, HttpError> {
    let Some(mut request) = wire.read_head(limits).await? else {
        return Ok(Next::End);
    };
    if let Some((reply, delivery)) = handler.early(&request, connection) {
        return Ok(Next::Answered(reply, delivery));
    }
    let length = request.body_length()?;
    let limit = handler.body_limit(&request).min(limits.body_bytes);
    let too_large = matches!(length, BodyLength::Known(length) if length > limit);
    if request.expects_continue() && wire.pending().is_empty() && !too_large {
        wire.write(b"HTTP/1.1 100 Continue\r\n\r\n", limits).await?;
    }
    wire.set_pace(handler.reading(&request));
    read_body(wire, &mut request, length, limit, limits).await?;
    wire.set_pace(None);
    Ok(Next::Whole(request))
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

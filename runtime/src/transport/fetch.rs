//! [`fetch`]: a short exchange on its own, outside of any call.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::{ReadError, RequestBody, Transport, TransportError, TransportErrorKind, Watch};
use super::{content_length, read_to_end};
use crate::clock::{SystemClock, within};
use crate::silence::{Patience, Stalled, while_moving};

/// What a [`fetch`] has to keep to.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    /// How long nothing may move, in either direction, once there is a connection.
    pub silence: Duration,
    /// How long it may take in all.
    pub total: Duration,
    /// How many bytes the body of the answer may have.
    pub length: usize,
}

/// Sends a request and reads the whole answer, whatever its status. It is for services that others wait
/// for, such as those that hand out credentials: nothing is signed or sent again.
///
/// # Errors
///
/// Where the transport fails, a limit is passed, or the answer is longer than it may be.
pub async fn fetch(
    transport: &dyn Transport,
    request: http::Request<Bytes>,
    limits: FetchLimits,
) -> Result<http::Response<Bytes>, TransportError> {
    let watch = Arc::<Watch>::default();
    let request = request.map(|body| RequestBody::from(body).watched(Arc::clone(&watch)));
    let exchange = async {
        let (parts, body) = transport.send(request).await?.into_parts();
        let length = content_length(&parts.headers).ok().flatten();
        let body = read_to_end(body, length, limits.length, &watch).await;
        match body {
            Ok(body) => Ok(http::Response::from_parts(parts, body)),
            Err(ReadError::Transport(error, _)) => Err(error),
            Err(ReadError::TooLong { limit }) => Err(TransportError::new(
                TransportErrorKind::Other,
                format!("the answer is longer than {limit} bytes"),
            )),
        }
    };
    let patience = || Patience {
        silence: limits.silence,
        throughput: None,
    };
    let exchange = while_moving(&SystemClock, &watch, patience, exchange);
    match within(&SystemClock, limits.total, exchange).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(Stalled::Silent(limit) | Stalled::Over(limit))) => {
            Err(TransportError::silent(watch.is_sending(), limit))
        }
        Ok(Err(Stalled::Slow(slow))) => Err(TransportError::slow(slow)),
        Err(_) => {
            let kind = TransportErrorKind::AttemptTimeout;
            Err(TransportError::timeout(kind, limits.total))
        }
    }
}

//! A connection through a proxy, which is asked for it with `CONNECT`.

use std::future::poll_fn;
use std::pin::pin;

use bytes::Bytes;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, Request, StatusCode, Uri};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};

use super::error::{NO_CONNECTION, reason};
use super::{TransportError, TransportErrorKind};

/// Asks the proxy at the other end of `stream` to connect it to the server of a URL.
pub(super) async fn open<S>(
    stream: S,
    to: &Uri,
    authorization: Option<HeaderValue>,
) -> Result<S, TransportError>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let request = request(to, authorization).map_err(|error| {
        let text = format!("the proxy cannot be asked: {error}");
        TransportError::new(TransportErrorKind::Unsent, text)
    })?;
    let broken = |error: hyper::Error| {
        let text = format!("the proxy did not answer: {}", reason(&error));
        TransportError::because(TransportErrorKind::Proxy, NO_CONNECTION, text)
    };
    let (mut sender, mut connection) = http1::handshake(stream).await.map_err(broken)?;
    let mut response = pin!(sender.send_request(request));
    let mut is_done = false;
    let response = poll_fn(|context| {
        is_done = is_done || connection.poll_without_shutdown(context).is_ready();
        response.as_mut().poll(context)
    });
    let status = response.await.map_err(broken)?.status();
    if status.is_success() {
        Ok(connection.into_parts().io)
    } else {
        Err(refused(status))
    }
}

fn request(
    to: &Uri,
    authorization: Option<HeaderValue>,
) -> Result<Request<Empty<Bytes>>, http::Error> {
    let host = to.host().unwrap_or_default();
    let server = format!("{host}:{}", to.port_u16().unwrap_or(443));
    let mut request = Request::connect(&server).header(HOST, &server);
    if let Some(authorization) = authorization {
        request = request.header(PROXY_AUTHORIZATION, authorization);
    }
    request.body(Empty::new())
}

/// What a proxy says that does not do what it was asked.
pub(super) fn refused(status: StatusCode) -> TransportError {
    let (kind, what) = match status {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => (
            TransportErrorKind::ProxyAuthentication,
            "the proxy asks for another user name or password, which its URL may hold",
        ),
        _ => (
            TransportErrorKind::Proxy,
            "the proxy did not connect to the server",
        ),
    };
    let text = format!("{what}: it answered {status}");
    TransportError::because(kind, NO_CONNECTION, text)
}

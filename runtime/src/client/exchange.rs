//! One exchange: a signed request, and its answer as far as it is read here.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, StatusCode};

use super::Shared;
use super::call::Call;
use super::identity::Identity;
use crate::body::{ByteStream, Expected, Stall};
use crate::checksum::Carried;
use crate::clock::within;
use crate::config::ERROR_DOCUMENT;
use crate::error::{Cause, Failure, Secrets};
use crate::header_field::find_header;
use crate::hook::{Added, Answered};
use crate::response::Response;
use crate::silence::{Patience, Silence, Stalled, while_moving};
#[cfg(feature = "test-util")]
use crate::testing::prepared::{OperationName, Prepared};
use crate::transport::{
    NoLength, ReadError, RequestBody, ResponseBody, Retried, TransportError, TransportErrorKind,
    Urgent, Watch, content_length, read_to_end,
};

/// What an exchange knows of the call and of the attempt that it is in, and tells them.
pub(super) struct Attempt {
    pub(super) number: u32,
    /// Of the exchange that was begun last.
    pub(super) watch: Arc<Watch>,
    /// When the time of the call is over.
    pub(super) end: Option<Duration>,
    /// Whether it goes on in another session, or with other credentials, where these are rejected.
    pub(super) finds_signers: bool,
    /// Whether the call has gone on in another session once.
    pub(super) has_healed: bool,
    /// Whether the service may have refused the last request for the session it was signed in: the
    /// next attempt finds another, or is told.
    pub(super) may_be_signer: bool,
    /// The headers that hooks have added.
    pub(super) added: Option<Added>,
    /// What they are told of the answer.
    pub(super) answered: Option<Answered>,
}

impl Attempt {
    pub(super) fn new(number: u32, end: Option<Duration>) -> Self {
        Self {
            number,
            watch: Arc::default(),
            end,
            finds_signers: true,
            has_healed: false,
            may_be_signer: false,
            added: None,
            answered: None,
        }
    }
}

impl Shared {
    /// Signs as this identity, sends, and reads the answer.
    pub(super) async fn exchange_as(
        &self,
        call: &Call,
        identity: &Identity,
        attempt: &mut Attempt,
    ) -> Result<Box<Response>, Box<Failure>> {
        let fail = |cause| Failure::new(call.spec.name, cause);
        let (response, secrets) = loop {
            let (response, secrets) = {
                let added = attempt.added.as_deref();
                let signed = self.signed_headers(call, identity, added).map_err(fail)?;
                let body = match call.payload.in_memory() {
                    Some(body) => body,
                    // boxed, as most calls do without
                    None => {
                        let opening = call.payload.open(&call.request.body, signed.chunks);
                        let body = Box::pin(opening).await;
                        body.map_err(|failure| fail(Cause::Body(failure)))?
                    }
                };
                let secrets = Secrets::of(&signed.headers);
                let body = body.watched(Arc::clone(&attempt.watch));
                let request = self.request(call, signed.headers, body, attempt.number);
                call.is_sent.store(true, Ordering::Relaxed);
                (self.config.transport.send(request), secrets)
            };
            let watch = &*attempt.watch;
            let patience = || self.patience(call, watch);
            let clock = &*self.config.clock;
            break match while_moving(clock, watch, patience, response).await {
                Ok(response) => (response, secrets),
                Err(_) if has_dead_connection(call, watch) => {
                    tracing::debug!("a pooled connection is silent; asking again on a new one");
                    attempt.watch = Arc::new(Watch::fresh());
                    continue;
                }
                Err(Stalled::Slow(slow)) => {
                    return Err(fail(Cause::Transport(TransportError::slow(slow))));
                }
                Err(Stalled::Silent(limit) | Stalled::Over(limit)) => {
                    let error = TransportError::silent(watch.is_sending(), limit);
                    return Err(fail(Cause::Transport(error)));
                }
            };
        };
        let watch = &attempt.watch;
        let response = response.map_err(|error| fail(cause(watch, error)))?;
        let (mut parts, body) = response.into_parts();
        #[cfg(feature = "test-util")]
        if let Some(prepared) = parts.extensions.remove::<Prepared>() {
            let response = Response::new(parts.status, parts.headers, Bytes::new());
            return Ok(response.prepared(prepared));
        }
        let mut carried = Carried::find(&mut parts.headers);
        let length = take_length(&mut parts.headers);
        if parts.status.is_success() && watch.is_early() {
            let response = Response::new(parts.status, parts.headers, Bytes::new());
            let cause = Cause::Transport(TransportError::early());
            return Err(fail(cause).answered(&response.with_secrets(secrets)));
        }
        if call.spec.streaming && parts.status.is_success() {
            let body = (body, length);
            let stream = self.stream(call, &parts, &mut carried, body, attempt);
            let response = Response::carrying(carried, parts.status, parts.headers, Bytes::new());
            return Ok(response.with_secrets(secrets).with_stream(stream));
        }
        let body = self.read_body(call, parts.status, (body, length), watch);
        let (body, cause) = match Box::pin(body).await {
            Ok(body) => (body, None),
            Err(cause) => (Bytes::new(), Some(cause)),
        };
        let mut response = Response::carrying(carried, parts.status, parts.headers, body)
            .with_secrets(secrets)
            .with_documents(call.spec.documents)
            .with_items(call.request.items.clone())
            .with_echoes(call.request.echoes.clone());
        if call.spec.secret_response {
            response = response.with_secret_body();
        }
        match cause {
            None => Ok(response),
            Some(cause) => Err(fail(cause).answered(&response)),
        }
    }

    /// A request, ready to be sent.
    fn request(
        &self,
        call: &Call,
        mut headers: HeaderMap,
        body: RequestBody,
        number: u32,
    ) -> http::Request<RequestBody> {
        call.payload.write_length(&call.spec.method, &mut headers);
        let mut request = http::Request::new(body);
        *request.method_mut() = call.spec.method.clone();
        *request.uri_mut() = call.uri.clone();
        *request.headers_mut() = headers;
        if call.spec.secret_response {
            // it opens a session, which other calls wait for
            request.extensions_mut().insert(Urgent);
        }
        if number > 1 {
            request.extensions_mut().insert(Retried);
        }
        // a transport of a test is told which operation it is
        #[cfg(feature = "test-util")]
        if self.config.transport.is_fake() {
            request
                .extensions_mut()
                .insert(OperationName(call.spec.name));
        }
        request
    }

    /// What the exchange has to keep to while its answer is waited for.
    fn patience(&self, call: &Call, watch: &Watch) -> Patience {
        let mut patience = self
            .config
            .timeouts
            .patience(call.spec, call.payload.length());
        if is_read(call) && watch.is_reused() {
            patience.silence = self.config.timeouts.reused();
        }
        // what takes its time to answer moves nothing
        patience.throughput = patience.throughput.filter(|_| watch.is_sending());
        patience
    }

    /// The body of an answer for the caller to read. A part of an object cannot be verified.
    fn stream(
        &self,
        call: &Call,
        head: &http::response::Parts,
        carried: &mut Carried,
        (body, length): (ResponseBody, Option<u64>),
        attempt: &Attempt,
    ) -> ByteStream {
        let has_asked = |name| find_header(&call.request.headers, name).is_some();
        let is_verified =
            head.status == StatusCode::OK && call.spec.verified.is_some_and(has_asked);
        let expected = is_verified.then(|| Expected::of(carried));
        let expected = expected.flatten();
        let clock = &self.config.clock;
        let silence = match (attempt.end, self.call_limit(call)) {
            (Some(end), Some(limit)) => {
                Silence::with_rest(end.saturating_sub(clock.sleep_time()), limit)
            }
            _ => Silence::default(),
        };
        let patience = self.config.timeouts.patience(call.spec, 0);
        let stall = Stall::new(attempt.watch.clone(), patience, clock.clone(), silence);
        let rest = self.rest(call, head, length);
        ByteStream::new(body, length, expected, Some(stall)).with_rest(rest)
    }

    /// Reads the body of an answer, as far as the call and the status allow.
    async fn read_body(
        &self,
        call: &Call,
        status: StatusCode,
        (body, length): (ResponseBody, Option<u64>),
        watch: &Watch,
    ) -> Result<Bytes, Cause> {
        // these have no body, whatever length they tell
        let is_bare = call.spec.method == Method::HEAD
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let limit = if status.is_success() {
            call.spec.response_limit
        } else {
            // an error document is small, whatever the operation answers
            call.spec.response_limit.max(64 * 1024)
        };
        let clock = &*self.config.clock;
        let body = read_to_end(body, length.filter(|_| !is_bare), limit, watch);
        let stalled = |stalled| match stalled {
            Stalled::Slow(slow) => TransportError::slow(slow),
            Stalled::Silent(limit) | Stalled::Over(limit) => {
                TransportError::timeout(TransportErrorKind::ReadTimeout, limit)
            }
        };
        let patience = || self.config.timeouts.patience(call.spec, 0);
        let body = while_moving(clock, watch, patience, body);
        let body = if status.is_success() {
            body.await.map_err(stalled)
        } else {
            match within(clock, ERROR_DOCUMENT, body).await {
                Ok(body) => body.map_err(stalled),
                Err(_) => Err(TransportError::slow_document(ERROR_DOCUMENT)),
            }
        };
        match body.map_err(Cause::Transport)? {
            Ok(body) => Ok(body),
            // not an error document, whatever it is; the status says enough
            Err(ReadError::TooLong { .. }) if !status.is_success() => Ok(Bytes::new()),
            Err(ReadError::TooLong { limit }) => Err(Cause::TooLong { limit }),
            // who refuses a request before it is all there may break off as soon as it has said why
            Err(ReadError::Transport(_, came)) if !status.is_success() && is_whole(&came) => {
                Ok(came)
            }
            Err(ReadError::Transport(error, _)) => Err(Cause::Transport(error)),
        }
    }
}

/// The length that an answer tells. A header that is there and tells none is taken out, so that nobody takes it for one.
fn take_length(headers: &mut HeaderMap) -> Option<u64> {
    content_length(headers).unwrap_or_else(|NoLength| {
        tracing::debug!("the `content-length` of the answer is no length, and left out");
        headers.remove(CONTENT_LENGTH);
        None
    })
}

/// Whether a request can be sent twice without harm or cost.
fn is_read(call: &Call) -> bool {
    call.spec.is_read() && call.payload.length() == 0
}

/// Whether the silence is that of a connection that was open before, and the request can go out again.
fn has_dead_connection(call: &Call, watch: &Watch) -> bool {
    is_read(call) && watch.is_reused()
}

/// Why an exchange failed: where the request's body itself did, the transport only repeats it.
fn cause(watch: &Watch, error: TransportError) -> Cause {
    let failure = watch.take_failure();
    failure.map_or(Cause::Transport(error), Cause::Body)
}

/// Whether an error document is all there, though the answer that holds it is not.
fn is_whole(document: &[u8]) -> bool {
    document.trim_ascii_end().ends_with(b"</Error>")
}

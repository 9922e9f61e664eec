//! One exchange: a signed request, and its answer as far as it is read here.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, StatusCode};

use super::Shared;
use super::call::Call;
use super::identity::Identity;
use crate::body::{ByteStream, Expected};
use crate::checksum;
use crate::error::{Cause, Failure, Secrets};
use crate::response::{Response, find_header};
use crate::transport::{ReadError, RequestBody, ResponseBody, Retried, Urgent, read_to_end};

impl Shared {
    /// Signs as this identity, sends, and reads the answer.
    pub(super) async fn exchange_as(
        &self,
        call: &Call,
        identity: &Identity,
        is_retried: bool,
    ) -> Result<Response, Box<Failure>> {
        let fail = |cause| Failure::new(call.spec.name, cause);
        let (response, secrets) = {
            // boxed, and over before the body is read: the state of a call stays small
            let request = Box::pin(self.request(call, identity)).await;
            let (mut request, secrets) = request.map_err(fail)?;
            if is_retried {
                request.extensions_mut().insert(Retried);
            }
            call.is_sent.store(true, Ordering::Relaxed);
            (self.config.transport.send(request), secrets)
        };
        let response = response.await;
        let response = response.map_err(|error| fail(call.payload.cause(error)))?;
        let (mut parts, body) = response.into_parts();
        checksum::leave_out_unreadable(&mut parts.headers);
        if call.spec.streaming && parts.status.is_success() {
            let stream = self.stream(call, parts.status, &parts.headers, body);
            let response = Response::new(parts.status, parts.headers, Bytes::new());
            return Ok(response.with_secrets(secrets).with_stream(stream));
        }
        let body = self.read_body(call, parts.status, &parts.headers, body);
        let (body, cause) = match Box::pin(body).await {
            Ok(body) => (body, None),
            Err(cause) => (Bytes::new(), Some(cause)),
        };
        let response = Response::new(parts.status, parts.headers, body).with_secrets(secrets);
        match cause {
            None => Ok(response),
            Some(cause) => Err(fail(cause).answered(&response)),
        }
    }

    /// The signed request, and what in it is secret.
    async fn request(
        &self,
        call: &Call,
        identity: &Identity,
    ) -> Result<(http::Request<RequestBody>, Secrets), Cause> {
        let (mut headers, signer) = self.signed_headers(call, identity)?;
        let secrets = Secrets::of(&headers);
        call.payload.write_length(&call.spec.method, &mut headers);
        let body = call.payload.outgoing(&call.request.body, signer).await;
        let mut request = http::Request::new(body.map_err(Cause::Body)?);
        *request.method_mut() = call.spec.method.clone();
        *request.uri_mut() = call.uri.clone();
        *request.headers_mut() = headers;
        if call.spec.secret_response {
            // it opens a session, which other calls wait for
            request.extensions_mut().insert(Urgent);
        }
        Ok((request, secrets))
    }

    /// The body of an answer for the caller to read. A part of an object cannot be verified.
    fn stream(
        &self,
        call: &Call,
        status: StatusCode,
        headers: &HeaderMap,
        body: ResponseBody,
    ) -> ByteStream {
        let has_asked = |name| find_header(&call.request.headers, name).is_some();
        let is_verified = status == StatusCode::OK && call.spec.verified.is_some_and(has_asked);
        let length = headers.get(CONTENT_LENGTH);
        let length = length.and_then(|value| value.to_str().ok()?.parse().ok());
        ByteStream::new(
            body,
            length,
            is_verified.then(|| Expected::of(headers)).flatten(),
            self.config.timeouts.read,
            self.config.clock.clone(),
        )
    }

    /// Reads the body of an answer, as far as the call and the status allow.
    async fn read_body(
        &self,
        call: &Call,
        status: StatusCode,
        headers: &HeaderMap,
        body: ResponseBody,
    ) -> Result<Bytes, Cause> {
        // these have no body, whatever length they tell
        let is_bare = call.spec.method == Method::HEAD
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        let limit = match status.is_success() {
            true => call.spec.response_limit,
            // an error document is small, whatever the operation answers
            false => call.spec.response_limit.max(64 * 1024),
        };
        let pause = self.config.timeouts.read;
        let clock = &*self.config.clock;
        match read_to_end(headers, body, is_bare, limit, pause, clock).await {
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

/// Whether an error document is all there, though the answer that holds it is not.
fn is_whole(document: &[u8]) -> bool {
    document.trim_ascii_end().ends_with(b"</Error>")
}

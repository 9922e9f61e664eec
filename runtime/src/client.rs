//! [`Core`]: a client's inside, and what happens to a call from first to last.
//!
//! `send` is generic over the operation but thin: it encodes and decodes. What lies between knows
//! no operation: endpoint, checks, credentials, signature, transport, body.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::{Method, StatusCode, Uri};
use tracing::{Instrument, Span, field};

use crate::clock::{Clock, within};
use crate::config::Config;
use crate::credentials::CredentialsError;
use crate::endpoint::{BuiltIn, Endpoint, ParamId, Params, resolve};
use crate::error::{
    Cause, DecodeError, EncodeError, Error, Failure, Problem, Secrets, ServiceError, request_id,
};
use crate::operation::{Operation, OperationSpec};
use crate::random::uuid;
use crate::request::{Request, RequestParts};
use crate::response::Response;
use crate::signing::{KeyCache, Payload, Scope, Unsigned, sign};
use crate::transport::{
    Body, ReadError, ResponseBody, TransportError, TransportErrorKind, read_to_end,
};

const AGENT: HeaderValue = HeaderValue::from_static(concat!("zonal/", env!("CARGO_PKG_VERSION")));
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// What every client of a generated crate holds. Cloning it is cheap; clones share connections.
#[derive(Clone)]
pub struct Core {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    signing_keys: KeyCache,
}

/// One call, ready for its attempts.
struct Call {
    spec: &'static OperationSpec,
    endpoint: Endpoint,
    /// The joined path, encoded.
    path: String,
    uri: Uri,
    request: RequestParts,
}

impl Core {
    pub(crate) fn new(config: Config) -> Self {
        let signing_keys = KeyCache::default();
        Self {
            shared: Arc::new(Shared {
                config,
                signing_keys,
            }),
        }
    }

    /// The region of the client.
    pub fn region(&self) -> &str {
        &self.shared.config.region
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.config.clock
    }

    /// Sends a request and reads the answer.
    pub async fn send<O: Operation>(&self, operation: &O) -> Result<O::Output, Error<O::Error>> {
        let spec = const { &O::SPEC };
        let call = match self.prepare(spec, operation) {
            Ok(call) => call,
            Err(failure) => return Err(failure.into_error(O::error)),
        };
        // boxed, so that the caller's future stays small
        let (host, result) = Box::pin(self.shared.run(call)).await;
        match result {
            Ok(response) => decode::<O>(&response, Some(host)),
            Err(failure) => Err(failure.into_error(O::error)),
        }
    }

    fn prepare<O: Operation>(
        &self,
        spec: &'static OperationSpec,
        operation: &O,
    ) -> Result<Call, Box<Failure>> {
        let mut request = Request::new(uuid);
        operation
            .encode(&mut request)
            .map_err(|error| Failure::new(spec.name, Cause::Encode(error)))?;
        let mut params = self.shared.params();
        operation.endpoint_params(&mut params);
        Call::new(spec, params, request)
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("service", &self.shared.config.service.name)
            .field("region", &self.shared.config.region)
            .finish_non_exhaustive()
    }
}

/// Reads a response: the output, or the error it stands for.
pub(crate) fn decode<O: Operation>(
    response: &Response,
    host: Option<String>,
) -> Result<O::Output, Error<O::Error>> {
    let cause = match O::decode(response) {
        Ok(output) => return Ok(output),
        Err(error) => undecodable(error, response),
    };
    let mut failure = Failure::new(O::SPEC.name, cause).answered(response);
    failure.host = host;
    failure.response = Some(response.clone());
    Err(failure.into_error(O::error))
}

/// An error document under a success status is what it says, not a broken answer.
fn undecodable(error: DecodeError, response: &Response) -> Cause {
    match error.problem() {
        Problem::ErrorDocument => Cause::Service(Box::new(ServiceError::read(response))),
        _ => Cause::Decode(error),
    }
}

/// The response if it is a success; what it refuses with if not.
pub(crate) fn check_status(
    spec: &OperationSpec,
    response: Response,
) -> Result<Response, Box<Failure>> {
    let status = response.status();
    if status.is_success() || status == spec.success {
        return Ok(response);
    }
    let cause = Cause::Service(Box::new(ServiceError::read(&response)));
    let mut failure = Failure::new(spec.name, cause).answered(&response);
    failure.response = Some(response);
    Err(failure)
}

impl Call {
    fn new(
        spec: &'static OperationSpec,
        params: Params<'_>,
        request: Request,
    ) -> Result<Self, Box<Failure>> {
        let request = request.into_parts();
        let endpoint = resolve(params)
            .and_then(|endpoint| endpoint.with_host_prefix(&request.host_prefix))
            .map_err(|error| Failure::new(spec.name, Cause::Endpoint(error)))?;
        let path = endpoint.join(&request.path);
        let question = if request.query.is_empty() { "" } else { "?" };
        let (scheme, authority) = (endpoint.scheme(), endpoint.authority());
        let url = format!("{scheme}://{authority}{path}{question}{}", request.query);
        let uri = url.parse::<Uri>().map_err(|_| {
            let error = EncodeError::member("URL", "is too long or not well-formed");
            Failure::new(spec.name, Cause::Encode(error))
        })?;
        Ok(Self {
            spec,
            endpoint,
            path,
            uri,
            request,
        })
    }
}

impl Shared {
    /// Endpoint parameters that the client's settings fill.
    fn params(&self) -> Params<'_> {
        let config = &self.config;
        let mut params = Params::new(config.service.rules);
        for (index, param) in (0..).zip(config.service.rules.params) {
            let id = ParamId::new(index);
            match param.builtin {
                Some(BuiltIn::Region) => params.set(id, &*config.region),
                Some(BuiltIn::UseFips) => params.set(id, config.use_fips),
                Some(BuiltIn::UseDualStack) => params.set(id, config.use_dual_stack),
                Some(BuiltIn::Endpoint) => params.set_optional(id, config.endpoint_url.as_deref()),
                Some(BuiltIn::Other(_)) | None => {}
            }
        }
        params
    }

    /// Runs a call to its end; gives back its host with the result.
    async fn run(&self, call: Call) -> (String, Result<Response, Box<Failure>>) {
        let span = tracing::info_span!(
            "call",
            service = self.config.service.name,
            operation = call.spec.name,
            host = call.endpoint.host(),
            status = field::Empty,
            request_id = field::Empty,
        );
        let result = self.attempt(&call, 1).instrument(span.clone()).await;
        let host = call.endpoint.host().to_owned();
        let result = result.map_err(|mut failure| {
            failure.host = Some(host.clone());
            failure
        });
        match &result {
            Ok(response) => record(&span, response),
            Err(failure) => {
                if let Some(status) = failure.status {
                    span.record("status", status.as_u16());
                }
                if let Some(id) = &failure.request_id {
                    span.record("request_id", id);
                }
                span.in_scope(|| tracing::debug!(error = %failure, "call failed"));
            }
        }
        (host, result)
    }

    /// One attempt, with fresh credentials and a fresh signature, within its time.
    async fn attempt(&self, call: &Call, number: u32) -> Result<Response, Box<Failure>> {
        let span = tracing::debug_span!(
            "attempt",
            number,
            status = field::Empty,
            request_id = field::Empty,
        );
        let limit = self.config.timeouts.attempt;
        let exchange = self.exchange(call).instrument(span.clone());
        let response = within(&*self.config.clock, limit, exchange)
            .await
            .unwrap_or_else(|_| {
                let kind = TransportErrorKind::AttemptTimeout;
                let error = TransportError::timeout(kind, limit);
                Err(Failure::new(call.spec.name, Cause::Transport(error)))
            })?;
        record(&span, &response);
        check_status(call.spec, response)
    }

    /// Signs, sends, and reads the answer.
    async fn exchange(&self, call: &Call) -> Result<Response, Box<Failure>> {
        let fail = |cause| Failure::new(call.spec.name, cause);
        self.check_secrecy(call).map_err(fail)?;
        let headers = self.signed_headers(call).await.map_err(fail)?;
        let secrets = Secrets::of(&headers);
        let mut request = http::Request::new(Body::from(call.request.body.clone()));
        *request.method_mut() = call.spec.method.clone();
        *request.uri_mut() = call.uri.clone();
        *request.headers_mut() = headers;
        let response = self.config.transport.send(request).await;
        let response = response.map_err(|error| fail(Cause::Transport(error)))?;
        let (parts, body) = response.into_parts();
        let body = self.read_body(call, parts.status, &parts.headers, body);
        let (body, cause) = match body.await {
            Ok(body) => (body, None),
            Err(cause) => (Bytes::new(), Some(cause)),
        };
        let response = Response::new(parts.status, parts.headers, body).with_secrets(secrets);
        match cause {
            None => Ok(response),
            Some(cause) => Err(fail(cause).answered(&response)),
        }
    }

    /// Reads the body of an answer, as far as the call and the status allow.
    async fn read_body(
        &self,
        call: &Call,
        status: StatusCode,
        headers: &HeaderMap,
        body: ResponseBody,
    ) -> Result<Bytes, Cause> {
        let is_head = call.spec.method == Method::HEAD;
        let limit = match status.is_success() {
            true => call.spec.response_limit,
            // an error document is small, whatever the operation answers
            false => call.spec.response_limit.max(64 * 1024),
        };
        let pause = self.config.timeouts.read;
        let clock = &*self.config.clock;
        match read_to_end(headers, body, is_head, limit, pause, clock).await {
            Ok(body) => Ok(body),
            // not an error document, whatever it is; the status says enough
            Err(ReadError::TooLong { .. }) if !status.is_success() => Ok(Bytes::new()),
            Err(ReadError::TooLong { limit }) => Err(Cause::TooLong { limit }),
            Err(ReadError::Transport(error)) => Err(Cause::Transport(error)),
        }
    }

    /// A secret comes back over TLS, or from this machine, or not at all.
    fn check_secrecy(&self, call: &Call) -> Result<(), Cause> {
        let is_safe = call.endpoint.scheme() == "https"
            || call.endpoint.is_loopback()
            || self.config.allow_http;
        match call.spec.secret_response && !is_safe {
            true => Err(Cause::Insecure),
            false => Ok(()),
        }
    }

    async fn signed_headers(&self, call: &Call) -> Result<HeaderMap, Cause> {
        let config = &self.config;
        let clock = &*config.clock;
        let scope = self.scope(&call.endpoint).map_err(Cause::Credentials)?;
        let credentials = config
            .credentials
            .provide(clock, config.timeouts.attempt)
            .await;
        let credentials = credentials.map_err(Cause::Credentials)?;
        let mut headers = call.request.headers.clone();
        headers.insert(USER_AGENT, AGENT);
        headers.insert(ACCEPT_ENCODING, IDENTITY);
        for (name, values) in &call.endpoint.headers {
            add_endpoint_header(&mut headers, name, values)?;
        }
        let unsigned = Unsigned {
            method: &call.spec.method,
            authority: call.endpoint.authority(),
            path: &call.path,
            query: &call.request.query,
            payload: Payload::Bytes(&call.request.body),
        };
        let keys = credentials.signing_keys();
        sign(
            &unsigned,
            &mut headers,
            keys,
            scope,
            clock.now(),
            &self.signing_keys,
        )
        .map_err(|error| Cause::Credentials(error.into()))?;
        Ok(headers)
    }

    /// What to sign for: as the endpoint says, or as the service does. An endpoint without a
    /// scheme is never asked for with a session.
    fn scope<'a>(&'a self, endpoint: &'a Endpoint) -> Result<Scope<'a>, CredentialsError> {
        let mut unusable = None;
        for scheme in endpoint.auth_schemes() {
            if scheme.name == "sigv4" {
                return Ok(Scope {
                    region: scheme.signing_region.unwrap_or(&self.config.region),
                    service: scheme
                        .signing_name
                        .unwrap_or(self.config.service.signing_name),
                });
            }
            unusable.get_or_insert(scheme.name);
        }
        match unusable {
            Some(name) => Err(CredentialsError::Scheme(name.to_owned())),
            None => Ok(Scope {
                region: &self.config.region,
                service: self.config.service.signing_name,
            }),
        }
    }
}

fn add_endpoint_header(
    headers: &mut HeaderMap,
    name: &'static str,
    values: &[String],
) -> Result<(), Cause> {
    let unusable = || {
        Cause::Encode(EncodeError::header(
            name,
            "from the endpoint rules is not one",
        ))
    };
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
    for value in values {
        let value = HeaderValue::from_str(value).map_err(|_| unusable())?;
        headers.append(header.clone(), value);
    }
    Ok(())
}

fn record(span: &Span, response: &Response) {
    span.record("status", response.status().as_u16());
    if let Some(id) = request_id(response) {
        span.record("request_id", id);
    }
}

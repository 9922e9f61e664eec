//! [`FakeTransport`]: prepared answers for tests without a network.

pub(crate) mod prepared;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use http_body_util::BodyExt as _;

use crate::clock::BoxFuture;
use crate::credentials::Credentials;
use crate::operation::Operation;
use crate::transport::{
    RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind, Urgent,
};

use prepared::{FakeSession, OperationName, Prepared};

/// Made-up credentials of an account.
pub fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "example-secret", None, None, "zonal-testing")
}

/// A transport that sends nothing and answers with what a test has prepared.
///
/// Clones share the answers and the calls: give one to [`Builder::transport`](crate::Builder::transport) and keep
/// another. Everything but the network is real: the client encodes and signs requests, retries failures, and calls
/// hooks. Sessions are opened with invented credentials. They need no answer, and are not recorded.
#[derive(Clone, Default)]
pub struct FakeTransport(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: HashMap<&'static str, VecDeque<Answer>>,
    calls: Vec<FakeCall>,
}

enum Answer {
    Output(Prepared),
    Refusal(StatusCode, String),
    Failure(TransportError),
}

/// A request as it would have gone out. Its `Debug` shows no headers and no body.
#[derive(Clone)]
#[non_exhaustive]
pub struct FakeCall {
    /// The name of the operation, such as `GetObject`.
    pub operation: &'static str,
    /// The method.
    pub method: Method,
    /// The URL.
    pub uri: Uri,
    /// All headers, the signature included.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl FakeTransport {
    /// A transport without answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers the next request of the operation `O` with this output. Several answers are given one after another.
    pub fn answer<O: Operation>(&self, output: O::Output) -> &Self {
        self.add::<O>(Answer::Output(Prepared::new(output)))
    }

    /// Refuses the next request of the operation `O` with this status and error code, such as 503 and `SlowDown`.
    pub fn refuse<O: Operation>(&self, status: StatusCode, code: impl Into<String>) -> &Self {
        self.add::<O>(Answer::Refusal(status, code.into()))
    }

    /// Makes the next request of the operation `O` fail with this error of the network.
    pub fn fail<O: Operation>(&self, error: TransportError) -> &Self {
        self.add::<O>(Answer::Failure(error))
    }

    /// The requests so far.
    pub fn calls(&self) -> Vec<FakeCall> {
        self.state().calls.clone()
    }

    /// Returns the number of answers that no request has taken yet.
    pub fn answers_left(&self) -> usize {
        self.state().answers.values().map(VecDeque::len).sum()
    }

    fn add<O: Operation>(&self, answer: Answer) -> &Self {
        let mut state = self.state();
        state
            .answers
            .entry(O::SPEC.name)
            .or_default()
            .push_back(answer);
        drop(state);
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a request and takes the answer that is prepared for it.
    fn take(&self, call: FakeCall) -> Result<Answer, TransportError> {
        let mut state = self.state();
        let operation = call.operation;
        state.calls.push(call);
        let prepared = state.answers.get_mut(operation);
        prepared.and_then(VecDeque::pop_front).ok_or_else(|| {
            let text = format!(
                "the test has no answer for this request: prepare one with \
                 `FakeTransport::answer::<{operation}>(…)`"
            );
            TransportError::new(TransportErrorKind::Unsent, text)
        })
    }
}

impl Transport for FakeTransport {
    fn is_fake(&self) -> bool {
        true
    }

    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let Some(OperationName(operation)) = parts.extensions.get().copied() else {
                let text =
                    "the operation is not known: FakeTransport must be the client's own transport";
                return Err(TransportError::new(TransportErrorKind::Unsent, text));
            };
            let opens_session = parts.extensions.get::<Urgent>().is_some();
            if opens_session && !self.state().answers.contains_key(operation) {
                return Ok(answered(
                    StatusCode::OK,
                    "",
                    Some(Prepared::new(FakeSession)),
                ));
            }
            let body = body.collect().await.map_err(|error| {
                TransportError::new(TransportErrorKind::Other, error.to_string())
            })?;
            let answer = self.take(FakeCall {
                operation,
                method: parts.method,
                uri: parts.uri,
                headers: parts.headers,
                body: body.to_bytes(),
            });
            match answer? {
                Answer::Output(output) => Ok(answered(StatusCode::OK, "", Some(output))),
                Answer::Refusal(status, code) => {
                    let document = format!("<Error><Code>{code}</Code></Error>");
                    Ok(answered(status, &document, None))
                }
                Answer::Failure(error) => Err(error),
            }
        })
    }
}

fn answered(
    status: StatusCode,
    document: &str,
    output: Option<Prepared>,
) -> http::Response<ResponseBody> {
    let body = Bytes::copy_from_slice(document.as_bytes());
    let mut response = http::Response::new(ResponseBody::from(body));
    *response.status_mut() = status;
    let id = HeaderValue::from_static("FAKE000000000001");
    response.headers_mut().insert("x-amz-request-id", id);
    if let Some(output) = output {
        response.extensions_mut().insert(output);
    }
    response
}

impl fmt::Debug for FakeTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeTransport")
    }
}

impl fmt::Debug for FakeCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeCall")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .finish_non_exhaustive()
    }
}

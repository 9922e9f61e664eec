//! [`Forwarded`]: requests of other programs, signed anew and sent as they are.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode};

use super::Core;
use super::call::Call;
use super::exchange::Attempt;
use crate::body::{Body, ByteStream};
use crate::clock::BoxFuture;
use crate::error::{Cause, EncodeError, Error, Failure};
use crate::operation::{NoModeledError, Operation, OperationSpec};
use crate::request::Request;

/// A request that another program has made.
pub struct Forwarded {
    /// The method.
    pub method: Method,
    /// The path behind the bucket, encoded as it is signed.
    pub path: String,
    /// The query, encoded as it is signed.
    pub query: String,
    /// All headers that are to be sent, but those of the signature.
    pub headers: HeaderMap,
    /// The body, as it goes over the wire.
    pub body: Body,
    /// What the signature says of it: a SHA-256, or one of the fixed words.
    pub payload: String,
}

/// The answer to one, whatever its status.
pub struct ForwardedAnswer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: ByteStream,
    /// Whether the service may have refused the request for the session it was signed in, which is not used again.
    pub may_be_signer: bool,
}

const fn spec(method: Method) -> OperationSpec {
    OperationSpec::new("forward", method)
}

static SPECS: [OperationSpec; 5] = [
    spec(Method::GET).streaming(),
    // whose answer has no body, whatever length it tells
    spec(Method::HEAD),
    spec(Method::PUT).streaming(),
    spec(Method::POST).streaming(),
    spec(Method::DELETE).streaming(),
];

impl Core {
    /// Sends the request of another program to the endpoint of `like`, signed in the same way, in a session if `like`
    /// uses one. It makes one attempt, and a second one in a new session if the service rejects the session and the
    /// body is in memory. Further attempts are up to the other program. An answer with any status is a success.
    pub fn forward<O: Operation>(
        &self,
        like: &O,
        forwarded: Forwarded,
    ) -> BoxFuture<'static, Result<ForwardedAnswer, Error<NoModeledError>>> {
        let call = self.forwarded_call(like, forwarded);
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let answer = async {
                let (mut call, payload) = call?;
                if !shared.load_now(&mut call)? {
                    shared.load(&mut call).await?;
                }
                call.payload.sign_as(payload);
                let mut attempt = Attempt::new(1, None);
                let response = shared.exchange(&call, &mut attempt).await;
                match response {
                    Ok(response) => Ok((response, attempt.may_be_signer)),
                    Err(mut failure) => {
                        failure.host = Some(call.endpoint.host().to_owned());
                        Err(failure)
                    }
                }
            };
            let answer: Result<_, Box<Failure>> = answer.await;
            let (mut response, may_be_signer) =
                answer.map_err(|failure| failure.into_error(|_, _| None))?;
            Ok(ForwardedAnswer {
                status: response.status(),
                headers: response.headers().clone(),
                body: response.stream(),
                may_be_signer,
            })
        })
    }

    fn forwarded_call<O: Operation>(
        &self,
        like: &O,
        forwarded: Forwarded,
    ) -> Result<(Box<Call>, String), Box<Failure>> {
        let spec = SPECS.iter().find(|spec| spec.method == forwarded.method);
        let spec = spec.ok_or_else(|| {
            let error = EncodeError::member("method", "is not GET, HEAD, PUT, POST or DELETE");
            Failure::new("forward", Cause::Encode(error))
        })?;
        let (params, sessions) = self.endpoint_params(&O::SPEC, like, &self.sessions);
        let request = Request::finished(
            forwarded.path,
            forwarded.query,
            forwarded.headers,
            forwarded.body,
        );
        let mut call = Call::new(spec, &self.shared.endpoints, params, request)?;
        call.sessions = sessions;
        Ok((call, forwarded.payload))
    }
}

/// Its headers may hold secrets.
impl fmt::Debug for Forwarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forwarded")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ForwardedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForwardedAnswer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

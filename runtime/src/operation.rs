//! What an operation is: the trait that generated requests implement.

use std::convert::Infallible;
use std::fmt;

use http::Method;

use crate::endpoint::Params;
use crate::error::{DecodeError, EncodeError, ErrorBody};
use crate::request::Request;
use crate::response::Response;

/// One operation of a service. Its value is the request.
pub trait Operation: Send + Sync {
    /// What the service answers.
    type Output: Send;
    /// The errors the service's model names for this operation; [`NoModeledError`] if none.
    type Error: fmt::Debug + Send + Sync + 'static;

    /// What is the same for every request of this operation.
    const SPEC: OperationSpec;

    /// Sets the endpoint parameters that come from the request or are fixed for the operation.
    fn endpoint_params<'a>(&'a self, params: &mut Params<'a>) {
        let _ = params;
    }

    /// Writes path, query, headers and body.
    fn encode(&self, request: &mut Request) -> Result<(), EncodeError>;

    /// Reads a successful response.
    fn decode(response: &Response) -> Result<Self::Output, DecodeError>;

    /// The modelled error for a code, if it is one.
    fn error(code: &str, body: &ErrorBody<'_>) -> Option<Self::Error> {
        let _ = (code, body);
        None
    }
}

/// The fixed part of an [`Operation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationSpec {
    /// The operation's name, as errors and traces say it.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The status of a success. Any other 2xx is taken for one as well.
    pub success: u16,
    /// The longest response body that is read, in bytes.
    pub response_limit: usize,
    /// The response carries a secret: it is asked for over HTTPS only, except on loopback or where
    /// the client allows plain HTTP.
    pub secret_response: bool,
}

/// The error type of operations whose model names no error. It has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoModeledError {}

impl From<Infallible> for NoModeledError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

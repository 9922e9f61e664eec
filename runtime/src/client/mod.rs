//! [`Core`]: a client's inside, and what happens to a call from first to last.
//!
//! `send` is generic over the operation but thin: it encodes and decodes. What lies between knows
//! no operation: endpoint, checks, credentials, signature, transport, body.

mod attempts;
mod auth;
pub(crate) mod body;
mod call;
mod exchange;

use std::fmt;
use std::sync::Arc;

use crate::config::Config;
use crate::error::{Cause, DecodeError, Error, Failure, Problem, ServiceError};
use crate::operation::{Operation, OperationSpec};
use crate::random::uuid;
use crate::request::Request;
use crate::response::Response;
use crate::signing::KeyCache;
use call::Call;

/// What every client of a generated crate holds. Cloning it is cheap; clones share connections.
#[derive(Clone)]
pub struct Core {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    signing_keys: KeyCache,
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
            Ok(response) => decode::<O>(response, Some(host)),
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
        Call::new(spec, params, request, self.shared.config.compression)
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
    mut response: Response,
    host: Option<String>,
) -> Result<O::Output, Error<O::Error>> {
    let cause = match O::decode(&mut response) {
        Ok(output) => return Ok(output),
        Err(error) => undecodable(error, &response),
    };
    let mut failure = Failure::new(O::SPEC.name, cause).answered(&response);
    failure.host = host;
    failure.response = Some(response);
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

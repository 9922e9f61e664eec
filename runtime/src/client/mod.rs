//! [`Core`]: the internals of a client, and the course of a call.
//!
//! `send` is generic over the operation, but only encodes and decodes. The steps between are not generic: endpoint,
//! checks, credentials, signature, transport, body.

mod asked;
mod attempts;
mod auth;
mod body;
mod call;
#[cfg_attr(not(feature = "request-compression"), path = "no_compression.rs")]
pub(crate) mod compression;
mod exchange;
mod form;
mod forward;
mod identity;
mod metadata;
mod options;
#[cfg(test)]
mod own;
#[cfg(test)]
mod pace_tests;
mod payload;
mod presign;
mod probe;
mod reading;
mod resume;
#[cfg(test)]
mod reuse_tests;
#[cfg(test)]
mod scheme_tests;
mod sessions;
#[cfg(test)]
#[cfg(feature = "hyper")]
mod silence_tests;
mod sums;
mod wanted;

use std::fmt;
use std::sync::{Arc, Weak};

use crate::clock::{BoxFuture, Clock};
use crate::config::resolved::Config;
use crate::credentials::Accounts;
use crate::endpoint::{Endpoints, Params};
use crate::error::{Cause, DecodeError, Error, Failure, Problem, ServiceError};
use crate::operation::{Auth, Operation, OperationSpec};
use crate::random::{Random, uuid};
use crate::request::Request;
use crate::response::Response;
use crate::retry::{ClockSkew, Retries};
use crate::session::SessionCache;
use crate::signing::KeyCache;
use call::Call;
pub use forward::{Forwarded, ForwardedAnswer};
pub use metadata::{Metadata, WithMetadata};
use options::CallOptions;
use reading::{Noted, Output};
use wanted::{CallSessions, Wanted};

#[cfg(feature = "test-util")]
use crate::endpoint::{Endpoint, ResolveError, resolve};
#[cfg(feature = "test-util")]
pub(crate) use form::{Terms, content_length, decide};

/// The content of every client of a generated crate. Cloning is cheap; clones share connections.
#[derive(Clone)]
pub struct Core {
    shared: Arc<Shared>,
    sessions: Wanted,
    options: Option<Arc<CallOptions>>,
}

struct Shared {
    config: Config,
    /// The endpoint parameters that it fills.
    params: Params<'static>,
    endpoints: Endpoints,
    signing_keys: KeyCache,
    sessions: SessionCache,
    accounts: Accounts,
    /// The client itself, for what outlives a call.
    me: Weak<Shared>,
    retries: Retries,
    /// What was learned of the service's clock.
    skew: Arc<ClockSkew>,
}

impl Core {
    pub(crate) fn new(config: Config) -> Self {
        let sessions = &config.sessions;
        let sessions = SessionCache::new(
            sessions.settings.clone(),
            config.clock.clone(),
            sessions.observer.clone(),
        );
        let retries = Retries::new(config.retries, config.random.clone());
        let skew = Arc::new(ClockSkew::default());
        let limit = config.timeouts.credentials();
        let accounts = Accounts::new(&config.credentials, &config.clock, &skew, limit);
        Self::from(Arc::new_cyclic(|me| Shared {
            params: config.params(),
            config,
            endpoints: Endpoints::default(),
            signing_keys: KeyCache::default(),
            sessions,
            accounts,
            me: Weak::clone(me),
            retries,
            skew,
        }))
    }

    /// The region of the client.
    pub fn region(&self) -> &str {
        &self.shared.config.region
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.config.clock
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.shared.config.random
    }

    /// Sends a request and reads the answer. The future is boxed, so that that of the caller stays small.
    pub fn send<O: Operation>(
        &self,
        operation: &O,
    ) -> BoxFuture<'static, Result<O::Output, Error<O::Error>>> {
        let call = self.prepare(const { &O::SPEC }, operation, &self.sessions);
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            // an answer that cannot be read is a failed attempt
            let mut output = Output::<O>::default();
            let result = match call {
                Ok(call) => shared.run(call, &mut output).await,
                Err(failure) => Err(failure),
            };
            result.map_err(|failure| failure.into_error(O::error))?;
            let output = output.0;
            Ok(output.expect("the answer of a call that succeeded was read"))
        })
    }

    /// The same, with the metadata of the answer.
    pub fn send_with_metadata<O: Operation>(
        &self,
        operation: &O,
    ) -> BoxFuture<'static, WithMetadata<O>> {
        let call = self.prepare(const { &O::SPEC }, operation, &self.sessions);
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            let mut read = Noted::<O>::default();
            let result = match call {
                Ok(call) => shared.run(call, &mut read).await,
                Err(failure) => Err(failure),
            };
            result.map_err(|failure| failure.into_error(O::error))?;
            let answer = read.output.0.zip(read.metadata);
            Ok(answer.expect("the answer of a call that succeeded was read"))
        })
    }

    fn prepare<O: Operation>(
        &self,
        spec: &'static OperationSpec,
        operation: &O,
        wanted: &Wanted,
    ) -> Result<Box<Call>, Box<Failure>> {
        let mut request = Request::new(uuid);
        operation
            .encode(&mut request)
            .and_then(|()| wanted.check())
            .map_err(|error| Failure::new(spec.name, Cause::Encode(error)))?;
        let (params, sessions) = self.endpoint_params(spec, operation, wanted);
        let mut call = Call::new(spec, &self.shared.endpoints, params, request)?;
        call.sessions = sessions;
        if let Some(options) = &self.options {
            let checked = options.check(spec.auth != Auth::Anonymous);
            let written = checked.and_then(|()| options.write_headers(&mut call.request.headers));
            written.map_err(|error| Failure::new(spec.name, Cause::Encode(error)))?;
            call.options = Some(Arc::clone(options));
        }
        self.shared.check_encryption(&call, wanted)?;
        Ok(call)
    }

    /// What is asked of the endpoint rules, and what the call needs to know of sessions.
    fn endpoint_params<'a, O: Operation>(
        &'a self,
        spec: &OperationSpec,
        operation: &'a O,
        wanted: &Wanted,
    ) -> (Params<'a>, Option<CallSessions>) {
        let mut params = self.shared.params();
        operation.endpoint_params(&mut params);
        let sessions = self.shared.sessions_of(spec, &mut params, wanted);
        (params, sessions)
    }

    /// The endpoint of a call, without the prefix that the operation gives its host.
    #[cfg(feature = "test-util")]
    pub(crate) fn endpoint_of<O: Operation>(
        &self,
        operation: &O,
    ) -> Result<Endpoint, ResolveError> {
        resolve(self.endpoint_params(&O::SPEC, operation, &self.sessions).0)
    }
}

impl From<Arc<Shared>> for Core {
    fn from(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            sessions: Wanted::default(),
            options: None,
        }
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

/// Reads a response: the output, or the failure it stands for. The output goes where it is to stay, as it
/// may be large.
pub(crate) fn decode<O: Operation>(
    mut response: Box<Response>,
    into: &mut Option<O::Output>,
) -> Result<(), Box<Failure>> {
    #[cfg(feature = "test-util")]
    if let Some(output) = response.take_prepared() {
        *into = Some(output);
        return Ok(());
    }
    let cause = match O::decode(&mut response) {
        Ok(output) => {
            *into = Some(output);
            return Ok(());
        }
        Err(error) => undecodable(error, &response),
    };
    let mut failure = Failure::new(O::SPEC.name, cause).answered(&response);
    // it sends a status before it has a document, which then may not come
    failure.is_unfinished = O::SPEC.assembles && failure.lacks_document();
    failure.response = Some(response);
    Err(failure)
}

/// An error document under a success status is an error of the service, not an invalid answer.
fn undecodable(error: DecodeError, response: &Response) -> Cause {
    match error.problem() {
        Problem::ErrorDocument => Cause::Service(Box::new(ServiceError::read(response))),
        _ => Cause::Decode(error.concealed(response.secrets())),
    }
}

/// The response if it is a success, otherwise the refusal.
pub(crate) fn check_status(
    spec: &OperationSpec,
    response: Box<Response>,
) -> Result<Box<Response>, Box<Failure>> {
    let status = response.status();
    if status.is_success() || status == spec.success {
        return Ok(response);
    }
    let cause = Cause::Service(Box::new(ServiceError::read(&response)));
    let mut failure = Failure::new(spec.name, cause).answered(&response);
    failure.response = Some(response);
    Err(failure)
}

//! [`Call`]: a request with its endpoint.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use http::Uri;

use super::Shared;
use super::options::CallOptions;
use super::payload::RequestPayload;
use super::wanted::CallSessions;
use crate::config::resolved::Config;
use crate::credentials::{Account, Accounts};
use crate::endpoint::{BuiltIn, Endpoint, Endpoints, ParamId, Params};
use crate::error::{Cause, EncodeError, Failure};
use crate::hook::AllHooks;
use crate::operation::OperationSpec;
use crate::request::{Request, RequestParts};
use crate::retry::RetryPolicy;

/// One call, ready for its attempts.
pub(super) struct Call {
    pub(super) spec: &'static OperationSpec,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) uri: Uri,
    pub(super) request: RequestParts,
    /// What it needs to know of sessions, where it may go in one.
    pub(super) sessions: Option<CallSessions>,
    /// The credentials to sign with, where they are not the client's own.
    pub(super) account: Option<Arc<Account>>,
    /// What it does otherwise than the client.
    pub(super) options: Option<Arc<CallOptions>>,
    /// How long an attempt may take, where that is not for the client's settings to say.
    pub(super) attempt_limit: Option<Duration>,
    /// What becomes of the request's body; nothing before it is loaded.
    pub(super) payload: RequestPayload,
    /// Whether the present attempt has given its request to the transport.
    pub(super) is_sent: AtomicBool,
}

impl Call {
    pub(super) fn new(
        spec: &'static OperationSpec,
        endpoints: &Endpoints,
        params: Params<'_>,
        request: Request,
    ) -> Result<Box<Self>, Box<Failure>> {
        let request = request.into_parts();
        let endpoint = endpoints
            .resolve(params)
            .and_then(|endpoint| match &*request.host_prefix {
                "" => Ok(endpoint),
                prefix => Endpoint::clone(&endpoint)
                    .with_host_prefix(prefix)
                    .map(Arc::new),
            })
            .map_err(|error| Failure::new(spec.name, Cause::Endpoint(error)))?;
        let uri = endpoint.request_url(&request.path, &request.query);
        let uri = uri.map_err(|_| {
            let error = EncodeError::member("URL", "is too long or not well-formed");
            Failure::new(spec.name, Cause::Encode(error))
        })?;
        Ok(Box::new(Self {
            spec,
            endpoint,
            uri,
            request,
            sessions: None,
            account: None,
            options: None,
            attempt_limit: None,
            payload: RequestPayload::default(),
            is_sent: AtomicBool::new(false),
        }))
    }

    /// The URL with another query.
    pub(super) fn url(&self, query: &str) -> String {
        let question = if query.is_empty() { "" } else { "?" };
        let (scheme, authority) = (self.endpoint.scheme(), self.endpoint.authority());
        [scheme, "://", authority, self.uri.path(), question, query].concat()
    }
}

impl Call {
    /// The value of an option, where the call has one.
    fn option<'a, T>(&'a self, option: impl FnOnce(&'a CallOptions) -> Option<T>) -> Option<T> {
        self.options.as_deref().and_then(option)
    }

    /// Puts what it says itself of its attempts in place of what the client says.
    pub(super) fn adjust(&self, policy: &mut RetryPolicy) {
        if let Some(options) = self.options.as_deref() {
            policy.max_attempts = options.max_attempts.unwrap_or(policy.max_attempts);
            policy.rules = options.rules.unwrap_or(policy.rules);
            (policy.base, policy.cap) = options.wait.unwrap_or((policy.base, policy.cap));
        }
    }
}

impl Shared {
    /// How long a call may take in all.
    pub(super) fn call_limit(&self, call: &Call) -> Option<Duration> {
        let own = call.option(|options| options.timeout);
        own.or(self.config.timeouts.call)
    }

    /// How often the body of an answer may be asked for again.
    pub(super) fn resumptions(&self, call: &Call) -> u32 {
        let own = call.option(|options| options.resumptions);
        own.unwrap_or(self.config.resumptions)
    }

    /// The hooks of the client, and those of the call.
    pub(super) fn hooks<'a>(&'a self, call: &'a Call) -> AllHooks<'a> {
        let own = call.option(|options| Some(&options.hooks));
        AllHooks::new(&self.config.hooks, own)
    }

    /// The credentials that sign a call: its own, or those of the client.
    pub(super) fn accounts<'a>(&'a self, call: &'a Call) -> &'a Accounts {
        let own = call.option(|options| options.accounts.as_deref());
        own.unwrap_or(&self.accounts)
    }

    /// Whether a call goes out unsigned because nothing is to sign it.
    pub(super) fn is_anonymous(&self, call: &Call) -> bool {
        let has_own = || call.option(|options| options.accounts.as_ref()).is_some();
        self.config.credentials.is_anonymous() && call.account.is_none() && !has_own()
    }

    /// Endpoint parameters that the client's settings fill.
    pub(super) fn params(&self) -> Params<'_> {
        self.params.borrowed()
    }
}

impl Config {
    /// The same, once for all calls.
    pub(super) fn params(&self) -> Params<'static> {
        let config = self;
        let mut params = Params::new(config.rules);
        for (index, param) in (0..).zip(config.rules.params) {
            let id = ParamId::new(index);
            match param.builtin {
                Some(BuiltIn::Region) => params.set(id, config.region.clone()),
                Some(BuiltIn::UseFips) => params.set(id, config.use_fips),
                Some(BuiltIn::UseDualStack) => params.set(id, config.use_dual_stack),
                Some(BuiltIn::Endpoint) => params.set_optional(id, config.endpoint_url.clone()),
                Some(BuiltIn::Other(_)) | None => {}
            }
        }
        for (id, value) in &config.endpoint_params {
            params.set(*id, value.clone());
        }
        params
    }
}

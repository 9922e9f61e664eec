//! Finds out what the answer to a `HEAD` does not contain: whether the service refuses the request or its signer.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use http::header::RANGE;
use http::{HeaderValue, Method};

use super::call::Call;
use super::exchange::Attempt;
use super::identity::Identity;
use super::payload::RequestPayload;
use super::{Shared, check_status};
use crate::body::Body;
use crate::error::{Failure, ServiceError};
use crate::lease::Verdict;
use crate::operation::OperationSpec;
use crate::request::RequestParts;
use crate::response::Response;
use crate::retry::Class;

/// It asks for what a call asked for, with an answer that has a body. A success is not read.
static PROBE: OperationSpec = OperationSpec::new("probe", Method::GET).streaming();

impl Shared {
    /// Whether a refusal is about the signer. The answer to a `HEAD` has no document with a code, so the client sends
    /// the same request as a `GET` of one byte. It does this only if another session or other credentials may exist,
    /// and one at a time: all refusals from before that request share its result.
    pub(super) async fn verdict(
        &self,
        call: &Call,
        identity: &Identity,
        response: &Response,
        attempt: &Attempt,
    ) -> Result<Verdict, Box<Failure>> {
        if call.spec.method != Method::HEAD {
            return Ok(verdict(&ServiceError::read(response).code));
        }
        let probe = match identity {
            Identity::Session { session, .. } => session.probe(),
            Identity::Account(account)
                if call.account.is_none() && self.accounts(call).may_change() =>
            {
                account.probe()
            }
            Identity::Account(_) | Identity::Nobody => return Ok(Verdict::Taken),
        };
        let ask = self.ask(call, identity, attempt);
        probe.verdict(&*self.config.clock, ask).await
    }

    /// Asks so. Where that fails in a way that may pass, nothing is known, and the attempt has
    /// failed.
    async fn ask(
        &self,
        call: &Call,
        identity: &Identity,
        attempt: &Attempt,
    ) -> Result<Verdict, Box<Failure>> {
        let probe = call.probe();
        let mut attempt = Attempt::new(attempt.number, attempt.end);
        let response = self.exchange_as(&probe, identity, &mut attempt).await;
        let response = response.map_err(|mut failure| {
            failure.operation = call.spec.name;
            failure
        })?;
        let code = if is_refused(&response) {
            ServiceError::read(&response).code
        } else {
            String::new()
        };
        match check_status(call.spec, response) {
            Err(failure) if Class::of(&failure) != Class::Fatal => Err(failure),
            _ => Ok(verdict(&code)),
        }
    }
}

impl Call {
    fn probe(&self) -> Self {
        let mut headers = self.request.headers.clone();
        let first = HeaderValue::from_static("bytes=0-0");
        headers.entry(RANGE).or_insert(first);
        Self {
            spec: &PROBE,
            endpoint: Arc::clone(&self.endpoint),
            uri: self.uri.clone(),
            request: RequestParts {
                // it is part of the endpoint
                host_prefix: String::new(),
                path: self.request.path.clone(),
                query: self.request.query.clone(),
                headers,
                body: Body::default(),
                items: None,
                echoes: Vec::new(),
            },
            sessions: None,
            account: None,
            options: None,
            attempt_limit: None,
            payload: RequestPayload::default(),
            is_sent: AtomicBool::new(false),
        }
    }
}

/// The statuses with which services reject sessions and credentials, among other things.
pub(super) fn is_refused(response: &Response) -> bool {
    matches!(response.status().as_u16(), 400 | 401 | 403)
}

/// What the code of a refusal says of who signed the request.
fn verdict(code: &str) -> Verdict {
    if is_rejected(code) {
        Verdict::Rejected
    } else {
        Verdict::Taken
    }
}

/// The codes that services use for credentials and tokens that have ended, were revoked or are
/// unknown.
pub(super) fn is_rejected(code: &str) -> bool {
    matches!(
        code,
        "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidAccessKeyId"
            | "InvalidClientTokenId"
            | "InvalidToken"
            | "TokenRefreshRequired"
            | "UnrecognizedClientException"
    )
}

//! The attempts of a call, in their time and in their spans.

use std::time::{Duration, SystemTime};

use tracing::{Instrument, Span, field};

use super::call::Call;
use super::{Shared, check_status};
use crate::clock::within;
use crate::error::{Cause, Failure, request_id};
use crate::response::Response;
use crate::retry::{Attempts, Class, Failed, Stop};
use crate::transport::{TransportError, TransportErrorKind};

/// Reads the answer of an attempt; where that fails, the attempt has failed.
pub(super) type Read<'a> = dyn FnMut(Response) -> Result<(), Box<Failure>> + Send + 'a;

impl Shared {
    /// Runs a call to its end.
    pub(super) async fn run(&self, call: Call, read: &mut Read<'_>) -> Result<(), Box<Failure>> {
        let span = tracing::info_span!(
            "call",
            service = self.config.service.name,
            operation = call.spec.name,
            host = call.endpoint.host(),
            attempts = field::Empty,
            status = field::Empty,
            request_id = field::Empty,
        );
        let attempts = self.attempts(&call, read, &span);
        let result = attempts.instrument(span.clone()).await;
        result.map_err(|mut failure| {
            failure.host = Some(call.endpoint.host().to_owned());
            span.record("attempts", failure.attempts);
            if let Some(status) = failure.status {
                span.record("status", status.as_u16());
            }
            if let Some(id) = &failure.request_id {
                span.record("request_id", id);
            }
            span.in_scope(|| tracing::debug!(error = %failure, "call failed"));
            failure
        })
    }

    /// Makes attempts until one succeeds or there is no point in another.
    async fn attempts(
        &self,
        call: &Call,
        read: &mut Read<'_>,
        span: &Span,
    ) -> Result<(), Box<Failure>> {
        let clock = &*self.config.clock;
        let limit = self.config.timeouts.call;
        let end = limit.and_then(|limit| clock.monotonic().checked_add(limit));
        let left = || end.map(|end| end.saturating_sub(clock.monotonic()));
        let mut policy = self.retries.policy();
        if call.spec.secret_response {
            // it opens a session, which other calls wait for
            policy = policy.for_session();
        }
        let replayable = call.request.body.is_replayable();
        let mut attempts = self.retries.attempts(policy, replayable);
        loop {
            let signed = self.skew.now(clock);
            let number = attempts.number();
            let mut failure = match self.attempt(call, number, left(), read, span).await {
                Ok(()) => {
                    span.record("attempts", number);
                    attempts.succeeded();
                    return Ok(());
                }
                Err(failure) => failure,
            };
            match self.next(&mut attempts, &failure, signed, left()) {
                Ok(wait) => {
                    tracing::debug!(error = %failure, attempt = number, ?wait, "trying again");
                    if !wait.is_zero() {
                        clock.sleep(wait).await;
                    }
                }
                Err(stop) => {
                    failure.attempts = number;
                    failure.stop = Some(stop);
                    return Err(failure);
                }
            }
        }
    }

    /// How long to wait before the next attempt, if there is to be one. Learns the service's time
    /// from a refusal that is about time.
    fn next(
        &self,
        attempts: &mut Attempts<'_>,
        failure: &Failure,
        signed: SystemTime,
        left: Option<Duration>,
    ) -> Result<Duration, Stop> {
        let mut class = match failure.cause {
            // the attempts to open one were made already, for this call and others
            Cause::Session(_) => Class::Fatal,
            _ => Class::of(failure),
        };
        if class == Class::Skewed {
            let clock = &*self.config.clock;
            let server = failure.server_time;
            if !server.is_some_and(|server| self.skew.learn(server, signed, clock)) {
                class = Class::Fatal;
            }
        }
        let asked = failure.retry_after;
        attempts.failed(Failed { class, asked }, left)
    }

    /// One attempt, with fresh credentials and a fresh signature, within its time and the call's.
    async fn attempt(
        &self,
        call: &Call,
        number: u32,
        left: Option<Duration>,
        read: &mut Read<'_>,
        outer: &Span,
    ) -> Result<(), Box<Failure>> {
        let span = tracing::debug_span!(
            "attempt",
            number,
            status = field::Empty,
            request_id = field::Empty,
        );
        let timeouts = &self.config.timeouts;
        let (limit, kind, told) = match left {
            Some(left) if left < timeouts.attempt => {
                let whole = timeouts.call.unwrap_or(left);
                (left, TransportErrorKind::CallTimeout, whole)
            }
            _ => (
                timeouts.attempt,
                TransportErrorKind::AttemptTimeout,
                timeouts.attempt,
            ),
        };
        let exchange = self.exchange(call).instrument(span.clone());
        let response = within(&*self.config.clock, limit, exchange)
            .await
            .unwrap_or_else(|_| {
                let error = TransportError::timeout(kind, told);
                Err(Failure::new(call.spec.name, Cause::Transport(error)))
            })?;
        record(&span, &response);
        let response = check_status(call.spec, response)?;
        record(outer, &response);
        read(response)
    }
}

fn record(span: &Span, response: &Response) {
    span.record("status", response.status().as_u16());
    if let Some(id) = request_id(response) {
        span.record("request_id", id);
    }
}

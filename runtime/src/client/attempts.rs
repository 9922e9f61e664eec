//! The attempts of a call, in their time and in their spans.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use tracing::{Instrument, Span, field};

use super::call::Call;
use super::reading::{self, Read};
use super::{Shared, check_status};
use crate::clock::{while_moving, within};
use crate::error::{Cause, Doubt, Failure, request_id};
use crate::response::Response;
use crate::retry::{Attempts, Class, Correction, Failed, Stop};
use crate::transport::{TransportError, TransportErrorKind};

impl Shared {
    /// Runs a call to its end.
    pub(super) async fn run(
        &self,
        mut call: Box<Call>,
        read: &mut Read<'_>,
    ) -> Result<(), Box<Failure>> {
        let span = tracing::info_span!(
            "call",
            service = self.config.service.name,
            operation = call.spec.name,
            host = call.endpoint.host(),
            attempts = field::Empty,
            status = field::Empty,
            request_id = field::Empty,
        );
        let result = {
            // pinned first: the span then moves a pointer and not all that a call needs
            let attempts = pin!(self.attempts(&mut call, read, &span));
            attempts.instrument(span.clone()).await
        };
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
        call: &mut Call,
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
        if !self.load_now(call)? {
            // boxed, as most calls do without
            let load = Box::pin(self.load(call));
            let loaded = match limit {
                None => Ok(load.await),
                Some(limit) => within(clock, limit, load).await.map_err(|_| limit),
            };
            match loaded {
                Ok(loaded) => loaded?,
                Err(limit) => return Err(too_long(call, TransportErrorKind::CallTimeout, limit)),
            }
        }
        let call = &*call;
        let replayable = call.is_replayable();
        let mut attempts = self.retries.attempts(policy, replayable);
        let mut doubt = Doubt::None;
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
            doubt = doubt.and(call.may_be_carried_out(&failure));
            failure.doubt = doubt;
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
            Cause::Session(..) => Class::Fatal,
            _ => Class::of(failure),
        };
        if class == Class::Skewed {
            let clock = &*self.config.clock;
            let learned = failure
                .server_time
                .map(|server| self.skew.learn(server, signed, clock));
            if learned.is_some_and(|learned| learned != Correction::None) {
                self.accounts.clock_was_corrected();
            }
            class = match learned {
                None | Some(Correction::None) => Class::Fatal,
                Some(Correction::Done) => Class::Skewed,
                Some(Correction::Closer) => Class::FarSkewed,
            };
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
        let (clock, timeouts) = (&*self.config.clock, &self.config.timeouts);
        let limit = call.attempt_limit.unwrap_or(timeouts.attempt);
        let exchange = pin!(self.exchange(call, number > 1));
        let exchange = exchange.instrument(span.clone());
        let has_moved = || call.payload.has_moved();
        let exchange = pin!(while_moving(clock, limit, exchange, has_moved));
        let response = match left {
            None => Ok(exchange.await),
            Some(left) => within(clock, left, exchange).await,
        };
        let too_long = |kind, limit| too_long(call, kind, limit);
        let response = match response {
            Ok(Ok(response)) => response?,
            Ok(Err(_)) => {
                return Err(too_long(TransportErrorKind::AttemptTimeout, limit));
            }
            Err(_) => {
                let whole = timeouts.call.or(left).unwrap_or_default();
                return Err(too_long(TransportErrorKind::CallTimeout, whole));
            }
        };
        record(&span, &response);
        let response = check_status(call.spec, response)?;
        record(outer, &response);
        reading::read(read, call.spec.name, response).await
    }
}

impl Call {
    /// Whether an attempt that failed so may have changed something at the service.
    fn may_be_carried_out(&self, failure: &Failure) -> bool {
        let is_sent = self.is_sent.load(Ordering::Relaxed);
        is_sent && !self.spec.is_read() && failure.leaves_doubt()
    }
}

fn too_long(call: &Call, kind: TransportErrorKind, limit: Duration) -> Box<Failure> {
    let error = TransportError::timeout(kind, limit);
    Failure::new(call.spec.name, Cause::Transport(error))
}

fn record(span: &Span, response: &Response) {
    if span.is_disabled() {
        return;
    }
    span.record("status", response.status().as_u16());
    if let Some(id) = request_id(response) {
        span.record("request_id", id);
    }
}

//! The attempts of a call, in their time and in their spans.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use tracing::{Instrument, Span, field};

use super::call::Call;
use super::exchange::Attempt;
use super::reading::{self, Read};
use super::{Shared, asked, check_status};
use crate::body::BodyFailure;
use crate::clock::within;
use crate::error::{Cause, Doubt, Failure, request_id};
use crate::hook::{AllHooks, Answered, AttemptStart, Watched};
use crate::operation::Auth;
use crate::response::Response;
use crate::retry::{Attempts, Class, Correction, Failed, Stop};
use crate::transport::{TransportError, TransportErrorKind, Watch};

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
            failure.url = Some(call.uri.clone());
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
        let limit = self.call_limit(call);
        let end = limit.and_then(|limit| clock.sleep_time().checked_add(limit));
        let left = || end.map(|end| end.saturating_sub(clock.sleep_time()));
        let mut policy = self.retries.policy();
        if call.spec.secret_response {
            // it opens a session, which other calls wait for
            policy = policy.for_session();
        }
        call.adjust(&mut policy);
        if !self.load_now(call)? {
            // boxed, as most calls do without
            let load = Box::pin(self.load(call));
            let loaded = match limit {
                None => Ok(load.await),
                Some(limit) => within(clock, limit, load).await.map_err(|_| limit),
            };
            match loaded {
                Ok(loaded) => loaded?,
                Err(limit) => {
                    let is_body = call.request.body.as_bytes().is_none();
                    return Err(Limit::Call(limit).passed(call.spec.name, is_body));
                }
            }
        }
        let call = &*call;
        let replayable = call.is_replayable();
        let mut attempts = self.retries.attempts(policy, replayable);
        let mut doubt = Doubt::None;
        let mut attempt = Attempt::new(attempts.number(), end);
        attempt.finds_signers = policy.rules.new_signers;
        loop {
            let signed = self.skew.now(clock);
            let number = attempts.number();
            attempt.number = number;
            let hooks = self.hooks(call);
            let watched = self.watched(hooks, call, &mut attempt);
            let begun = self.before_attempt(hooks, call, &mut attempt);
            let result = match begun {
                Ok(()) => self.attempt(call, &mut attempt, read, span).await,
                Err(failure) => Err(failure),
            };
            let mut failure = match result {
                Ok(()) => {
                    span.record("attempts", number);
                    attempts.succeeded();
                    if let Some(watched) = watched {
                        watched.end(attempt.answered.as_ref(), None, None);
                    }
                    return Ok(());
                }
                Err(failure) => failure,
            };
            doubt = doubt.and(call.may_be_carried_out(&failure));
            failure.doubt = doubt;
            failure.rules = policy.rules;
            attempt.may_be_signer = false;
            attempt.watch = Arc::new(match failure.cause {
                // where one connection has failed, others that were open then may be as dead
                Cause::Transport(_) => Watch::fresh(),
                _ => Watch::default(),
            });
            let next = self.next(call, &mut attempts, &failure, signed, left());
            if let Some(watched) = watched {
                watched.end(attempt.answered.as_ref(), Some(&failure), next.ok());
            }
            match next {
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

    /// What tells the hooks how an attempt ends, if there are any.
    fn watched<'a>(
        &'a self,
        hooks: AllHooks<'a>,
        call: &Call,
        attempt: &mut Attempt,
    ) -> Option<Watched<'a>> {
        if hooks.is_empty() {
            return None;
        }
        attempt.answered = None;
        let (name, number) = (call.spec.name, attempt.number);
        Some(hooks.watch(name, number, &*self.config.clock))
    }

    /// Asks the hooks what they add to an attempt, and whether it is to be made.
    fn before_attempt(
        &self,
        hooks: AllHooks<'_>,
        call: &Call,
        attempt: &mut Attempt,
    ) -> Result<(), Box<Failure>> {
        if hooks.is_empty() {
            return Ok(());
        }
        call.is_sent.store(false, Ordering::Relaxed);
        let mut start = AttemptStart {
            operation: call.spec.name,
            number: attempt.number,
            method: &call.spec.method,
            uri: &call.uri,
            headers: &call.request.headers,
            is_signed: call.spec.auth != Auth::Anonymous,
            added: HeaderMap::new(),
            wrong: None,
        };
        let refused = hooks.before(&mut start).err();
        let cause = start.wrong.map(Cause::Encode);
        match cause.or(refused.map(Cause::Transport)) {
            Some(cause) => Err(Failure::new(call.spec.name, cause)),
            None => {
                attempt.added = Some(Box::new(start.added));
                Ok(())
            }
        }
    }

    /// How long to wait before the next attempt, if there is to be one. Learns the service's time
    /// from a refusal that is about time.
    fn next(
        &self,
        call: &Call,
        attempts: &mut Attempts<'_>,
        failure: &Failure,
        signed: SystemTime,
        left: Option<Duration>,
    ) -> Result<Duration, Stop> {
        let mut class = match failure.cause {
            // the attempts to open one were made already, for this call and others
            Cause::Session(..) if !failure.rules.unopened_sessions => Class::Fatal,
            _ => Class::of(failure),
        };
        if class == Class::Skewed {
            let clock = &*self.config.clock;
            let learned = failure
                .server_time
                .map(|server| self.skew.learn(server, signed, clock));
            if learned.is_some_and(|learned| learned != Correction::None) {
                self.accounts(call).clock_was_corrected();
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
        attempt: &mut Attempt,
        read: &mut Read<'_>,
        outer: &Span,
    ) -> Result<(), Box<Failure>> {
        let span = tracing::debug_span!(
            "attempt",
            number = attempt.number,
            status = field::Empty,
            request_id = field::Empty,
        );
        let limit = self.limit(call, attempt.end);
        let response = {
            let exchange = pin!(self.exchange(call, attempt));
            let exchange = exchange.instrument(span.clone());
            match limit {
                None => Ok(exchange.await),
                Some((left, limit)) => {
                    let response = within(&*self.config.clock, left, exchange).await;
                    response.map_err(|_| limit)
                }
            }
        };
        let response = match response {
            Ok(response) => response?,
            Err(limit) => return Err(limit.passed(call.spec.name, attempt.watch.is_body_pausing())),
        };
        record(&span, &response);
        if !self.hooks(call).is_empty() {
            attempt.answered = Some(Answered::of(&response));
        }
        let mut response = check_status(call.spec, response);
        if let Err(failure) = &mut response {
            failure.may_be_signer = attempt.may_be_signer;
        }
        let response = response?;
        record(outer, &response);
        if let Err(error) = asked::check(call, &response) {
            let failure = Failure::new(call.spec.name, Cause::Decode(error));
            return Err(failure.answered(&response));
        }
        reading::read(read, call.spec.name, response, attempt.number).await
    }

    /// How long an attempt may take, if there is a limit, and which of them it is.
    fn limit(&self, call: &Call, end: Option<Duration>) -> Option<(Duration, Limit)> {
        let timeouts = &self.config.timeouts;
        let of_attempt = call.attempt_limit.or(timeouts.attempt);
        let of_attempt = of_attempt.map(|limit| (limit, Limit::Attempt(limit)));
        let left = end.map(|end| end.saturating_sub(self.config.clock.sleep_time()));
        let of_call = left.zip(self.call_limit(call));
        let of_call = of_call.map(|(left, limit)| (left, Limit::Call(limit)));
        let both = of_attempt.into_iter().chain(of_call);
        both.min_by_key(|(left, _)| *left)
    }
}

impl Call {
    /// Whether an attempt that failed so may have changed something at the service.
    fn may_be_carried_out(&self, failure: &Failure) -> bool {
        let is_sent = self.is_sent.load(Ordering::Relaxed);
        is_sent && !self.spec.is_read() && failure.leaves_doubt()
    }
}

/// A limit on how long something lasts, which is there only where it was asked for.
#[derive(Clone, Copy)]
enum Limit {
    Attempt(Duration),
    Call(Duration),
}

impl Limit {
    /// The failure of an attempt that lasts for longer. It is not the service's where the body was
    /// waited for.
    fn passed(self, operation: &'static str, is_body_pausing: bool) -> Box<Failure> {
        let (what, kind, limit) = match self {
            Self::Attempt(limit) => ("attempt", TransportErrorKind::AttemptTimeout, limit),
            Self::Call(limit) => ("call", TransportErrorKind::CallTimeout, limit),
        };
        let cause = if is_body_pausing {
            Cause::Body(BodyFailure::paused(what, limit))
        } else {
            Cause::Transport(TransportError::timeout(kind, limit))
        };
        Failure::new(operation, cause)
    }
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

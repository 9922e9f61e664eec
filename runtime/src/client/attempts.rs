//! The attempts of a call, in their time and in their spans.

use tracing::{Instrument, Span, field};

use super::call::Call;
use super::{Shared, check_status};
use crate::clock::within;
use crate::error::{Cause, Failure, request_id};
use crate::response::Response;
use crate::transport::{TransportError, TransportErrorKind};

impl Shared {
    /// Runs a call to its end; gives back its host with the result.
    pub(super) async fn run(&self, call: Call) -> (String, Result<Response, Box<Failure>>) {
        let span = tracing::info_span!(
            "call",
            service = self.config.service.name,
            operation = call.spec.name,
            host = call.endpoint.host(),
            status = field::Empty,
            request_id = field::Empty,
        );
        let result = self.attempt(&call, 1).instrument(span.clone()).await;
        let host = call.endpoint.host().to_owned();
        let result = result.map_err(|mut failure| {
            failure.host = Some(host.clone());
            failure
        });
        match &result {
            Ok(response) => record(&span, response),
            Err(failure) => {
                if let Some(status) = failure.status {
                    span.record("status", status.as_u16());
                }
                if let Some(id) = &failure.request_id {
                    span.record("request_id", id);
                }
                span.in_scope(|| tracing::debug!(error = %failure, "call failed"));
            }
        }
        (host, result)
    }

    /// One attempt, with fresh credentials and a fresh signature, within its time.
    async fn attempt(&self, call: &Call, number: u32) -> Result<Response, Box<Failure>> {
        let span = tracing::debug_span!(
            "attempt",
            number,
            status = field::Empty,
            request_id = field::Empty,
        );
        let limit = self.config.timeouts.attempt;
        let exchange = self.exchange(call).instrument(span.clone());
        let response = within(&*self.config.clock, limit, exchange)
            .await
            .unwrap_or_else(|_| {
                let kind = TransportErrorKind::AttemptTimeout;
                let error = TransportError::timeout(kind, limit);
                Err(Failure::new(call.spec.name, Cause::Transport(error)))
            })?;
        record(&span, &response);
        check_status(call.spec, response)
    }
}

fn record(span: &Span, response: &Response) {
    span.record("status", response.status().as_u16());
    if let Some(id) = request_id(response) {
        span.record("request_id", id);
    }
}

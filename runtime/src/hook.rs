//! [`Hook`]: observes the attempts of calls, and may add headers to them.
//!
//! ```
//! use std::sync::atomic::{AtomicU64, Ordering};
//!
//! use zonal_runtime::hook::{AttemptEnd, AttemptStart, Hook};
//! use zonal_runtime::transport::TransportError;
//!
//! /// Counts attempts that failed, and sends a header that traces them.
//! #[derive(Debug, Default)]
//! struct Observed {
//!     failed: AtomicU64,
//! }
//!
//! impl Hook for Observed {
//!     fn before_attempt(&self, attempt: &mut AttemptStart<'_>) -> Result<(), TransportError> {
//!         attempt.add_header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
//!         Ok(())
//!     }
//!
//!     fn after_attempt(&self, attempt: &AttemptEnd<'_>) {
//!         if attempt.error().is_some() {
//!             self.failed.fetch_add(1, Ordering::Relaxed);
//!         }
//!     }
//! }
//! ```

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode, Uri};

use crate::clock::Clock;
use crate::error::{EncodeError, request_id};
use crate::request::added_header;
use crate::response::Response;
use crate::transport::TransportError;

/// Observes each attempt of each call of a client, and its end. [`Builder::hook`](crate::Builder::hook) installs a hook
/// for a client, `Call::hook` for one call.
///
/// The client calls both methods on the task of the call, so they should return quickly. Requests that open sessions
/// are separate calls of the operation `CreateSession`.
pub trait Hook: fmt::Debug + Send + Sync {
    /// Called before an attempt is signed. It may add headers, which are signed with the others.
    ///
    /// # Errors
    ///
    /// If it returns an error, the attempt fails like after a failure of the transport, and nothing is sent. The kind
    /// of the error decides whether another attempt follows. Tests use this to inject faults.
    fn before_attempt(&self, attempt: &mut AttemptStart<'_>) -> Result<(), TransportError> {
        let _ = attempt;
        Ok(())
    }

    /// Called when an attempt has ended: its answer was read, it failed, or its call was dropped. A streamed body comes
    /// later.
    fn after_attempt(&self, attempt: &AttemptEnd<'_>) {
        let _ = attempt;
    }
}

impl<H: Hook + ?Sized> Hook for Arc<H> {
    fn before_attempt(&self, attempt: &mut AttemptStart<'_>) -> Result<(), TransportError> {
        (**self).before_attempt(attempt)
    }

    fn after_attempt(&self, attempt: &AttemptEnd<'_>) {
        (**self).after_attempt(attempt);
    }
}

/// An attempt before it is signed and sent.
pub struct AttemptStart<'a> {
    pub(crate) operation: &'static str,
    pub(crate) number: u32,
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    /// Whether the client signs it.
    pub(crate) is_signed: bool,
    pub(crate) added: HeaderMap,
    pub(crate) wrong: Option<EncodeError>,
}

impl AttemptStart<'_> {
    /// The name of the operation, such as `GetObject`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The number of the attempt, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        self.method
    }

    /// The URL. It contains no secret: requests are signed in a header.
    pub fn uri(&self) -> &Uri {
        self.uri
    }

    /// The headers of the operation, without those of the connection and the signature.
    pub fn headers(&self) -> &HeaderMap {
        self.headers
    }

    /// Adds a header, or replaces one that a hook added. A header that the operation or the client writes itself, or
    /// that no request can have, makes the call fail with [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput).
    /// `authorization` can be added where the client does not sign, as for operations with a bearer token.
    pub fn add_header(&mut self, name: &str, value: &str) {
        let header = added_header(name, value, self.is_signed).and_then(|(name, value)| {
            if self.headers.contains_key(&name) {
                Err(EncodeError::header(
                    name.as_str().to_owned(),
                    "cannot be added by a hook: the operation writes it",
                ))
            } else {
                Ok((name, value))
            }
        });
        match header {
            Ok((name, value)) => _ = self.added.insert(name, value),
            Err(error) => _ = self.wrong.get_or_insert(error),
        }
    }
}

impl fmt::Debug for AttemptStart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptStart")
            .field("operation", &self.operation)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// An attempt that has ended.
pub struct AttemptEnd<'a> {
    operation: &'static str,
    number: u32,
    duration: Duration,
    answer: Option<&'a Answered>,
    error: Option<&'a dyn fmt::Display>,
    retry_in: Option<Duration>,
    is_dropped: bool,
}

impl AttemptEnd<'_> {
    /// The name of the operation, such as `GetObject`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The number of the attempt, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The duration, including the time to load credentials.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns the HTTP status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.answer.map(|answer| answer.status)
    }

    /// The id under which the service knows the request.
    pub fn request_id(&self) -> Option<&str> {
        self.answer?.request_id.as_deref()
    }

    /// Why it failed; `None` if it succeeded or its call was dropped. The text contains no secret.
    pub fn error(&self) -> Option<&dyn fmt::Display> {
        self.error
    }

    /// How long the call waits before it tries again; `None` if this attempt was the last.
    pub fn retry_in(&self) -> Option<Duration> {
        self.retry_in
    }

    /// Whether the attempt ended because the future of its call was dropped.
    pub fn is_dropped(&self) -> bool {
        self.is_dropped
    }
}

impl fmt::Debug for AttemptEnd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptEnd")
            .field("operation", &self.operation)
            .field("number", &self.number)
            .field("duration", &self.duration)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

/// What hooks are told of an answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) request_id: Option<String>,
}

impl Answered {
    pub(crate) fn of(response: &Response) -> Self {
        Self {
            status: response.status(),
            request_id: request_id(response),
        }
    }
}

/// The hooks of a client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hooks(Vec<Arc<dyn Hook>>);

impl Hooks {
    pub(crate) fn push(&mut self, hook: impl Hook + 'static) {
        self.0.push(Arc::new(hook));
    }

    fn as_slice(&self) -> &[Arc<dyn Hook>] {
        &self.0
    }
}

/// The hooks of a client, then those of one call.
#[derive(Clone, Copy)]
pub(crate) struct AllHooks<'a> {
    client: &'a [Arc<dyn Hook>],
    call: &'a [Arc<dyn Hook>],
}

impl<'a> AllHooks<'a> {
    pub(crate) fn new(client: &'a Hooks, call: Option<&'a Hooks>) -> Self {
        Self {
            client: client.as_slice(),
            call: call.map(Hooks::as_slice).unwrap_or_default(),
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.client.is_empty() && self.call.is_empty()
    }

    fn iter(self) -> impl DoubleEndedIterator<Item = &'a Arc<dyn Hook>> {
        self.client.iter().chain(self.call)
    }

    /// Tells all hooks of an attempt; the first that refuses it is the last to be asked.
    pub(crate) fn before(self, attempt: &mut AttemptStart<'_>) -> Result<(), TransportError> {
        self.iter()
            .try_for_each(|hook| hook.before_attempt(attempt))
    }

    /// Begins to watch an attempt.
    pub(crate) fn watch(
        self,
        operation: &'static str,
        number: u32,
        clock: &'a dyn Clock,
    ) -> Watched<'a> {
        Watched {
            hooks: self,
            operation,
            number,
            clock,
            start: clock.monotonic(),
            is_over: false,
        }
    }
}

/// An attempt whose end the hooks are told, also where its future is dropped.
pub(crate) struct Watched<'a> {
    hooks: AllHooks<'a>,
    operation: &'static str,
    number: u32,
    clock: &'a dyn Clock,
    start: Duration,
    is_over: bool,
}

impl Watched<'_> {
    pub(crate) fn end(
        mut self,
        answer: Option<&Answered>,
        error: Option<&dyn fmt::Display>,
        retry_in: Option<Duration>,
    ) {
        self.is_over = true;
        self.tell(answer, error, retry_in);
    }

    fn tell(
        &self,
        answer: Option<&Answered>,
        error: Option<&dyn fmt::Display>,
        retry_in: Option<Duration>,
    ) {
        let attempt = AttemptEnd {
            operation: self.operation,
            number: self.number,
            duration: self.clock.monotonic().saturating_sub(self.start),
            answer,
            error,
            retry_in,
            is_dropped: !self.is_over,
        };
        let hooks = self.hooks.iter().rev();
        hooks.for_each(|hook| hook.after_attempt(&attempt));
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.tell(None, None, None);
        }
    }
}

/// The headers that hooks have added to an attempt.
pub(crate) type Added = Box<HeaderMap>;

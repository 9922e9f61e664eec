//! [`WaitError`]: why a wait failed.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::error::Error;
use crate::operation::NoModeledError;

/// Why a wait failed. `E` is the error type of the operation.
pub struct WaitError<E = NoModeledError>(Box<Inner<E>>);

struct Inner<E> {
    waiter: &'static str,
    kind: WaitErrorKind,
    attempts: u32,
    elapsed: Duration,
    last: Option<Error<E>>,
}

/// The kinds of [`WaitError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitErrorKind {
    /// The state was not reached in time.
    Timeout,
    /// An answer says that the state cannot be reached any more.
    Failure,
    /// A call failed with an error that the waiter does not match.
    Call,
}

impl<E> WaitError<E> {
    pub(super) fn new(
        waiter: &'static str,
        kind: WaitErrorKind,
        attempts: u32,
        elapsed: Duration,
        last: Option<Error<E>>,
    ) -> Self {
        Self(Box::new(Inner {
            waiter,
            kind,
            attempts,
            elapsed,
            last,
        }))
    }

    /// The name of the waiter, such as `BucketExists`.
    pub fn waiter(&self) -> &'static str {
        self.0.waiter
    }

    /// The kind of failure.
    pub fn kind(&self) -> WaitErrorKind {
        self.0.kind
    }

    /// How many calls were made.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the wait took.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// The error of the last call that got an answer; `None` if it succeeded.
    pub fn last_error(&self) -> Option<&Error<E>> {
        self.0.last.as_ref()
    }
}

impl<E> fmt::Display for WaitError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            waiter,
            kind,
            attempts,
            elapsed,
            last,
        } = &*self.0;
        write!(f, "waiting for {waiter} ")?;
        f.write_str(match kind {
            WaitErrorKind::Timeout => "took too long: not so",
            WaitErrorKind::Failure => "is in vain: it will not be so",
            WaitErrorKind::Call => "failed",
        })?;
        let s = if *attempts == 1 { "" } else { "s" };
        write!(
            f,
            ", after {attempts} call{s} in {:.1} s",
            elapsed.as_secs_f64()
        )?;
        match last {
            Some(error) => write!(f, "; the last one: {error}"),
            None => Ok(()),
        }
    }
}

impl<E> fmt::Debug for WaitError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitError")
            .field("text", &self.to_string())
            .finish()
    }
}

impl<E: fmt::Debug> StdError for WaitError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // the last error itself is already in the text
        self.0.last.as_ref().and_then(StdError::source)
    }
}

//! [`Error`]: why a transfer failed.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use zonal::{AnyError, BodyError};

/// An error from a source of bytes.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a transfer failed. Clones are cheap.
///
/// The message says which transfer failed, why, and what to do if that is known. It contains no secrets.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    what: String,
    cause: Cause,
    left: Option<String>,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A call to the service failed; see [`Error::call`].
    Call,
    /// The connection broke while a body was read, and the attempts to resume failed too.
    Body,
    /// The settings of the transfer are invalid. Nothing was sent.
    InvalidInput,
    /// The bytes to send could not be read, or their number differs from the given length.
    Source,
    /// The file changed while it was sent, or since the transfer that would be resumed was started.
    SourceChanged,
    /// The object changed while it was read, or since the transfer that would be resumed was started.
    ObjectChanged,
    /// The bytes do not match the checksum.
    Checksum,
    /// An answer of the service contradicts the request or another answer.
    Answer,
    /// The file could not be written.
    File,
    /// The state file cannot be used.
    State,
    /// The transfer was cancelled, or the runtime that it ran on ended.
    Cancelled,
}

/// The reason of a failure, without the transfer.
#[derive(Debug)]
pub(crate) enum Cause {
    Call(AnyError),
    Body(BodyError),
    Other {
        kind: ErrorKind,
        text: String,
        source: Option<BoxError>,
    },
}

impl Cause {
    pub(crate) fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self::Other {
            kind,
            text: text.into(),
            source: None,
        }
    }

    pub(crate) fn with(
        kind: ErrorKind,
        text: impl Into<String>,
        source: impl Into<BoxError>,
    ) -> Self {
        Self::Other {
            kind,
            text: text.into(),
            source: Some(source.into()),
        }
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, text)
    }

    pub(crate) fn answer(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Answer, text)
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "it was cancelled")
    }

    /// The bytes of this file cannot be read.
    pub(crate) fn unreadable(path: &Path, error: io::Error) -> Self {
        let text = format!("cannot read `{}`", path.display());
        Self::with(ErrorKind::Source, text, error)
    }

    /// This file cannot be written.
    pub(crate) fn unwritable(path: &Path, error: io::Error) -> Self {
        let text = format!("cannot write to `{}`", path.display());
        Self::with(ErrorKind::File, text, error)
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Call(_) => ErrorKind::Call,
            Self::Body(_) => ErrorKind::Body,
            Self::Other { kind, .. } => *kind,
        }
    }

    /// Makes the error of a transfer.
    pub(crate) fn of(self, what: impl Into<String>, left: Option<String>) -> Error {
        Error(Arc::new(Inner {
            what: what.into(),
            cause: self,
            left,
        }))
    }
}

impl From<AnyError> for Cause {
    fn from(error: AnyError) -> Self {
        Self::Call(error)
    }
}

impl From<BodyError> for Cause {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => write!(f, "{error}"),
            Self::Body(error) => write!(f, "{error}"),
            Self::Other { text, source, .. } => match source {
                Some(source) => write!(f, "{text}: {source}"),
                None => f.write_str(text),
            },
        }
    }
}

impl Error {
    /// Returns the kind of the failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.cause.kind()
    }

    /// Returns the call that failed, with its code and request id, if a call failed.
    pub fn call(&self) -> Option<&AnyError> {
        match &self.0.cause {
            Cause::Call(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the error code of the service, such as `NoSuchKey`, if the service refused a call.
    pub fn code(&self) -> Option<&str> {
        self.call()?.code()
    }

    /// Describes what the transfer could not remove, such as an upload that could not be aborted. `None` if it removed
    /// everything, or kept only the state of a resumable transfer.
    pub fn left_behind(&self) -> Option<&str> {
        self.0.left.as_deref()
    }

    /// Returns whether the same transfer may succeed if it is repeated.
    pub fn is_retryable(&self) -> bool {
        match &self.0.cause {
            Cause::Call(error) => error.is_retryable(),
            Cause::Body(error) => error.is_retryable(),
            Cause::Other { kind, .. } => {
                matches!(kind, ErrorKind::ObjectChanged | ErrorKind::Checksum)
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { what, cause, left } = &*self.0;
        write!(f, "{what} failed: {cause}")?;
        match left {
            Some(left) => write!(f, "; {left}"),
            None => Ok(()),
        }
    }
}

/// The same as `Display`, because a `main` that returns the error prints this.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Call(error) => Some(error),
            Cause::Body(error) => Some(error),
            Cause::Other { source, .. } => source.as_deref().map(|source| source as _),
        }
    }
}

/// Text from outside, made safe for a message.
pub(crate) fn shown(text: &str) -> String {
    text.escape_debug().take(200).collect()
}

//! [`Error`]: why a transfer failed.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use zonal::{AnyError, BodyError};

/// An error of whoever supplies bytes.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a transfer failed. Clones are cheap.
///
/// What it prints says which transfer, why, and what to do where that is known; it holds no secret.
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
    /// A call to the service failed, see [`Error::call`].
    Call,
    /// The body of an answer broke off, and so did the attempts to go on.
    Body,
    /// The transfer cannot be made as it is asked for; nothing was sent.
    InvalidInput,
    /// The bytes to send could not be read, or are not as many as was said.
    Source,
    /// The file changed while it was sent, or since the transfer that is to be gone on with began.
    SourceChanged,
    /// The object changed while it was read, or since the transfer that is to be gone on with began.
    ObjectChanged,
    /// All bytes came, and they are not those of the checksum.
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

/// What failed, before it is known in which transfer.
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

    /// As the error of a transfer.
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
    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.cause.kind()
    }

    /// The call that failed, with its code and request id, if a call was what failed.
    pub fn call(&self) -> Option<&AnyError> {
        match &self.0.cause {
            Cause::Call(error) => Some(error),
            _ => None,
        }
    }

    /// The service's error code, such as `NoSuchKey`, if it refused a call.
    pub fn code(&self) -> Option<&str> {
        self.call()?.code()
    }

    /// What the transfer has left behind, in words: an upload that could not be aborted, say. `None` where nothing is
    /// left, or only what a resumable transfer goes on with.
    pub fn left_behind(&self) -> Option<&str> {
        self.0.left.as_deref()
    }

    /// Whether the same transfer may succeed when made again.
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

/// Reads like `Display`: what a `main` that returns the error prints.
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

/// Text from elsewhere, fit for a message.
pub(crate) fn shown(text: &str) -> String {
    text.escape_debug().take(200).collect()
}

//! [`BodyError`]: why the body of a response is not whole.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::failure::line;
use crate::checksum::Algorithm;
use crate::error::Error;
use crate::silence::Stalled;
use crate::transport::{TransportError, TransportErrorKind};

/// Why a body could not be read to its end, or differs from what was stored.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BodyError {
    /// The connection failed.
    Transport(TransportError),
    /// No bytes came for longer than the [`read_timeout`](crate::Builder::read_timeout).
    Timeout {
        /// How long it waits.
        limit: Duration,
    },
    /// The body ended too early.
    TooShort {
        /// The number of bytes that came.
        read: u64,
        /// The length that the answer announced.
        length: u64,
    },
    /// The body is longer than the answer announced.
    TooLong {
        /// The length that the answer announced.
        length: u64,
    },
    /// The bytes do not match the checksum.
    Checksum {
        /// The algorithm.
        algorithm: Algorithm,
        /// The checksum that came with the response.
        expected: String,
        /// The checksum of the bytes that came.
        computed: String,
    },
    /// The connection broke, and the request for the rest by
    /// [`resume_reads`](crate::Builder::resume_reads) failed. The object may have changed
    /// (`PreconditionFailed`).
    Rest {
        /// Why the call for the rest failed.
        error: Arc<Error>,
        /// How many times the body had resumed before.
        resumed: u32,
    },
    /// The connection broke again after the body had resumed as often as
    /// [`resume_reads`](crate::Builder::resume_reads) allows.
    BrokeAgain {
        /// How the body failed the last time: `Transport`, `Timeout` or `TooShort`.
        error: Box<Self>,
        /// How many times the body had resumed.
        resumed: u32,
    },
    /// The bytes could not be written to their destination.
    Write {
        /// The file, if it was one.
        path: Option<PathBuf>,
        /// What happened.
        error: Arc<io::Error>,
    },
}

impl BodyError {
    pub(super) fn rest(error: Error, resumed: u32) -> Self {
        Self::Rest {
            error: Arc::new(error),
            resumed,
        }
    }

    /// The failure itself, without how often the body had resumed before.
    pub(crate) fn last(&self) -> &Self {
        match self {
            Self::BrokeAgain { error, .. } => error,
            error => error,
        }
    }

    /// Whether the rest of the body may still come over another connection.
    pub(super) fn may_go_on(&self) -> bool {
        match self {
            Self::Transport(error) => {
                error.is_retryable() && error.kind() != TransportErrorKind::CallTimeout
            }
            Self::Timeout { .. } | Self::TooShort { .. } => true,
            _ => false,
        }
    }

    pub(super) fn write(path: Option<&Path>, error: io::Error) -> Self {
        Self::Write {
            path: path.map(Path::to_owned),
            error: Arc::new(error),
        }
    }

    /// Whether a time limit was exceeded.
    pub fn is_timeout(&self) -> bool {
        match self.last() {
            Self::Transport(error) => error.is_timeout(),
            Self::Timeout { .. } => true,
            Self::Rest { error, .. } => error.is_timeout(),
            _ => false,
        }
    }

    /// Whether another request for the object may succeed.
    pub fn is_retryable(&self) -> bool {
        match self.last() {
            Self::Transport(error) => error.is_retryable(),
            Self::Write { .. } => false,
            _ => true,
        }
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Write { path, error } = self {
            return match path {
                Some(path) => {
                    let path = line(&path.display().to_string());
                    write!(f, "cannot write to `{path}`: {error}")
                }
                None => write!(f, "the body could not be written: {error}"),
            };
        }
        if let Self::BrokeAgain { error, resumed } = self {
            return write!(f, "{error}{}", After(*resumed));
        }
        f.write_str("the body could not be read: ")?;
        match self {
            Self::Transport(error) => write!(f, "{error}"),
            Self::Timeout { limit } => {
                write!(f, "the response paused for longer than {limit:?}")
            }
            Self::TooShort { read, length } => {
                write!(f, "it ended after {read} of {length} bytes")
            }
            Self::TooLong { length } => write!(f, "it is longer than its {length} bytes"),
            Self::Checksum {
                algorithm,
                expected,
                computed,
            } => write!(
                f,
                "its {algorithm} is {computed}, and {expected} was promised: it was damaged on \
                 its way"
            ),
            Self::Rest { error, resumed } => {
                let after = After(*resumed);
                write!(f, "it broke off{after}, and its rest did not come: {error}")
            }
            Self::Write { .. } | Self::BrokeAgain { .. } => Ok(()),
        }
    }
}

/// How many times a body had resumed before it failed.
struct After(u32);

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            1 => f.write_str(", after it had resumed once"),
            times => write!(f, ", after it had resumed {times} times"),
        }
    }
}

impl std::error::Error for BodyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport(error) => Some(error),
            Self::Rest { error, .. } => Some(&**error),
            Self::BrokeAgain { error, .. } => error.source(),
            Self::Write { error, .. } => Some(&**error),
            _ => None,
        }
    }
}

impl From<Stalled> for BodyError {
    fn from(stalled: Stalled) -> Self {
        match stalled {
            Stalled::Silent(limit) => Self::Timeout { limit },
            Stalled::Slow(throughput) => Self::Transport(TransportError::slow(throughput)),
            Stalled::Over(limit) => {
                let kind = TransportErrorKind::CallTimeout;
                Self::Transport(TransportError::timeout(kind, limit))
            }
        }
    }
}

impl From<BodyError> for io::Error {
    fn from(error: BodyError) -> Self {
        let kind = match error.last() {
            error if error.is_timeout() => io::ErrorKind::TimedOut,
            BodyError::Transport(_)
            | BodyError::Timeout { .. }
            | BodyError::Rest { .. }
            | BodyError::BrokeAgain { .. } => io::ErrorKind::ConnectionAborted,
            BodyError::TooShort { .. } => io::ErrorKind::UnexpectedEof,
            BodyError::TooLong { .. } | BodyError::Checksum { .. } => io::ErrorKind::InvalidData,
            BodyError::Write { error, .. } => error.kind(),
        };
        Self::new(kind, error)
    }
}

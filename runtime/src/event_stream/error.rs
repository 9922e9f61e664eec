//! [`EventError`]: why a stream of events ended before its time.

use std::fmt;

use crate::body::BodyError;
use crate::error::{DecodeError, ServiceError};
use crate::operation::NoModeledError;

/// Why a stream of events ended before its time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventError<E = NoModeledError> {
    /// The body could not be read to its end.
    Body(BodyError),
    /// What came is no message: this is wrong with it.
    Message(&'static str),
    /// The message is whole, but it is not the event that it says it is.
    Decode(DecodeError),
    /// The service broke off, and says why.
    #[non_exhaustive]
    Service {
        /// The error's code.
        code: String,
        /// What it means, cleaned for display.
        message: Option<String>,
        /// The error, where the service's model has it.
        error: Option<E>,
    },
}

impl<E> EventError<E> {
    pub(super) fn service(said: ServiceError, error: Option<E>) -> Self {
        Self::Service {
            code: said.code,
            message: said.message,
            error,
        }
    }

    /// The code with which the service broke off.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Service { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The error, where the service broke off with one that its model has.
    pub fn as_service_error(&self) -> Option<&E> {
        match self {
            Self::Service { error, .. } => error.as_ref(),
            _ => None,
        }
    }
}

impl<E> fmt::Display for EventError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(error) => fmt::Display::fmt(error, f),
            Self::Message(problem) => write!(f, "the stream of events is broken: {problem}"),
            Self::Decode(error) => write!(f, "an event could not be read: {error}"),
            Self::Service { code, message, .. } => {
                write!(f, "the service ended the stream of events: {code}")?;
                match message {
                    Some(message) => write!(f, ": {message}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl<E: fmt::Debug> std::error::Error for EventError<E> {}

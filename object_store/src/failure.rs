//! Failures, before they become errors of one version of `object_store`.

use std::error::Error as StdError;

use zonal::{AnyError, Error, ErrorKind, ModeledError};

/// A failure, with the path that its error names.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) path: String,
    pub(crate) source: Box<dyn StdError + Send + Sync>,
}

/// The variants of `object_store::Error` that this crate makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    NotFound,
    AlreadyExists,
    Precondition,
    NotModified,
    PermissionDenied,
    Unauthenticated,
    NotSupported,
    /// The text of the source names the operation.
    NotImplemented,
    Generic,
}

impl Failure {
    pub(crate) fn new(
        kind: Kind,
        path: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            path: path.into(),
            source: source.into(),
        }
    }

    pub(crate) fn generic(
        path: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::new(Kind::Generic, path, source)
    }

    /// The failure of a call about the object at `path`. The error of the client is its source.
    pub(crate) fn of<E: ModeledError>(error: Error<E>, path: &str) -> Self {
        Self::of_any(error.into(), path)
    }

    pub(crate) fn of_any(error: AnyError, path: &str) -> Self {
        Self::new(Kind::of(&error), path, error)
    }

    /// The same failure, with `to` in place of `from`.
    pub(crate) fn turned(mut self, from: Kind, to: Kind) -> Self {
        if self.kind == from {
            self.kind = to;
        }
        self
    }

    /// The error code of the service, if a call failed.
    pub(crate) fn code(&self) -> Option<&str> {
        self.error()?.code()
    }

    /// The HTTP status of the service's answer.
    pub(crate) fn status(&self) -> Option<u16> {
        Some(self.error()?.status()?.as_u16())
    }

    fn error(&self) -> Option<&AnyError> {
        self.source.downcast_ref()
    }
}

impl Kind {
    fn of(error: &AnyError) -> Self {
        // A later attempt may have been refused because an earlier one succeeded: `PreconditionFailed`
        // would then say that somebody else has written the object.
        if error.may_have_succeeded() {
            return Self::Generic;
        }
        Self::without_doubt(error)
    }

    /// The kind of failure that the last answer means.
    pub(crate) fn without_doubt(error: &AnyError) -> Self {
        if error.kind() == ErrorKind::Credentials {
            return Self::Unauthenticated;
        }
        let status = error.status().map(|status| status.as_u16());
        match (status, error.code().unwrap_or_default()) {
            (Some(304), _) => Self::NotModified,
            (Some(404), _) => Self::NotFound,
            (Some(412), _) => Self::Precondition,
            (Some(501), _) => Self::NotSupported,
            (Some(401), _)
            | (
                Some(400 | 403),
                "ExpiredToken" | "InvalidAccessKeyId" | "InvalidToken" | "SignatureDoesNotMatch",
            ) => Self::Unauthenticated,
            (Some(403), _) => Self::PermissionDenied,
            _ => Self::Generic,
        }
    }
}

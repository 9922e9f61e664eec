//! [`AnyError`]: the error of any operation.

use std::any::Any;
use std::fmt;

use super::call::Inner;
use super::{Cause, Error, Failure};
use crate::body::BodyError;
use crate::operation::ModeledError;

/// The error of any operation, for functions that call several operations.
///
/// `?` converts the error of every operation to it, without a loss of information: see the methods of [`Error`]. It also
/// converts a [`BodyError`], for functions that read the body of an answer.
///
/// ```
/// # use zonal_runtime::{AnyError, Error, ModeledError, Operation, codegen::NoModeledError};
/// # #[derive(Debug)] enum PutError {} impl ModeledError for PutError {}
/// # async fn put() -> Result<(), Error<PutError>> { Ok(()) }
/// # async fn delete() -> Result<(), Error<NoModeledError>> { Ok(()) }
/// async fn replace() -> Result<(), AnyError> {
///     put().await?;
///     delete().await?;
///     Ok(())
/// }
/// # async fn example() {
/// if let Err(error) = replace().await {
///     eprintln!("{:?}: {error}, request {:?}", error.kind(), error.request_id());
///     let refused: Option<&PutError> = error.as_service_error().and_then(|error| error.downcast_ref());
/// }
/// # }
/// ```
pub type AnyError = Error<AnyServiceError>;

/// An error that the model names for some operation.
pub struct AnyServiceError(Box<dyn ModeledError>);

impl AnyServiceError {
    /// The error, if it is of this type.
    pub fn downcast_ref<E: ModeledError>(&self) -> Option<&E> {
        let error: &dyn Any = &*self.0;
        error.downcast_ref()
    }
}

impl fmt::Debug for AnyServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<BodyError> for AnyError {
    fn from(error: BodyError) -> Self {
        let failure = Failure::new("reading a body", Cause::Read(error));
        failure.into_error(|_, _| None)
    }
}

impl<E: ModeledError> From<Error<E>> for AnyError {
    fn from(error: Error<E>) -> Self {
        let Inner { failure, modeled } = *error.inner;
        let modeled = modeled.map(|error| AnyServiceError(Box::new(error)));
        Self {
            inner: Box::new(Inner { failure, modeled }),
        }
    }
}

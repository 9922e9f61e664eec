//! [`Error`]: the errors of calls and their messages.

mod any;
mod call;
mod conceal;
mod decode;
mod encode;
mod failure;
mod service;
mod text;

pub use any::{AnyError, AnyServiceError};
pub use call::{Error, ErrorKind};
pub use decode::DecodeError;
pub use encode::EncodeError;
pub use service::{ErrorBody, ErrorDocument};

pub(crate) use conceal::Secrets;
pub(crate) use decode::{DOCUMENT_TYPE, Problem, safe_name};
pub(crate) use failure::{Cause, Doubt, Failure};
pub(crate) use service::{ServiceError, extended_request_id, is_error, request_id};

//! [`Metadata`]: what comes with an answer besides its output.

use std::fmt;

use http::{HeaderMap, StatusCode};

use crate::error::{Error, extended_request_id, request_id};
use crate::operation::Operation;
use crate::response::Response;

/// The output of an operation with its metadata, or the error.
pub type WithMetadata<O> =
    Result<(<O as Operation>::Output, Metadata), Error<<O as Operation>::Error>>;

/// The metadata of a successful answer. Its `Debug` output omits headers.
#[derive(Clone)]
pub struct Metadata {
    status: StatusCode,
    headers: HeaderMap,
    request_id: Option<String>,
    extended_request_id: Option<String>,
    attempts: u32,
}

impl Metadata {
    pub(super) fn of(response: &Response, attempts: u32) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            request_id: request_id(response),
            extended_request_id: extended_request_id(response),
            attempts,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The id of the request at the service (`x-amz-request-id`).
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The second id of S3 (`x-amz-id-2`), which AWS support needs.
    pub fn extended_request_id(&self) -> Option<&str> {
        self.extended_request_id.as_deref()
    }

    /// The number of attempts, including the successful one.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metadata")
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("extended_request_id", &self.extended_request_id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

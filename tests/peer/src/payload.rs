//! What a request brings once its framing is taken off.

use crate::checksum::ChecksumAlgorithm;
use crate::data::Data;
use crate::http::{Headers, Request};

/// A request's content.
#[derive(Clone, Default)]
pub(crate) struct Payload {
    pub(crate) data: Data,
    /// Its checksum of the kind that follows an aws-chunked body, in base64.
    pub(crate) digest: Option<(ChecksumAlgorithm, String)>,
    /// Fields after an aws-chunked body.
    pub(crate) trailers: Headers,
}

impl Payload {
    /// Takes the body as it came.
    pub(crate) fn take(request: &mut Request) -> Self {
        Self {
            data: std::mem::take(&mut request.body),
            digest: None,
            trailers: Headers::default(),
        }
    }
}

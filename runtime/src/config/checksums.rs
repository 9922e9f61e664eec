//! The settings of checksums.

use super::{BuildError, Builder};
use crate::checksum::Checksums;

pub(super) const REQUEST: &str = "AWS_REQUEST_CHECKSUM_CALCULATION";
pub(super) const RESPONSE: &str = "AWS_RESPONSE_CHECKSUM_VALIDATION";

/// The value of one of these variables.
pub(super) fn when(name: &str, text: &str) -> Result<Checksums, BuildError> {
    let problem = "is neither WHEN_SUPPORTED nor WHEN_REQUIRED";
    Checksums::from_text(text).ok_or_else(|| BuildError::variable(name, problem))
}

impl<C> Builder<C> {
    /// Sets when to compute checksums of requests that do not require one. Default: if the
    /// operation supports it.
    #[must_use]
    pub fn request_checksums(mut self, when: Checksums) -> Self {
        self.request_checksums = when;
        self
    }

    /// Sets when to verify the bodies of responses. Default: if the operation supports it. If a
    /// request asks for a checksum, its response is verified in any case.
    #[must_use]
    pub fn response_checksums(mut self, when: Checksums) -> Self {
        self.response_checksums = when;
        self
    }
}

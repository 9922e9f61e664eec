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
    /// When requests get a checksum that nobody asked for; wherever it is supported unless set.
    #[must_use]
    pub fn request_checksums(mut self, when: Checksums) -> Self {
        self.request_checksums = when;
        self
    }

    /// When the bodies of responses are verified; wherever it is supported unless set. A request
    /// that asks for it has it either way.
    #[must_use]
    pub fn response_checksums(mut self, when: Checksums) -> Self {
        self.response_checksums = when;
        self
    }
}

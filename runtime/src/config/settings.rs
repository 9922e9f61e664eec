//! Settings that few operations or services use.

use super::{BuildError, Builder};
use crate::endpoint::{ParamId, Value};

/// The largest value of the size from which bodies are compressed.
pub(super) const MAX_MIN_SIZE: usize = 10 * 1024 * 1024;

/// Which bodies are compressed, if the operation allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Compression {
    /// The smallest, in bytes.
    pub(crate) min_size: usize,
    /// None at all.
    pub(crate) disabled: bool,
}

impl Default for Compression {
    fn default() -> Self {
        Self {
            min_size: 10_240,
            disabled: false,
        }
    }
}

impl Compression {
    pub(super) fn check(self) -> Result<Self, BuildError> {
        if self.min_size <= MAX_MIN_SIZE {
            Ok(self)
        } else {
            Err(BuildError::CompressionSize(self.min_size))
        }
    }
}

impl<C> Builder<C> {
    /// Sets the size in bytes from which the bodies of requests are compressed, if the operation
    /// allows it. Default: 10,240; at most 10 MiB.
    #[must_use]
    pub fn request_min_compression_size_bytes(mut self, size: usize) -> Self {
        self.compression.min_size = size;
        self
    }

    /// Turns the compression of request bodies off.
    #[must_use]
    pub fn disable_request_compression(mut self, yes: bool) -> Self {
        self.compression.disabled = yes;
        self
    }

    /// Sets a parameter of the service's endpoint rules for all calls. The generated crate has a
    /// named method for each parameter that is a setting.
    #[must_use]
    pub fn endpoint_param(mut self, param: ParamId, value: impl Into<Value<'static>>) -> Self {
        self.endpoint_params.push((param, value.into()));
        self
    }
}

//! [`Configure`]: settings that were read elsewhere.

use super::Builder;
use crate::client::Core;

/// Settings that a builder takes as a whole, such as those that the crate `zonal-config` reads.
pub trait Configure {
    /// Sets on the builder what these settings say, and leaves alone what they say nothing of.
    #[must_use]
    fn configure<C: From<Core>>(self, builder: Builder<C>) -> Builder<C>;
}

impl<C: From<Core>> Builder<C> {
    /// Takes settings as a whole: those that `zonal_config::load()` reads from the environment and the
    /// files in `~/.aws`, with the credentials that go with them. What is set after this counts more
    /// than these settings, and what was set before it counts less.
    #[must_use]
    pub fn settings(self, settings: impl Configure) -> Self {
        settings.configure(self)
    }

    /// Says why there is no region, for the error of [`build`](Self::build) where none is set in another way.
    #[must_use]
    pub fn no_region_because(mut self, reason: impl Into<String>) -> Self {
        self.no_region = Some(reason.into());
        self
    }
}

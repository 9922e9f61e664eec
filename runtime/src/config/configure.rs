//! [`Configure`]: settings from another crate.

use super::Builder;
use crate::client::Core;
use crate::endpoint::Rules;

/// Settings that a builder takes as a whole, such as those that the crate `zonal-config` reads.
pub trait Configure {
    /// Applies these settings to the builder. Settings that are absent here keep their value.
    #[must_use]
    fn configure<C: From<Core>>(self, builder: Builder<C>) -> Builder<C>;
}

impl<C: From<Core>> Builder<C> {
    /// Applies a set of settings, such as those that `zonal_config::load()` reads from the environment and the files in
    /// `~/.aws`, with their credentials. A later setting takes precedence over them, and they take precedence over an
    /// earlier one.
    #[must_use]
    pub fn settings(self, settings: impl Configure) -> Self {
        settings.configure(self)
    }

    /// Resolves endpoints by other rules than those of the service, which `change` is given. They must have the same
    /// parameters at the same places. A region without a name is for them to judge.
    #[doc(hidden)]
    #[must_use]
    pub fn endpoint_rules(mut self, change: impl FnOnce(&'static Rules) -> &'static Rules) -> Self {
        self.rules = Some(change(self.service.rules));
        self
    }

    /// Sets the reason why there is no region, for the error of [`build`](Self::build) if no region is set.
    #[must_use]
    pub fn no_region_because(mut self, reason: impl Into<String>) -> Self {
        self.no_region = Some(reason.into());
        self
    }
}

//! Options of a call that override those of its client.

use std::time::Duration;

use zonal_runtime::hook::Hook;
use zonal_runtime::retry::RetryRules;
use zonal_runtime::{Operation, ProvideCredentials};

use super::client::Call;

/// Options of this call.
impl<O: Operation> Call<O> {
    /// Sets how long the call may take with all its attempts and waits, and with reading the body of its answer. This
    /// overrides [`Builder::call_timeout`](zonal_runtime::Builder::call_timeout).
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.client.core = self.client.core.with_timeout(limit);
        self
    }

    /// Sets how many attempts the call may make, including the first; 1 means no retries. This overrides
    /// [`Builder::max_attempts`](zonal_runtime::Builder::max_attempts).
    pub fn max_attempts(mut self, number: u32) -> Self {
        self.client.core = self.client.core.with_max_attempts(number);
        self
    }

    /// Sets how long the call waits before a retry. This overrides
    /// [`Builder::retry_wait`](zonal_runtime::Builder::retry_wait).
    pub fn retry_wait(mut self, first: Duration, longest: Duration) -> Self {
        self.client.core = self.client.core.with_retry_wait(first, longest);
        self
    }

    /// Sets which failures of the call are retried. This overrides
    /// [`Builder::retry_rules`](zonal_runtime::Builder::retry_rules).
    pub fn retry_rules(mut self, rules: &'static RetryRules) -> Self {
        self.client.core = self.client.core.with_retry_rules(rules);
        self
    }

    /// Adds a hook for the attempts of the call, after those of [`Builder::hook`](zonal_runtime::Builder::hook).
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.client.core = self.client.core.with_hook(hook);
        self
    }

    /// Adds a header, which is signed with the others. If the operation has a member for it, use its setter. The call
    /// fails with [`ErrorKind::InvalidInput`](zonal_runtime::ErrorKind::InvalidInput), before anything is sent, for a
    /// header that the operation or the client sets itself, and for an invalid header. `user-agent` replaces that of
    /// the client. `authorization` is allowed for operations that the client does not sign.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let core = self.client.core;
        self.client.core = core.with_header(name.as_ref(), value.as_ref());
        self
    }

    /// Signs the call with other credentials than those of the client. Sessions are opened with them too, and shared by
    /// all calls of the client with the same credentials. The client calls a provider for each call.
    pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.client.core = self.client.core.with_credentials(provider);
        self
    }

    /// Sets how often in total the body of the answer may resume after its connection broke; 0 means never. This overrides
    /// [`Builder::resume_reads`](zonal_runtime::Builder::resume_reads).
    pub fn resume_reads(mut self, times: u32) -> Self {
        self.client.core = self.client.core.with_resumptions(times);
        self
    }
}

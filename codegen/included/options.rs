//! What a call does otherwise than its client.

use std::time::Duration;

use zonal_runtime::hook::Hook;
use zonal_runtime::retry::RetryRules;
use zonal_runtime::{Operation, ProvideCredentials};

use super::client::Call;

/// Options of this call alone.
impl<O: Operation> Call<O> {
    /// How long the call may take with all its attempts and waits, and with reading the body of its answer; as
    /// [`Builder::call_timeout`](zonal_runtime::Builder::call_timeout), in place of the client's.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.client.core = self.client.core.with_timeout(limit);
        self
    }

    /// How many attempts the call may make, the first included; 1 means no retries. It replaces the
    /// client's [`Builder::max_attempts`](zonal_runtime::Builder::max_attempts).
    pub fn max_attempts(mut self, number: u32) -> Self {
        self.client.core = self.client.core.with_max_attempts(number);
        self
    }

    /// How long the call waits before a retry, in place of the client's
    /// [`Builder::retry_wait`](zonal_runtime::Builder::retry_wait).
    pub fn retry_wait(mut self, first: Duration, longest: Duration) -> Self {
        self.client.core = self.client.core.with_retry_wait(first, longest);
        self
    }

    /// What is worth another attempt of the call, in place of the client's
    /// [`Builder::retry_rules`](zonal_runtime::Builder::retry_rules).
    pub fn retry_rules(mut self, rules: &'static RetryRules) -> Self {
        self.client.core = self.client.core.with_retry_rules(rules);
        self
    }

    /// Shows the attempts of the call to a hook, after those of the client's
    /// [`Builder::hook`](zonal_runtime::Builder::hook).
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.client.core = self.client.core.with_hook(hook);
        self
    }

    /// Adds a header, which is signed with the others. For what the operation has a member for, use its setter. A header
    /// that the operation or the client writes itself, or that no request can have, fails the call with
    /// [`ErrorKind::InvalidInput`](zonal_runtime::ErrorKind::InvalidInput) before anything is sent. `user-agent` replaces
    /// that of the client.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let core = self.client.core;
        self.client.core = core.with_header(name.as_ref(), value.as_ref());
        self
    }

    /// Signs the call with other credentials than the client's. Sessions are opened with them as well, and shared by all
    /// calls of the client that are signed with the same. A provider is asked by each call anew.
    pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.client.core = self.client.core.with_credentials(provider);
        self
    }

    /// How often the body of the answer goes on where its connection breaks, in place of the client's
    /// [`Builder::resume_reads`](zonal_runtime::Builder::resume_reads); 0 means never.
    pub fn resume_reads(mut self, times: u32) -> Self {
        self.client.core = self.client.core.with_resumptions(times);
        self
    }
}

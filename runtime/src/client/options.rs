//! [`CallOptions`]: what one call does otherwise than its client.

use std::sync::Arc;
use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::Core;
use crate::credentials::{Accounts, ProvideCredentials, Provider};
use crate::error::EncodeError;
use crate::hook::{Hook, Hooks};
use crate::request::{added_header, not_yours};
use crate::retry::RetryRules;

/// What one call does otherwise than its client.
#[derive(Clone, Default)]
pub(super) struct CallOptions {
    pub(super) timeout: Option<Duration>,
    pub(super) max_attempts: Option<u32>,
    /// The longest wait before the first retry, and before any.
    pub(super) wait: Option<(Duration, Duration)>,
    pub(super) rules: Option<&'static RetryRules>,
    pub(super) hooks: Hooks,
    pub(super) resumptions: Option<u32>,
    /// The credentials to sign with.
    pub(super) accounts: Option<Arc<Accounts>>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// The first header that cannot be sent.
    pub(super) wrong: Option<EncodeError>,
}

impl CallOptions {
    /// An error if an option has no usable value.
    pub(super) fn check(&self, is_signed: bool) -> Result<(), EncodeError> {
        let is_zero = self.timeout.is_some_and(|limit| limit.is_zero());
        let says_who = self.headers.iter().any(|(name, _)| name == AUTHORIZATION);
        match &self.wrong {
            Some(error) => Err(error.clone()),
            None if is_signed && says_who => Err(not_yours(&AUTHORIZATION)),
            None if is_zero => Err(EncodeError::member("timeout", "must be longer than zero")),
            None if self.max_attempts == Some(0) => {
                Err(EncodeError::member("max_attempts", "must be at least 1"))
            }
            None => Ok(()),
        }
    }

    /// Adds the headers to those of the request, which must not have them.
    pub(super) fn write_headers(&self, headers: &mut HeaderMap) -> Result<(), EncodeError> {
        let mut own = self.headers.iter();
        if let Some((name, _)) = own.find(|(name, _)| headers.contains_key(name)) {
            return Err(EncodeError::header(
                name.as_str().to_owned(),
                "is written by the operation itself; use the setter of its member",
            ));
        }
        let own = self.headers.iter();
        headers.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        Ok(())
    }
}

impl Core {
    fn options(&mut self) -> &mut CallOptions {
        Arc::make_mut(self.options.get_or_insert_default())
    }

    /// The same client for calls that take no longer than this in all.
    pub fn with_timeout(mut self, limit: Duration) -> Self {
        self.options().timeout = Some(limit);
        self
    }

    /// The same client for calls that make so many attempts at most.
    pub fn with_max_attempts(mut self, number: u32) -> Self {
        self.options().max_attempts = Some(number);
        self
    }

    /// The same client for calls that wait so long before a retry.
    pub fn with_retry_wait(mut self, first: Duration, longest: Duration) -> Self {
        self.options().wait = Some((first, longest));
        self
    }

    /// The same client for calls that are retried by other rules.
    pub fn with_retry_rules(mut self, rules: &'static RetryRules) -> Self {
        self.options().rules = Some(rules);
        self
    }

    /// The same client for calls whose attempts a hook sees, besides the hooks of the client.
    pub fn with_hook(mut self, hook: impl Hook + 'static) -> Self {
        self.options().hooks.push(hook);
        self
    }

    /// The same client for calls whose streamed answers are asked for again so often where they break off.
    pub fn with_resumptions(mut self, number: u32) -> Self {
        self.options().resumptions = Some(number);
        self
    }

    /// The same client for calls that are signed with other credentials.
    pub fn with_credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        let accounts = {
            let shared = &self.shared;
            let config = &shared.config;
            let limit = config.timeouts.credentials();
            let provider = Provider::new(provider);
            Accounts::new(&provider, &config.clock, &shared.skew, limit)
        };
        self.options().accounts = Some(Arc::new(accounts));
        self
    }

    /// The same client for calls with a further header. One that cannot be sent fails the call.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let options = self.options();
        // Whether the call is signed is known when it is made.
        match added_header(name, value, false) {
            Ok(header) => options.headers.push(header),
            Err(error) => _ = options.wrong.get_or_insert(error),
        }
        self
    }
}

//! The settings of a client that are about sessions.

use std::sync::Arc;

use super::{BuildError, Builder};
use crate::session::{ModePolicy, SessionObserver, SessionSettings};

/// The variable of the environment that turns sessions off.
pub(super) const VARIABLE: &str = "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH";

/// How a client uses sessions.
#[derive(Clone, Debug)]
pub(crate) struct SessionConfig {
    pub(crate) auth: bool,
    pub(crate) mode: ModePolicy,
    pub(crate) settings: SessionSettings,
    pub(crate) observer: Option<Arc<dyn SessionObserver>>,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            auth: true,
            mode: ModePolicy::default(),
            settings: SessionSettings::default(),
            observer: None,
        }
    }
}

impl<C> Builder<C> {
    /// Whether calls that can go in a session do; yes unless set. Without sessions all calls are
    /// signed with account credentials, which is slower.
    #[must_use]
    pub fn session_auth(mut self, yes: bool) -> Self {
        self.sessions.auth = yes;
        self
    }

    /// Which mode sessions are opened in; left to the service unless set.
    #[must_use]
    pub fn session_mode(mut self, policy: ModePolicy) -> Self {
        self.sessions.mode = policy;
        self
    }

    /// How sessions are kept.
    #[must_use]
    pub fn session_settings(mut self, settings: SessionSettings) -> Self {
        self.sessions.settings = settings;
        self
    }

    /// Hears what happens to sessions, for metrics.
    #[must_use]
    pub fn session_observer(mut self, observer: impl SessionObserver + 'static) -> Self {
        self.sessions.observer = Some(Arc::new(observer));
        self
    }
}

/// Only `true` and `false` are taken, in any case: a slip of the pen must not decide how calls are
/// signed.
pub(super) fn is_disabled(value: &str) -> Result<bool, BuildError> {
    match () {
        () if value.eq_ignore_ascii_case("true") => Ok(true),
        () if value.eq_ignore_ascii_case("false") => Ok(false),
        () => Err(BuildError::variable(VARIABLE, "must be `true` or `false`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_is_read_strictly() {
        assert_eq!(is_disabled("true"), Ok(true));
        assert_eq!(is_disabled("False"), Ok(false));
        for slip in ["yes", "1", "ture", " true", "disabled", "truefalse"] {
            let error = is_disabled(slip).unwrap_err().to_string();
            assert!(error.contains(VARIABLE), "{error}");
        }
    }
}

//! The session settings of a client.

use std::sync::Arc;

use super::{BuildError, Builder};
use crate::session::{Encryption, ModePolicy, SessionObserver, SessionSettings, SessionStore};

/// The variable of the environment that turns sessions off.
pub(super) const VARIABLE: &str = "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH";
/// The setting of a profile that does.
const SETTING: &str = "s3_disable_express_session_auth";
/// Only these values are accepted, in any letter case, because a typing error must not decide how calls are signed.
const WORDS: &str = "must be `true` or `false`";

/// How a client uses sessions.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionConfig {
    /// The value from the client or its environment.
    pub(super) auth: Option<bool>,
    /// The value from the profile.
    profile_auth: Option<bool>,
    pub(crate) mode: ModePolicy,
    pub(crate) encryption: Option<Arc<Encryption>>,
    pub(crate) settings: SessionSettings,
    pub(crate) observer: Option<Arc<dyn SessionObserver>>,
    pub(crate) store: Option<Arc<dyn SessionStore>>,
}

impl SessionConfig {
    /// Whether calls use sessions if they can.
    pub(crate) fn is_on(&self) -> bool {
        self.auth.or(self.profile_auth).unwrap_or(true)
    }

    pub(super) fn check(self) -> Result<Self, BuildError> {
        let checked = match &self.encryption {
            None => Ok(()),
            // a caller that sets a key must not get objects that are not encrypted with it
            Some(_) if !self.is_on() => {
                Err("is set, but the client was told to do without sessions")
            }
            Some(encryption) => encryption.check(),
        };
        checked
            .map(|()| self)
            .map_err(BuildError::SessionEncryption)
    }
}

impl<C> Builder<C> {
    /// Sets whether calls use sessions if they can. Default: yes. Without sessions, all calls are signed with IAM
    /// credentials, which is slower.
    #[must_use]
    pub fn session_auth(mut self, yes: bool) -> Self {
        self.sessions.auth = Some(yes);
        self
    }

    /// Sets the same from the setting `s3_disable_express_session_auth` of a profile. `true` turns sessions off and
    /// `false` turns them on, in any letter case; an empty value has no effect. [`session_auth`](Self::session_auth)
    /// and the environment take precedence, in whatever order they are set.
    ///
    /// # Errors
    ///
    /// If the value is anything else.
    pub fn session_auth_from_profile(mut self, disable: &str) -> Result<Self, BuildError> {
        if !disable.is_empty() {
            let disabled = truth(disable).ok_or(BuildError::Profile {
                name: SETTING,
                problem: WORDS,
            })?;
            self.sessions.profile_auth = Some(!disabled);
        }
        Ok(self)
    }

    /// Sets the mode of sessions. Default: the service decides.
    #[must_use]
    pub fn session_mode(mut self, policy: ModePolicy) -> Self {
        self.sessions.mode = policy;
        self
    }

    /// Sets the encryption of objects that are written in a session. By default, and with `None`, the bucket decides.
    /// The service accepts only the key of the bucket's default encryption. Calls outside of a session use their own
    /// encryption settings.
    #[must_use]
    pub fn session_encryption(mut self, encryption: impl Into<Option<Encryption>>) -> Self {
        self.sessions.encryption = encryption.into().map(Arc::new);
        self
    }

    /// Sets the options of the session cache.
    #[must_use]
    pub fn session_settings(mut self, settings: SessionSettings) -> Self {
        self.sessions.settings = settings;
        self
    }

    /// Sets a store that shares sessions with other clients. Default: none. The client takes a session from the store
    /// only if it is valid for at least 30 seconds more, and removes it there if the service rejects it.
    #[must_use]
    pub fn session_store(mut self, store: impl SessionStore + 'static) -> Self {
        self.sessions.store = Some(Arc::new(store));
        self
    }

    /// Sets an observer of sessions, for metrics.
    #[must_use]
    pub fn session_observer(mut self, observer: impl SessionObserver + 'static) -> Self {
        self.sessions.observer = Some(Arc::new(observer));
        self
    }
}

/// The value of the variable.
pub(super) fn is_disabled(value: &str) -> Result<bool, BuildError> {
    truth(value).ok_or_else(|| BuildError::variable(VARIABLE, WORDS))
}

fn truth(value: &str) -> Option<bool> {
    if value.eq_ignore_ascii_case("true") {
        Some(true)
    } else if value.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::builder;
    use super::*;

    const SLIPS: [&str; 6] = ["yes", "1", "ture", " true", "disabled", "truefalse"];

    #[test]
    fn the_switch_is_read_strictly() {
        assert_eq!(is_disabled("true"), Ok(true));
        assert_eq!(is_disabled("False"), Ok(false));
        for slip in SLIPS {
            let error = is_disabled(slip).unwrap_err().to_string();
            assert!(error.contains(VARIABLE), "{error}");
            let error = builder().session_auth_from_profile(slip).unwrap_err();
            assert!(error.to_string().contains(SETTING), "{error}");
            assert!(!error.to_string().contains(slip), "{error}");
        }
    }

    #[test]
    fn client_and_environment_go_ahead_of_the_profile() {
        let env = |value: &'static str| {
            move |name: &str| (name == VARIABLE).then(|| std::ffi::OsString::from(value))
        };
        let profile = |text| builder().session_auth_from_profile(text).unwrap();
        assert!(builder().sessions.is_on() && profile("").sessions.is_on());
        assert!(!profile("True").sessions.is_on() && profile("false").sessions.is_on());
        assert!(profile("true").session_auth(true).sessions.is_on());
        for (variable, text, is_on) in [
            ("false", "true", true),
            ("true", "false", false),
            ("", "true", false),
        ] {
            let before = profile(text).with_variables(env(variable)).unwrap();
            let after = builder().with_variables(env(variable)).unwrap();
            let after = after.session_auth_from_profile(text).unwrap();
            assert_eq!(
                [before.sessions.is_on(), after.sessions.is_on()],
                [is_on; 2]
            );
        }
    }

    #[test]
    fn an_encryption_that_cannot_be_is_no_client() {
        let build =
            |encryption: Option<Encryption>| builder().region("r").session_encryption(encryption);
        let error = |builder: Builder<_>| builder.build().map(drop).unwrap_err().to_string();
        assert!(build(None).session_auth(false).build().is_ok());
        let kms = Encryption::kms("MARKER");
        assert!(build(Some(kms.clone())).build().is_ok());
        let alias = error(build(Some(Encryption::kms("alias/MARKER"))));
        assert_eq!(
            alias,
            "the client cannot be built: `session_encryption` names a key by an alias, but takes \
             its id or ARN only"
        );
        let off = error(build(Some(kms)).session_auth_from_profile("true").unwrap());
        assert!(off.contains("do without sessions"), "{off}");
    }
}

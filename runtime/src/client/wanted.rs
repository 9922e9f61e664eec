//! [`Wanted`]: how calls use sessions, and what follows for one of them.

use std::sync::Arc;

use super::call::Call;
use super::{Core, Shared};
use crate::endpoint::Params;
use crate::error::{Cause, EncodeError, Failure};
use crate::operation::OperationSpec;
use crate::session::{Encryption, ModePolicy, SessionMode, SessionUse};

/// How the calls of a [`Core`] use sessions.
#[derive(Clone, Default)]
pub(super) struct Wanted {
    pub(super) usage: SessionUse,
    pub(super) encryption: WantedEncryption,
}

/// Which encryption their sessions have.
#[derive(Clone, Default)]
pub(super) enum WantedEncryption {
    #[default]
    AsClient,
    AsBucket,
    Own(Arc<Encryption>),
}

/// What a call needs to know of sessions.
#[derive(Clone)]
pub(super) struct CallSessions {
    pub(super) bucket: String,
    pub(super) mode: Option<SessionMode>,
    pub(super) encryption: Option<Arc<Encryption>>,
}

impl From<SessionUse> for Wanted {
    fn from(usage: SessionUse) -> Self {
        Self {
            usage,
            encryption: WantedEncryption::default(),
        }
    }
}

impl Core {
    /// The same client for calls that use sessions so.
    pub fn with_sessions(mut self, sessions: SessionUse) -> Self {
        self.sessions.usage = sessions;
        self
    }

    /// The same client for calls whose sessions are encrypted so; `None` leaves it to the bucket.
    pub fn with_session_encryption(mut self, encryption: Option<Encryption>) -> Self {
        self.sessions.encryption = match encryption {
            Some(encryption) => WantedEncryption::Own(Arc::new(encryption)),
            None => WantedEncryption::AsBucket,
        };
        self
    }
}

impl Wanted {
    /// The encryption that was given to the call itself is one that the service takes.
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        match &self.encryption {
            WantedEncryption::Own(encryption) => encryption.check().map_err(refused),
            WantedEncryption::AsClient | WantedEncryption::AsBucket => Ok(()),
        }
    }

    /// Where no session is opened for the call, nothing can be encrypted as it says. It must not
    /// look as though it were.
    pub(super) fn check_unused(&self) -> Result<(), EncodeError> {
        match &self.encryption {
            WantedEncryption::Own(_) => Err(refused("is for calls that go in a session")),
            WantedEncryption::AsClient | WantedEncryption::AsBucket => Ok(()),
        }
    }
}

fn refused(problem: &'static str) -> EncodeError {
    EncodeError::member("session_encryption", problem)
}

impl Shared {
    /// What a call needs to know of sessions, where it may go in one. Where it may not, the
    /// endpoint is asked for account credentials.
    pub(super) fn sessions_of(
        &self,
        operation: &OperationSpec,
        params: &mut Params<'_>,
        wanted: &Wanted,
    ) -> Option<CallSessions> {
        let spec = self.config.service.sessions.as_ref()?;
        let config = &self.config.sessions;
        let (auth, policy) = match wanted.usage {
            SessionUse::AsClient => (config.is_on(), config.mode),
            SessionUse::Mode(policy) => (true, policy),
            SessionUse::Off => (false, ModePolicy::default()),
        };
        if !auth {
            params.set(spec.disable, true);
            return None;
        }
        Some(CallSessions {
            bucket: params.get(spec.bucket)?.as_str()?.to_owned(),
            mode: policy.mode(operation.is_read()),
            encryption: match &wanted.encryption {
                WantedEncryption::AsClient => config.encryption.clone(),
                WantedEncryption::AsBucket => None,
                WantedEncryption::Own(encryption) => Some(Arc::clone(encryption)),
            },
        })
    }

    /// See [`Wanted::check_unused`].
    pub(super) fn check_encryption(
        &self,
        call: &Call,
        wanted: &Wanted,
    ) -> Result<(), Box<Failure>> {
        if !matches!(wanted.encryption, WantedEncryption::Own(_)) {
            return Ok(());
        }
        let is_session = || {
            let scheme = self.scheme(&call.endpoint);
            call.sessions.is_some()
                && scheme.is_ok_and(|scheme| scheme.session)
                && !self.is_anonymous(call)
        };
        let checked = if is_session() {
            Ok(())
        } else {
            wanted.check_unused()
        };
        checked.map_err(|error| Failure::new(call.spec.name, Cause::Encode(error)))
    }
}

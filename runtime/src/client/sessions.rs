//! Opens the sessions of a client.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use http::Method;
use tracing::Instrument;

use super::call::Call;
use super::identity::Identity;
use super::reading::Short;
use super::wanted::{CallSessions, Wanted};
use super::{Core, Shared, decode};
use crate::clock::{BoxFuture, within};
use crate::credentials::{Account, CredentialsError};
use crate::endpoint::Params;
use crate::error::{Cause, Error, Failure};
use crate::header;
use crate::operation::{NoModeledError, OperationSpec};
use crate::request::Request;
use crate::response::Response;
use crate::session::{
    NewSession, OpenError, OpenSession, OpenedSession, Session, SessionMode, SessionOperation,
    SessionSpec, SessionStatus, SessionUse, StoredPlace,
};
use crate::text::TimestampFormat;
use crate::transport::{TransportError, TransportErrorKind};

/// Opens the sessions under one key, with the credentials that the key was made of.
pub(super) struct Opener {
    /// A weak reference, because the client holds this.
    pub(super) shared: Weak<Shared>,
    pub(super) spec: &'static SessionSpec,
    pub(super) account: Arc<Account>,
    pub(super) host: String,
    pub(super) new: NewSession,
    /// Where the session is kept for other clients.
    pub(super) place: Option<StoredPlace>,
    /// Whether it was looked for there. What was found then is not wanted again: it is near its end
    /// by now, or was rejected.
    pub(super) has_loaded: AtomicBool,
}

impl OpenSession for Opener {
    fn operation(&self) -> &'static str {
        self.spec.operation
    }

    fn open(&self) -> BoxFuture<'static, Result<OpenedSession, OpenError>> {
        let Some(shared) = self.shared.upgrade() else {
            let cause = Cause::Credentials(CredentialsError::ClientGone);
            let failure = Failure::new(self.spec.operation, cause);
            return Box::pin(std::future::ready(Err(OpenError::new(failure))));
        };
        let span = tracing::info_span!(
            parent: None,
            "session",
            host = self.host,
            mode = self.new.mode.map(SessionMode::as_str),
            encryption = self.new.encryption.as_ref().map(|wanted| &*wanted.algorithm),
        );
        let clock = Arc::clone(&shared.config.clock);
        let opened = (self.spec.open)(
            Core::from(shared),
            Arc::clone(&self.account),
            self.new.clone(),
        );
        let opened = opened.instrument(span);
        let Some(place) = self.place.clone() else {
            return Box::pin(opened);
        };
        let has_loaded = self.has_loaded.swap(true, Ordering::Relaxed);
        Box::pin(async move {
            let kept = if has_loaded {
                None
            } else {
                place.clone().load(&*clock).await
            };
            match kept {
                Some(kept) => Ok(kept),
                None => place.open(&*clock, opened).await,
            }
        })
    }
}

impl Core {
    /// Opens a session with these credentials.
    pub(crate) async fn open_session<O: SessionOperation>(
        self,
        account: Arc<Account>,
        new: NewSession,
    ) -> Result<OpenedSession, OpenError> {
        let spec = const { &O::SPEC };
        let operation = O::open(new);
        // it must not use a session itself, or it would wait for itself
        let wanted = Wanted::from(SessionUse::Off);
        let call = self.prepare(spec, &operation, &wanted);
        let mut call = call.map_err(OpenError::new)?;
        // long after the call that brought them, nobody may use them any more
        let checked = self.shared.accounts.check(&account);
        let checked = checked.map_err(|error| Failure::new(spec.name, Cause::Credentials(error)));
        checked.map_err(OpenError::new)?;
        call.account = Some(account);
        // so that there is time for another
        let limit = self.shared.config.sessions.settings.open_timeout / 3;
        let asked = self.shared.config.timeouts.attempt;
        call.attempt_limit = Some(asked.map_or(limit, |asked| limit.min(asked)));
        #[cfg(feature = "test-util")]
        let now = self.shared.config.clock.now();
        let mut opened = None;
        let mut read = Short(|response: Box<Response>| {
            #[cfg(feature = "test-util")]
            if let Some(parts) = response.fake_session(now) {
                opened = Some(OpenedSession::new(parts, None));
                return Ok(());
            }
            let date = response.header_timestamp(header!("date"), TimestampFormat::HttpDate);
            let mut output = None;
            decode::<O>(response, &mut output)?;
            opened = output.map(|output| OpenedSession::new(O::opened(output), date));
            Ok(())
        });
        let result = Box::pin(self.shared.run(call, &mut read)).await;
        result.map_err(OpenError::new)?;
        Ok(opened.expect("the answer of a call that succeeded was read"))
    }

    /// Sees to it that sessions on a bucket are open, of every mode that the client's policy comes
    /// to, and says how they are. A bucket that takes none has none.
    pub async fn warm(&self, bucket: &str) -> Result<Vec<SessionStatus>, Error<NoModeledError>> {
        let shared = &self.shared;
        let Some(spec) = &shared.config.service.sessions else {
            return Ok(Vec::new());
        };
        let config = &shared.config.sessions;
        let policy = config.mode;
        let mut modes = vec![policy.mode(true), policy.mode(false)];
        modes.dedup();
        let mut warm = Vec::new();
        for mode in modes {
            let mut params = shared.params();
            params.set(spec.bucket, bucket);
            if !config.is_on() {
                params.set(spec.disable, true);
            }
            let wanted = CallSessions {
                bucket: bucket.to_owned(),
                mode,
                encryption: config.encryption.clone(),
            };
            let session = shared.warm(params, wanted).await;
            let session = session.map_err(|failure| failure.into_error(|_, _| None))?;
            let now = shared.config.clock.monotonic();
            warm.extend(session.map(|session| SessionStatus::of(&session, now)));
        }
        Ok(warm)
    }
}

impl Shared {
    async fn warm(
        &self,
        params: Params<'_>,
        wanted: CallSessions,
    ) -> Result<Option<Arc<Session>>, Box<Failure>> {
        let request = Request::new(String::new);
        let mut call = Call::new(WARM, &self.endpoints, params, request)?;
        call.sessions = Some(wanted);
        let is_session = self
            .scheme(&call.endpoint)
            .is_ok_and(|scheme| scheme.session);
        if !is_session {
            return Ok(None);
        }
        let identity = Box::pin(self.identify(&call));
        let identity = match self.config.timeouts.call {
            None => identity.await,
            Some(limit) => {
                let identity = within(&*self.config.clock, limit, identity).await;
                identity.unwrap_or_else(|_| {
                    let kind = TransportErrorKind::CallTimeout;
                    Err(Cause::Transport(TransportError::timeout(kind, limit)))
                })
            }
        };
        match identity {
            Ok(Identity::Session { session, .. }) => Ok(Some(session)),
            Ok(Identity::Account(_) | Identity::Nobody) => Ok(None),
            Err(cause) => {
                let mut failure = Failure::new(call.spec.name, cause);
                failure.host = Some(call.endpoint.host().to_owned());
                Err(failure)
            }
        }
    }
}

/// Warming stands for a call that is still to come.
static WARM: &OperationSpec = &OperationSpec::new("warm", Method::GET);

//! The sessions of a client: which calls go in one, and what happens when one is rejected.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use http::Method;
use tracing::Instrument;

use super::auth::Scheme;
use super::call::Call;
use super::reading::Short;
use super::wanted::{CallSessions, Wanted};
use super::{Core, Shared, decode};
use crate::clock::{BoxFuture, within};
use crate::credentials::{BaseCredentials, CredentialsError, SigningKeys};
use crate::endpoint::Params;
use crate::error::{Cause, Error, Failure, ServiceError};
use crate::operation::{Auth, NoModeledError, OperationSpec};
use crate::request::Request;
use crate::response::Response;
use crate::session::{
    Fingerprint, KeyRef, NewSession, OpenError, OpenSession, OpenedSession, Session, SessionMode,
    SessionOperation, SessionSpec, SessionStatus, SessionUse,
};
use crate::signing::KeyCache;
use crate::text::TimestampFormat;
use crate::transport::{TransportError, TransportErrorKind};

/// Who a call is signed as.
pub(super) enum Identity {
    /// It is not signed.
    Nobody,
    Base(BaseCredentials),
    Session {
        session: Arc<Session>,
        fingerprint: Fingerprint,
    },
}

impl Identity {
    pub(super) fn signing_keys(&self) -> Option<SigningKeys<'_>> {
        Some(match self {
            Self::Nobody => return None,
            Self::Base(credentials) => credentials.signing_keys(),
            Self::Session { session, .. } => session.credentials().signing_keys(),
        })
    }

    /// The signing keys that were derived before. Each session has its own: many of them would
    /// drive each other out.
    pub(super) fn key_cache<'a>(&'a self, shared: &'a Shared) -> &'a KeyCache {
        match self {
            Self::Nobody | Self::Base(_) => &shared.signing_keys,
            Self::Session { session, .. } => session.signing_keys(),
        }
    }
}

impl Shared {
    /// Signs, sends, and reads the answer. Where the service rejects the session, it is dropped and
    /// the request goes out once more, in another.
    pub(super) async fn exchange(
        &self,
        call: &Call,
        is_retried: bool,
    ) -> Result<Response, Box<Failure>> {
        let fail = |cause| Failure::new(call.spec.name, cause);
        self.check_secrecy(call).map_err(fail)?;
        let mut is_again = false;
        loop {
            call.is_sent.store(false, Ordering::Relaxed);
            let identity = self.identity(call).await.map_err(fail)?;
            let response = self.exchange_as(call, &identity, is_retried).await?;
            let is_dropped = !is_again && self.drops(&identity, call, &response).map_err(fail)?;
            if !is_dropped || !call.is_replayable() {
                return Ok(response);
            }
            is_again = true;
        }
    }

    /// Drops the session of a call if this answer rejects it, and says whether it did.
    fn drops(&self, identity: &Identity, call: &Call, response: &Response) -> Result<bool, Cause> {
        let Identity::Session {
            session,
            fingerprint,
        } = identity
        else {
            return Ok(false);
        };
        let now = self.config.clock.monotonic();
        let verdict = verdict(response, session, call, now);
        if verdict == Verdict::Good {
            return Ok(false);
        }
        let scheme = self.scheme(&call.endpoint).map_err(Cause::Credentials)?;
        let (key, generation) = (key(call, &scheme, *fingerprint), session.generation());
        if verdict == Verdict::Rejected {
            self.sessions.reject(&key, generation);
        } else if !self.sessions.doubt(&key, generation) {
            return Ok(false);
        }
        tracing::debug!(generation, "the session is rejected");
        Ok(true)
    }

    /// Who signs a call: a session where its endpoint asks for one.
    async fn identity(&self, call: &Call) -> Result<Identity, Cause> {
        let is_signed = match call.spec.auth {
            _ if self.config.credentials.is_anonymous() => false,
            Auth::Signed => true,
            Auth::Optional => call.base.is_some() || self.config.credentials.is_some(),
            Auth::Anonymous => false,
        };
        if !is_signed {
            return Ok(Identity::Nobody);
        }
        let scheme = self.scheme(&call.endpoint).map_err(Cause::Credentials)?;
        let base = match &call.base {
            Some(base) => base.clone(),
            None => self.base().await.map_err(Cause::Credentials)?,
        };
        let sessions = self.config.service.sessions.as_ref();
        let (true, Some(spec), Some(wanted)) = (scheme.session, sessions, &call.sessions) else {
            return match scheme.session {
                false => Ok(Identity::Base(base)),
                true => Err(Cause::Credentials(CredentialsError::NoSessions)),
            };
        };
        let fingerprint = self.fingerprints.of(&base);
        let key = key(call, &scheme, fingerprint);
        let opener = || -> Arc<dyn OpenSession> {
            Arc::new(Opener {
                shared: Weak::clone(&self.me),
                spec,
                base: base.clone(),
                host: call.endpoint.host().to_owned(),
                new: NewSession {
                    bucket: wanted.bucket.clone(),
                    mode: wanted.mode,
                    encryption: wanted.encryption.as_deref().cloned(),
                },
            })
        };
        let limit = self.config.timeouts.attempt;
        let session = self.sessions.get(&key, limit, opener).await;
        Ok(Identity::Session {
            session: session.map_err(|error| Cause::Session(error, wanted.bucket.clone()))?,
            fingerprint,
        })
    }

    pub(super) async fn base(&self) -> Result<BaseCredentials, CredentialsError> {
        let (clock, limit) = (&*self.config.clock, self.config.timeouts.attempt);
        let credentials = &self.config.credentials;
        credentials.provide(clock, &self.skew, limit).await
    }
}

fn key<'a>(call: &'a Call, scheme: &Scheme<'a>, fingerprint: Fingerprint) -> KeyRef<'a> {
    let wanted = call.sessions.as_ref();
    KeyRef {
        mode: wanted.and_then(|wanted| wanted.mode),
        encryption: wanted.and_then(|wanted| wanted.encryption.as_deref()),
        ..KeyRef::new(&call.endpoint, scheme.scope.region, fingerprint)
    }
}

/// What an answer says of the session that it was asked for in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Rejected,
    /// It may be that.
    Doubtful,
}

/// Whether the service no longer takes the session. An answer without a body cannot say so; there
/// the status has to do, where it is not new that the session is good.
fn verdict(response: &Response, session: &Session, call: &Call, now: Duration) -> Verdict {
    let status = response.status();
    if !matches!(status.as_u16(), 400 | 401 | 403) {
        return Verdict::Good;
    }
    if call.spec.method == Method::HEAD {
        return match status == 403 && session.is_young(now) {
            true => Verdict::Good,
            false => Verdict::Doubtful,
        };
    }
    match &*ServiceError::read(response).code {
        "ExpiredToken" | "ExpiredTokenException" | "InvalidToken" => Verdict::Rejected,
        "InvalidAccessKeyId" | "TokenRefreshRequired" | "UnrecognizedClientException" => {
            Verdict::Rejected
        }
        _ => Verdict::Good,
    }
}

/// Opens the sessions under one key, with the credentials that the key was made of.
struct Opener {
    /// Not the client itself: what the client holds must not hold the client.
    shared: Weak<Shared>,
    spec: &'static SessionSpec,
    base: BaseCredentials,
    host: String,
    new: NewSession,
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
        let opened = (self.spec.open)(Core::from(shared), self.base.clone(), self.new.clone());
        Box::pin(opened.instrument(span))
    }
}

impl Core {
    /// Opens a session, signed with these credentials.
    pub(crate) async fn open_session<O: SessionOperation>(
        self,
        base: BaseCredentials,
        new: NewSession,
    ) -> Result<OpenedSession, OpenError> {
        let spec = const { &O::SPEC };
        let operation = O::open(new);
        // were it to go in a session itself, it would wait for its own end
        let wanted = Wanted::from(SessionUse::Off);
        let call = self.prepare(spec, &operation, &wanted);
        let mut call = call.map_err(OpenError::new)?;
        // long after the call that brought them, nobody may use them any more
        let base = base.at(self.shared.skew.now(&*self.shared.config.clock));
        let base = base.map_err(|error| Failure::new(spec.name, Cause::Credentials(error)));
        call.base = Some(base.map_err(OpenError::new)?);
        // so that there is time for another
        let limit = self.shared.config.sessions.settings.open_timeout / 3;
        call.attempt_limit = Some(limit.min(self.shared.config.timeouts.attempt));
        let mut opened = None;
        let mut read = Short(|response: Response| {
            let date = response.header_timestamp("date", TimestampFormat::HttpDate);
            let parts = O::opened(decode::<O>(response)?);
            opened = Some(OpenedSession::new(parts, date));
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
        let identity = Box::pin(self.identity(&call));
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
            Ok(Identity::Base(_) | Identity::Nobody) => Ok(None),
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

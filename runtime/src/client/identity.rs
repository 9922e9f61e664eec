//! Who a call is signed as, and what happens when the service no longer takes that.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use http::Method;

use super::Shared;
use super::auth::Scheme;
use super::call::Call;
use super::exchange::Attempt;
use super::sessions::Opener;
use crate::credentials::{Account, CredentialsError, SigningKeys};
use crate::error::{Cause, Failure, ServiceError};
use crate::operation::Auth;
use crate::response::Response;
use crate::session::{KeyRef, NewSession, OpenSession, Session};
use crate::signing::KeyCache;

/// Who a call is signed as.
pub(super) enum Identity {
    /// It is not signed.
    Nobody,
    Account(Arc<Account>),
    Session {
        session: Arc<Session>,
        /// Who opened it.
        account: Arc<Account>,
    },
}

impl Identity {
    pub(super) fn signing_keys(&self) -> Option<SigningKeys<'_>> {
        Some(match self {
            Self::Nobody => return None,
            Self::Account(account) => account.credentials().signing_keys(),
            Self::Session { session, .. } => session.credentials().signing_keys(),
        })
    }

    /// The signing keys that were derived before. Each session has its own: many of them would
    /// drive each other out.
    pub(super) fn key_cache<'a>(&'a self, shared: &'a Shared) -> &'a KeyCache {
        match self {
            Self::Nobody | Self::Account(_) => &shared.signing_keys,
            Self::Session { session, .. } => session.signing_keys(),
        }
    }
}

/// What has been obtained anew in an exchange: credentials once, and sessions once, or twice where
/// the second one was good at first.
#[derive(Default)]
struct Renewed {
    sessions: u32,
    /// The last session was dropped on a mere suspicion.
    is_doubt: bool,
    account: bool,
}

impl Shared {
    /// Signs, sends, and reads the answer. Where the service rejects the session or the credentials,
    /// the request goes out once more, with others.
    pub(super) async fn exchange(
        &self,
        call: &Call,
        attempt: &mut Attempt,
    ) -> Result<Response, Box<Failure>> {
        let fail = |cause| Failure::new(call.spec.name, cause);
        self.check_secrecy(call).map_err(fail)?;
        let mut renewed = Renewed::default();
        loop {
            call.is_sent.store(false, Ordering::Relaxed);
            let identity = self.identify(call).await.map_err(fail)?;
            let response = self.exchange_as(call, &identity, attempt).await?;
            if !is_refused(&response) {
                if !response.status().is_server_error() {
                    self.prove(call, &identity, &renewed).map_err(fail)?;
                }
                return Ok(response);
            }
            let renewal = Box::pin(self.renew(call, &identity, &response, &mut renewed));
            if !renewal.await.map_err(fail)? {
                return Ok(response);
            }
            attempt.watch = Arc::default();
        }
    }

    /// The service took the request, and so who signed it. Where it did not take the session before,
    /// that one had been rejected.
    fn prove(&self, call: &Call, identity: &Identity, renewed: &Renewed) -> Result<(), Cause> {
        if let Identity::Session { session, account } = identity {
            session.prove();
            if renewed.is_doubt {
                let scheme = self.scheme(&call.endpoint).map_err(Cause::Credentials)?;
                self.sessions.confirm(&key(call, &scheme, account));
            }
        }
        Ok(())
    }

    /// Whether the request is to go out once more, as this answer rejects who signed it and there is
    /// somebody else.
    async fn renew(
        &self,
        call: &Call,
        identity: &Identity,
        response: &Response,
        renewed: &mut Renewed,
    ) -> Result<bool, Cause> {
        let is_replayable = call.is_replayable();
        match identity {
            Identity::Nobody => Ok(false),
            Identity::Session { session, account } => {
                let verdict = verdict(response, call);
                // what fails in a session that nobody used before fails for another reason
                let is_last = match verdict {
                    Verdict::Doubtful => renewed.sessions == 2 || !session.is_proven(),
                    _ => true,
                };
                if verdict == Verdict::Good || renewed.sessions > 0 && is_last {
                    return Ok(false);
                }
                renewed.sessions += 1;
                renewed.is_doubt = verdict == Verdict::Doubtful;
                // where the body is gone, the next call still finds another session
                Ok(self.drops(session, account, call, verdict)? && is_replayable)
            }
            // who opens a session with credentials that were chosen asks for no others
            Identity::Account(_) if renewed.account || call.account.is_some() => Ok(false),
            Identity::Account(account) => {
                renewed.account = true;
                let now = self.config.clock.monotonic();
                // a body-less refusal says nothing where it is new that the credentials are good
                let is_rejected = match verdict(response, call) {
                    Verdict::Good => false,
                    Verdict::Doubtful => response.status() != 403 || !account.is_young(now),
                    Verdict::Rejected => true,
                };
                Ok(is_rejected && self.accounts.renew(account).await && is_replayable)
            }
        }
    }

    /// Drops the session of a call that is rejected or may be, and says whether there is reason to
    /// try again in another.
    fn drops(
        &self,
        session: &Session,
        account: &Account,
        call: &Call,
        verdict: Verdict,
    ) -> Result<bool, Cause> {
        let scheme = self.scheme(&call.endpoint).map_err(Cause::Credentials)?;
        let (key, generation) = (key(call, &scheme, account), session.generation());
        if verdict == Verdict::Rejected {
            self.sessions.reject(&key, generation);
        } else if !self.sessions.doubt(&key, generation) {
            return Ok(false);
        }
        tracing::debug!(generation, "the session is rejected");
        Ok(true)
    }

    /// Who signs a call: a session where its endpoint asks for one. Where the credentials are
    /// rejected that were to open one, others are asked for.
    pub(super) async fn identify(&self, call: &Call) -> Result<Identity, Cause> {
        let is_signed = match call.spec.auth {
            _ if self.config.credentials.is_anonymous() => false,
            Auth::Signed => true,
            Auth::Optional => call.account.is_some() || self.config.credentials.is_some(),
            Auth::Anonymous => false,
        };
        if !is_signed {
            return Ok(Identity::Nobody);
        }
        let account = self.account(call).await?;
        let cause = match self.identity(call, &account).await {
            Err(cause) if is_rejection(&cause) => cause,
            result => return result,
        };
        match call.account.is_none() && self.accounts.renew(&account).await {
            true => {
                let account = self.account(call).await?;
                self.identity(call, &account).await
            }
            false => Err(cause),
        }
    }

    async fn account(&self, call: &Call) -> Result<Arc<Account>, Cause> {
        match &call.account {
            Some(account) => Ok(Arc::clone(account)),
            None => self.accounts.get().await.map_err(Cause::Credentials),
        }
    }

    /// The account itself, or its session where the endpoint asks for one.
    async fn identity(&self, call: &Call, account: &Arc<Account>) -> Result<Identity, Cause> {
        let scheme = self.scheme(&call.endpoint).map_err(Cause::Credentials)?;
        let sessions = self.config.service.sessions.as_ref();
        let (true, Some(spec), Some(wanted)) = (scheme.session, sessions, &call.sessions) else {
            return match scheme.session {
                false => Ok(Identity::Account(Arc::clone(account))),
                true => Err(Cause::Credentials(CredentialsError::NoSessions)),
            };
        };
        let key = key(call, &scheme, account);
        let opener = || -> Arc<dyn OpenSession> {
            Arc::new(Opener {
                shared: Weak::clone(&self.me),
                spec,
                account: Arc::clone(account),
                host: call.endpoint.host().to_owned(),
                new: NewSession {
                    bucket: wanted.bucket.clone(),
                    mode: wanted.mode,
                    encryption: wanted.encryption.as_deref().cloned(),
                },
            })
        };
        let limit = self.config.timeouts.identity();
        let session = self.sessions.get(&key, limit, opener).await;
        Ok(Identity::Session {
            session: session.map_err(|error| Cause::Session(error, wanted.bucket.clone()))?,
            account: Arc::clone(account),
        })
    }
}

fn key<'a>(call: &'a Call, scheme: &Scheme<'a>, account: &Account) -> KeyRef<'a> {
    let wanted = call.sessions.as_ref();
    KeyRef {
        mode: wanted.and_then(|wanted| wanted.mode),
        encryption: wanted.and_then(|wanted| wanted.encryption.as_deref()),
        ..KeyRef::new(&call.endpoint, scheme.scope.region, account.fingerprint())
    }
}

/// What an answer says of who signed the request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Rejected,
    /// It may be that.
    Doubtful,
}

/// The statuses with which services reject sessions and credentials, among other things.
fn is_refused(response: &Response) -> bool {
    matches!(response.status().as_u16(), 400 | 401 | 403)
}

/// Whether the service no longer takes a session or credentials. An answer without a body cannot say
/// so, and may mean it.
fn verdict(response: &Response, call: &Call) -> Verdict {
    if !is_refused(response) {
        return Verdict::Good;
    }
    if call.spec.method == Method::HEAD {
        return Verdict::Doubtful;
    }
    match is_rejected(&ServiceError::read(response).code) {
        true => Verdict::Rejected,
        false => Verdict::Good,
    }
}

/// The codes that services use for credentials and tokens that have ended, were revoked or are
/// unknown.
fn is_rejected(code: &str) -> bool {
    matches!(
        code,
        "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidAccessKeyId"
            | "InvalidClientTokenId"
            | "InvalidToken"
            | "TokenRefreshRequired"
            | "UnrecognizedClientException"
    )
}

/// Whether no session could be opened because the service rejects the credentials.
fn is_rejection(cause: &Cause) -> bool {
    let failure = match cause {
        Cause::Session(error, _) => error.failure(),
        _ => None,
    };
    match failure.map(|failure| &failure.cause) {
        Some(Cause::Service(error)) => is_rejected(&error.code),
        Some(Cause::Credentials(error)) => matches!(error, CredentialsError::Expired),
        _ => false,
    }
}

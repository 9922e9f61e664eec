//! The identity of a call, and what happens when the service rejects it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use super::Shared;
use super::auth::Scheme;
use super::call::Call;
use super::exchange::Attempt;
use super::probe::{is_refused, is_rejected};
use super::sessions::Opener;
use crate::credentials::{Account, CredentialsError, SigningKeys};
use crate::error::{Cause, Failure};
use crate::lease::Verdict;
use crate::operation::Auth;
use crate::response::Response;
use crate::session::{KeyRef, NewSession, OpenSession, Session, SessionName, StoredPlace};
use crate::signing::KeyCache;

/// Who a call is signed as.
pub(super) enum Identity {
    /// No signature.
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

impl Shared {
    /// Signs, sends, and reads the answer. If the service rejects the credentials, it sends the request once more with
    /// others, once in an attempt. If the service rejects the session, it sends the request in the next one, once in a
    /// call. The service may reject that one too, if it was opened before the service lost its sessions, or if the
    /// service loses them again. From then on, each rejection is a failed attempt, so that the limit of attempts
    /// applies.
    pub(super) async fn exchange(
        &self,
        call: &Call,
        attempt: &mut Attempt,
    ) -> Result<Box<Response>, Box<Failure>> {
        let fail = |cause| Failure::new(call.spec.name, cause);
        self.check_secrecy(call).map_err(fail)?;
        let mut has_other_account = false;
        loop {
            call.is_sent.store(false, Ordering::Relaxed);
            let identity = self.identify(call).await.map_err(fail)?;
            let response = self.exchange_as(call, &identity, attempt).await?;
            if !is_refused(&response) || !attempt.finds_signers {
                return Ok(response);
            }
            let verdict = Box::pin(self.verdict(call, &identity, &response, attempt));
            let verdict = verdict.await?;
            if verdict != Verdict::Rejected {
                attempt.may_be_signer = verdict == Verdict::Unknown;
                return Ok(response);
            }
            let has_other = match &identity {
                Identity::Nobody => false,
                Identity::Session { session, account } => {
                    let drop = self.drop_session(call, session, account);
                    drop.await.map_err(fail)?;
                    !std::mem::replace(&mut attempt.has_healed, true)
                }
                // who opens a session with credentials that were chosen asks for no others
                Identity::Account(_) if call.account.is_some() => false,
                Identity::Account(account) => {
                    !std::mem::replace(&mut has_other_account, true)
                        && self.accounts(call).renew(account).await
                }
            };
            // where the body is gone, the next call still finds another session
            if !has_other || !call.is_replayable() {
                attempt.may_be_signer = matches!(identity, Identity::Session { .. });
                return Ok(response);
            }
            attempt.watch = Arc::default();
        }
    }

    /// Removes a session that the service rejects, so that the next request finds another.
    async fn drop_session(
        &self,
        call: &Call,
        session: &Session,
        account: &Account,
    ) -> Result<(), Cause> {
        let scheme = self.scheme(&call.endpoint).map_err(Cause::Credentials)?;
        let generation = session.generation();
        if let Some(place) = self.stored_place(call, &scheme, account) {
            // before another can take its place
            let (access_key_id, ..) = session.credentials().parts();
            Box::pin(place.forget(access_key_id.to_owned())).await;
        }
        self.sessions
            .reject(&key(call, &scheme, account), generation);
        tracing::debug!(generation, "the session is rejected");
        Ok(())
    }

    /// The identity of a call: a session if its endpoint requires one. If the service rejects the credentials that open
    /// the session, this loads others.
    pub(super) async fn identify(&self, call: &Call) -> Result<Identity, Cause> {
        let is_signed = match call.spec.auth {
            _ if self.is_anonymous(call) => false,
            Auth::Signed => true,
            Auth::Optional => {
                let is_own = std::ptr::eq(self.accounts(call), &self.accounts);
                call.account.is_some() || !is_own || self.config.credentials.is_some()
            }
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
        if call.account.is_none() && self.accounts(call).renew(&account).await {
            let account = self.account(call).await?;
            self.identity(call, &account).await
        } else {
            Err(cause)
        }
    }

    async fn account(&self, call: &Call) -> Result<Arc<Account>, Cause> {
        match &call.account {
            Some(account) => Ok(Arc::clone(account)),
            None => self.accounts(call).get().await.map_err(Cause::Credentials),
        }
    }

    /// The account itself, or its session where the endpoint asks for one.
    async fn identity(&self, call: &Call, account: &Arc<Account>) -> Result<Identity, Cause> {
        let scheme = self.scheme(&call.endpoint).map_err(Cause::Credentials)?;
        let sessions = self.config.service.sessions.as_ref();
        let (true, Some(spec), Some(wanted)) = (scheme.session, sessions, &call.sessions) else {
            return if scheme.session {
                Err(Cause::Credentials(CredentialsError::NoSessions))
            } else {
                Ok(Identity::Account(Arc::clone(account)))
            };
        };
        let key = key(call, &scheme, account);
        let opener = || -> Arc<dyn OpenSession> {
            Arc::new(Opener {
                shared: Weak::clone(&self.me),
                spec,
                account: Arc::clone(account),
                host: call.endpoint.host().to_owned(),
                place: self.stored_place(call, &scheme, account),
                has_loaded: AtomicBool::new(false),
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

impl Shared {
    /// Where the session of a call is kept, if it is.
    fn stored_place(
        &self,
        call: &Call,
        scheme: &Scheme<'_>,
        account: &Account,
    ) -> Option<StoredPlace> {
        let store = self.config.sessions.store.as_ref()?;
        let wanted = call.sessions.as_ref()?;
        if wanted.encryption.is_some() {
            return None;
        }
        let name = SessionName {
            bucket: wanted.bucket.clone(),
            mode: wanted.mode,
            region: scheme.scope.region.to_owned(),
            endpoint: call.endpoint.url(),
            account_key_id: account
                .credentials()
                .signing_keys()
                .access_key_id
                .to_owned(),
        };
        let store = Arc::clone(store);
        Some(StoredPlace { store, name })
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

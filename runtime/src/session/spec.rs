//! [`SessionSpec`]: how a service opens sessions, for generated code.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{Encryption, ModePolicy, OpenError, OpenedSession, Session, SessionMode};
use crate::client::Core;
use crate::clock::BoxFuture;
use crate::credentials::{Account, SessionCredentials};
use crate::endpoint::ParamId;
use crate::operation::{Operation, OperationSpec};
use crate::{DateTime, Secret};

/// An operation that opens sessions.
pub trait SessionOperation: Operation {
    /// The request for a session like this.
    fn open(new: NewSession) -> Self;

    /// What the answer says.
    fn opened(output: Self::Output) -> SessionParts;
}

/// A session as the answer of its operation has it, part by part.
#[derive(Debug)]
pub struct SessionParts {
    /// The key id.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: Secret,
    /// The token.
    pub session_token: Secret,
    /// When they end.
    pub expiration: DateTime,
    /// The encryption of the session, if the answer says it.
    pub algorithm: Option<String>,
    /// The KMS key.
    pub kms_key_id: Option<Secret>,
    /// The KMS encryption context.
    pub kms_context: Option<Secret>,
    /// Whether a bucket key is used.
    pub bucket_key: Option<bool>,
}

/// A session that is to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewSession {
    /// The bucket it is for.
    pub bucket: String,
    /// The mode to ask for; `None` leaves it to the service.
    pub mode: Option<SessionMode>,
    /// The encryption to ask for; `None` leaves it to the bucket.
    pub encryption: Option<Encryption>,
}

/// The part of a service that opens sessions.
pub struct SessionSpec {
    pub(crate) operation: &'static str,
    pub(crate) open: Open,
    pub(crate) bucket: ParamId,
    pub(crate) disable: ParamId,
}

type Open =
    fn(Core, Arc<Account>, NewSession) -> BoxFuture<'static, Result<OpenedSession, OpenError>>;

impl SessionSpec {
    /// Sessions are opened by the operation `O`. `bucket` is the endpoint parameter that names the
    /// bucket, `disable` the one that asks for account credentials instead.
    pub const fn new<O: SessionOperation + 'static>(bucket: ParamId, disable: ParamId) -> Self {
        let spec: &'static OperationSpec = const { &O::SPEC };
        Self {
            operation: spec.name,
            open: |core, account, new| Box::pin(core.open_session::<O>(account, new)),
            bucket,
            disable,
        }
    }
}

impl fmt::Debug for SessionSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionSpec").field(&self.operation).finish()
    }
}

/// How one call uses sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionUse {
    /// The same as the client.
    #[default]
    AsClient,
    /// In a session with the mode of this policy.
    Mode(ModePolicy),
    /// Without a session: the call is signed with IAM credentials.
    Off,
}

/// The state of an open session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionStatus {
    /// The requested mode; `None` if the service chose it.
    pub mode: Option<SessionMode>,
    /// How old it is.
    pub age: Duration,
    /// The time until it expires.
    pub time_left: Duration,
}

impl SessionStatus {
    pub(crate) fn of(session: &Session, now: Duration) -> Self {
        Self {
            mode: session.mode(),
            age: session.age(now),
            time_left: session.time_left(now),
        }
    }
}

impl OpenedSession {
    pub(crate) fn new(parts: SessionParts, date: Option<DateTime>) -> Self {
        let time = |time: DateTime| SystemTime::try_from(time).ok();
        Self {
            // what no clock can show has ended
            expiration: time(parts.expiration).unwrap_or(SystemTime::UNIX_EPOCH),
            date: date.and_then(time),
            credentials: SessionCredentials::new(
                parts.access_key_id,
                parts.secret_access_key,
                parts.session_token,
            ),
            encryption: parts.algorithm.map(|algorithm| Encryption {
                algorithm,
                kms_key_id: parts.kms_key_id,
                kms_context: parts.kms_context,
                bucket_key: parts.bucket_key,
            }),
        }
    }
}

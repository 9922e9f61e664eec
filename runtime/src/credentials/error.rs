//! [`CredentialsError`]: why there are no usable credentials.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError as ProviderError;

use crate::lease::WaitError;

/// Why there are no usable credentials.
#[derive(Clone, Debug)]
pub(crate) enum CredentialsError {
    Missing,
    Expired,
    Slow(Duration),
    /// Shared by all calls that waited for it.
    Provider(Arc<ProviderError>),
    /// What was asking the provider went away, again and again.
    Abandoned,
    /// The endpoint asks for an auth scheme that this call has no credentials for.
    Scheme(String),
    /// The endpoint asks for a session, and the service has none for this call.
    NoSessions,
    /// The client that would have opened a session is gone.
    ClientGone,
    /// What they were to sign for somebody else would be over at once.
    EndsTooSoon,
    /// A part of them cannot stand in a header.
    Unusable(&'static str),
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str(
                "the client has no credentials; give it some with `credentials(…)` on its builder, set \
                 AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for `from_env`, or have profiles and roles \
                 read by the crate zonal-config: `settings(zonal_config::load().await?)`",
            ),
            Self::Expired => f.write_str("the provider gave credentials that have expired"),
            Self::Slow(limit) => {
                write!(
                    f,
                    "the credentials provider gave no answer within {limit:?}"
                )
            }
            Self::Provider(error) => {
                write!(f, "{error}")?;
                // the error itself says no more than what kind of failure it is
                match error.source() {
                    Some(reason) => write!(f, ": {reason}"),
                    None => Ok(()),
                }
            }
            Self::Abandoned => f.write_str(
                "the credentials provider stopped before it was done: it panics, or its runtime is \
                 shut down",
            ),
            Self::Scheme(name) => {
                write!(
                    f,
                    "the endpoint asks for the auth scheme `{name}`, which this client cannot use"
                )
            }
            Self::NoSessions => f.write_str(
                "the endpoint asks for a session, which there is none of for this operation",
            ),
            Self::ClientGone => f.write_str("the client is gone"),
            Self::EndsTooSoon => {
                f.write_str("the credentials end too soon to presign anything with them")
            }
            Self::Unusable(part) => write!(
                f,
                "the {part} of the credentials has characters that no header can carry; look for a \
                 line break at its end"
            ),
        }
    }
}

impl StdError for CredentialsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // its first reason is in the text
            Self::Provider(error) => error.source()?.source(),
            _ => None,
        }
    }
}

impl From<WaitError<Self>> for CredentialsError {
    fn from(error: WaitError<Self>) -> Self {
        match error {
            WaitError::Failed(error) => error,
            WaitError::Timeout { limit, .. } => Self::Slow(limit),
            WaitError::Abandoned | WaitError::NoRuntime => Self::Abandoned,
        }
    }
}

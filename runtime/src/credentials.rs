//! Credentials: those of an account, and those of a session. They are different types because
//! their tokens travel in different headers.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::HeaderValue;

pub use aws_credential_types::Credentials;
pub use aws_credential_types::provider::ProvideCredentials;

use aws_credential_types::provider::error::CredentialsError as ProviderError;

use crate::Secret;
use crate::clock::{Clock, within};
use crate::retry::ClockSkew;

/// The header that carries the token of temporary account credentials.
pub(crate) const SECURITY_TOKEN: &str = "x-amz-security-token";
/// The header that carries the token of a session.
pub(crate) const SESSION_TOKEN: &str = "x-amz-s3session-token";

/// Credentials of an account or role. Their token, if any, travels in `x-amz-security-token`.
#[derive(Clone)]
pub struct BaseCredentials(Credentials);

impl From<Credentials> for BaseCredentials {
    fn from(credentials: Credentials) -> Self {
        Self(credentials)
    }
}

/// Credentials of a session on one bucket. Their token travels in `x-amz-s3session-token`.
#[derive(Clone)]
pub struct SessionCredentials {
    access_key_id: String,
    secret_access_key: Secret,
    session_token: Secret,
    /// The token as a header's value, made once; `None` if no header can carry it.
    token_value: Option<HeaderValue>,
}

impl SessionCredentials {
    /// Credentials from their three parts.
    pub fn new(access_key_id: String, secret_access_key: Secret, session_token: Secret) -> Self {
        let bytes = Bytes::from_owner(Shared(session_token.clone()));
        let mut token_value = HeaderValue::from_maybe_shared(bytes).ok();
        if let Some(value) = &mut token_value {
            value.set_sensitive(true);
        }
        Self {
            access_key_id,
            secret_access_key,
            session_token,
            token_value,
        }
    }

    /// Whether a request can carry them: no call could be made with any others.
    pub(crate) fn fit_headers(&self) -> bool {
        self.token_value.is_some() && HeaderValue::from_str(&self.access_key_id).is_ok()
    }
}

/// A secret whose memory all copies of a header's value share, and which is still overwritten after
/// the last of them.
struct Shared(Secret);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }
}

/// What a signature needs, borrowed from either type; only they can make one, so a token cannot
/// get the other type's header.
#[derive(Clone, Copy)]
pub struct SigningKeys<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) secret_access_key: &'a str,
    pub(crate) token: Option<Token<'a>>,
}

/// The token of temporary credentials.
#[derive(Clone, Copy)]
pub(crate) struct Token<'a> {
    /// The header that carries it.
    pub(crate) header: &'static str,
    pub(crate) text: &'a str,
    /// It as the header's value, where that was made before.
    pub(crate) value: Option<&'a HeaderValue>,
}

impl BaseCredentials {
    /// The parts that sign.
    pub fn signing_keys(&self) -> SigningKeys<'_> {
        SigningKeys {
            access_key_id: self.0.access_key_id(),
            secret_access_key: self.0.secret_access_key(),
            token: self.0.session_token().map(|text| Token {
                header: SECURITY_TOKEN,
                text,
                value: None,
            }),
        }
    }

    /// When they end, if they do.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.0.expiry()
    }

    /// They, if they have not ended at this time.
    pub(crate) fn at(self, now: SystemTime) -> Result<Self, CredentialsError> {
        match self.expiry().is_some_and(|expiry| expiry <= now) {
            true => Err(CredentialsError::Expired),
            false => Ok(self),
        }
    }
}

impl SessionCredentials {
    /// The parts that sign.
    pub fn signing_keys(&self) -> SigningKeys<'_> {
        SigningKeys {
            access_key_id: &self.access_key_id,
            secret_access_key: self.secret_access_key.expose(),
            token: Some(Token {
                header: SESSION_TOKEN,
                text: self.session_token.expose(),
                value: self.token_value.as_ref(),
            }),
        }
    }
}

macro_rules! redacted {
    ($($type:ty),*) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        }
    )*};
}

redacted!(BaseCredentials, SessionCredentials, SigningKeys<'_>);

/// Where a client takes its account credentials from.
#[derive(Clone)]
pub(crate) struct Provider(Source);

#[derive(Clone)]
enum Source {
    Provider(Arc<dyn ProvideCredentials>),
    None,
    /// Requests go out unsigned.
    Anonymous,
}

impl Provider {
    pub(crate) fn new(provider: impl ProvideCredentials + 'static) -> Self {
        Self(Source::Provider(Arc::new(provider)))
    }

    pub(crate) fn none() -> Self {
        Self(Source::None)
    }

    pub(crate) fn anonymous() -> Self {
        Self(Source::Anonymous)
    }

    pub(crate) fn is_anonymous(&self) -> bool {
        matches!(self.0, Source::Anonymous)
    }

    /// Whether there is a provider at all.
    pub(crate) fn is_some(&self) -> bool {
        matches!(self.0, Source::Provider(_))
    }

    /// Asks the provider, which caches as it sees fit. Whether they have expired is for the
    /// service's clock to say, as far as it is known.
    pub(crate) async fn provide(
        &self,
        clock: &dyn Clock,
        skew: &ClockSkew,
        limit: Duration,
    ) -> Result<BaseCredentials, CredentialsError> {
        let Source::Provider(provider) = &self.0 else {
            return Err(CredentialsError::Missing);
        };
        let credentials = within(clock, limit, provider.provide_credentials())
            .await
            .map_err(|_| CredentialsError::Slow(limit))?
            .map_err(CredentialsError::Provider)?;
        BaseCredentials::from(credentials).at(skew.now(clock))
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Provider(_) => "Provider",
            Source::None => "None",
            Source::Anonymous => "Anonymous",
        })
    }
}

/// Why there are no usable credentials.
#[derive(Debug)]
pub(crate) enum CredentialsError {
    Missing,
    Expired,
    Slow(Duration),
    Provider(ProviderError),
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
                "the client has no credentials; give it some with `credentials(…)` on its builder",
            ),
            Self::Expired => f.write_str("the provider gave credentials that have expired"),
            Self::Slow(limit) => {
                write!(
                    f,
                    "the credentials provider gave no answer within {limit:?}"
                )
            }
            Self::Provider(error) => write!(f, "{error}"),
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
            Self::Provider(error) => error.source(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_decides_the_header_and_debug_shows_nothing() {
        let base = BaseCredentials::from(Credentials::new(
            "AK",
            "MARKER",
            Some("MARKER".into()),
            None,
            "test",
        ));
        let session = SessionCredentials::new("AK".into(), "MARKER".into(), "MARKER".into());
        let token = base.signing_keys().token.unwrap();
        assert_eq!(token.header, "x-amz-security-token");
        assert_eq!(
            session.signing_keys().token.unwrap().header,
            "x-amz-s3session-token"
        );
        let keys = session.signing_keys();
        assert!(!format!("{base:?} {session:?} {keys:?}").contains("MARKER"));
    }
}

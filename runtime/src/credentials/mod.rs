//! Credentials: those of an account, and those of a session. They are different types because
//! their tokens travel in different headers.

mod account;
mod error;
mod provider;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use http::HeaderValue;

pub use aws_credential_types::Credentials;
pub use aws_credential_types::provider::ProvideCredentials;

pub(crate) use account::{Account, Accounts};
pub(crate) use error::CredentialsError;
pub(crate) use provider::Provider;

use crate::Secret;
use crate::secret::header_value;

/// The header that carries the token of temporary account credentials.
pub(crate) const SECURITY_TOKEN: &str = "x-amz-security-token";
/// The header that carries the token of a session.
pub(crate) const SESSION_TOKEN: &str = "x-amz-s3session-token";

/// Credentials of an account or role. Their token, if any, travels in `x-amz-security-token`.
#[derive(Clone)]
pub struct BaseCredentials {
    credentials: Credentials,
    /// The token as a header's value, made once; `None` if there is none or no header can carry it.
    token_value: Option<HeaderValue>,
}

impl From<Credentials> for BaseCredentials {
    fn from(credentials: Credentials) -> Self {
        let token = credentials.session_token().map(Secret::from);
        Self {
            token_value: token.and_then(|token| header_value(Arc::new(token))),
            credentials,
        }
    }
}

/// Credentials of a session on one bucket. Their token travels in `x-amz-s3session-token`.
#[derive(Clone)]
pub struct SessionCredentials {
    access_key_id: String,
    secret_access_key: Secret,
    session_token: Arc<Secret>,
    /// The token as a header's value, made once; `None` if no header can carry it.
    token_value: Option<HeaderValue>,
}

impl SessionCredentials {
    /// Credentials from their three parts.
    pub fn new(access_key_id: String, secret_access_key: Secret, session_token: Secret) -> Self {
        let session_token = Arc::new(session_token);
        Self {
            token_value: header_value(Arc::clone(&session_token)),
            access_key_id,
            secret_access_key,
            session_token,
        }
    }

    /// About as much memory as the texts take: the header's value shares that of the token.
    pub(crate) fn bytes(&self) -> usize {
        let secrets = self.secret_access_key.expose().len() + self.session_token.expose().len();
        self.access_key_id.len() + secrets
    }

    /// Key id, key and token.
    pub(crate) fn parts(&self) -> (&str, Secret, Secret) {
        let token = Secret::clone(&self.session_token);
        (&self.access_key_id, self.secret_access_key.clone(), token)
    }

    /// The part that no request can carry, and what it would have to be. The id stands in a list, before a slash.
    pub(crate) fn unfit(&self) -> Option<(&'static str, &'static str)> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'/' | b',');
        if self.token_value.is_none() {
            Some(("SessionToken", "characters that a header can carry"))
        } else if !self.access_key_id.bytes().all(is_plain) {
            Some(("AccessKeyId", "visible ASCII characters but `/` and `,`"))
        } else {
            None
        }
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
        let credentials = &self.credentials;
        SigningKeys {
            access_key_id: credentials.access_key_id(),
            secret_access_key: credentials.secret_access_key(),
            token: credentials.session_token().map(|text| Token {
                header: SECURITY_TOKEN,
                text,
                value: self.token_value.as_ref(),
            }),
        }
    }

    /// When they end, if they do.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.credentials.expiry()
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

#[cfg(test)]
mod tests;

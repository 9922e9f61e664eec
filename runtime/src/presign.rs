//! Presigned URLs: requests that are signed here and sent by somebody else.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method};

use crate::credentials::SessionCredentials;
use crate::operation::Operation;

/// The longest life of a presigned URL.
pub(crate) const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// An operation whose request is a URL and perhaps headers: it has no body, or one that whoever
/// sends it may choose. Generated requests that are like this implement it.
pub trait Presignable: Operation {}

/// How a URL is presigned.
#[derive(Clone, Debug)]
pub struct PresignOptions {
    pub(crate) expires_in: Duration,
    pub(crate) auth: PresignAuth,
}

impl PresignOptions {
    /// A URL that is valid for so long, signed with the account's credentials. Fractions of a
    /// second do not count; from one second to seven days are possible.
    pub fn new(expires_in: Duration) -> Self {
        Self {
            expires_in,
            auth: PresignAuth::Iam,
        }
    }

    /// Signs with other credentials.
    #[must_use]
    pub fn auth(mut self, auth: PresignAuth) -> Self {
        self.auth = auth;
        self
    }
}

impl From<Duration> for PresignOptions {
    fn from(expires_in: Duration) -> Self {
        Self::new(expires_in)
    }
}

/// What signs a URL.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum PresignAuth {
    /// The credentials of the account or role. The URL works as long as they do.
    #[default]
    Iam,
    /// An open session. The URL ends with it, five minutes after it was opened at the latest, and
    /// is bound to its bucket and mode.
    OpenSession {
        /// What signs requests in the session.
        credentials: SessionCredentials,
        /// When the session ends.
        expiration: SystemTime,
    },
}

/// A request that anybody can send, as it is and until it expires, without credentials of their own.
///
/// The URL is as good as a password for what it allows, which is why `Debug` shows no query.
#[derive(Clone)]
#[non_exhaustive]
pub struct PresignedRequest {
    /// The method to send it with.
    pub method: Method,
    /// The URL, signature and token included. It must be sent byte for byte.
    pub url: String,
    /// The headers that must be sent with it, exactly these values; `host` follows from the URL.
    pub headers: HeaderMap,
    /// How long it is valid, from the moment of signing; shorter than what was asked for where
    /// [`limited_by`](Self::limited_by) says so.
    pub expires_in: Duration,
    /// When it expires, by the service's clock as far as it is known.
    pub expires: SystemTime,
    /// What ends before the time that was asked for, if anything does.
    pub limited_by: Option<PresignLimit>,
}

/// What may end before a presigned URL would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PresignLimit {
    /// The temporary credentials of the account.
    Credentials,
    /// The session.
    Session,
}

impl fmt::Debug for PresignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, _) = self.url.split_once('?').unwrap_or((&self.url, ""));
        f.debug_struct("PresignedRequest")
            .field("method", &self.method)
            .field("url", &format_args!("{address}?***"))
            .field("headers", &self.headers.keys())
            .field("expires", &self.expires)
            .field("limited_by", &self.limited_by)
            .finish_non_exhaustive()
    }
}

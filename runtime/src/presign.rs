//! Presigned URLs: signed requests that another program sends.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method};

use crate::credentials::SessionCredentials;
use crate::operation::Operation;

/// The longest life of a presigned URL.
pub(crate) const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// An operation whose request consists of a URL and headers. It has no body, or the sender chooses the body. Generated
/// requests of this form implement it.
pub trait Presignable: Operation {}

/// How a URL is presigned.
#[derive(Clone, Debug)]
pub struct PresignOptions {
    pub(crate) expires_in: Duration,
    pub(crate) auth: PresignAuth,
}

impl PresignOptions {
    /// A URL with this lifetime, from one second to seven days, signed with IAM credentials. Fractions of a second are
    /// dropped.
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
    /// The IAM credentials. The URL expires with them.
    #[default]
    Iam,
    /// An open session. The URL expires with it, at most five minutes after the session was opened, and is limited to
    /// its bucket and mode.
    OpenSession {
        /// What signs requests in the session.
        credentials: SessionCredentials,
        /// When the session ends.
        expiration: SystemTime,
    },
}

/// A request that anybody can send without credentials until it expires.
///
/// Treat the URL like a password. Its `Debug` output omits the query.
#[derive(Clone)]
#[non_exhaustive]
pub struct PresignedRequest {
    /// The method to send it with.
    pub method: Method,
    /// The URL with signature and token. It must be sent without changes.
    pub url: String,
    /// The headers that must be sent with exactly these values; `host` follows from the URL.
    pub headers: HeaderMap,
    /// How long it is valid after signing. It is shorter than requested if [`limited_by`](Self::limited_by) is set.
    pub expires_in: Duration,
    /// When it expires, by the clock of the service if the client knows it.
    pub expires: SystemTime,
    /// What expires before the requested time, if anything does.
    pub limited_by: Option<PresignLimit>,
}

/// What may expire before a presigned URL.
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

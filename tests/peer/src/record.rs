//! The record of requests, for tests.

use crate::http::{Header, Headers, Request, Target};
use crate::identity::Identity;
use crate::route::{Operation, Route};
use crate::store::SessionMode;
use std::time::SystemTime;

/// With which credentials a request was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialKind {
    /// No identity was established: unsigned, or refused.
    None,
    /// The credentials of a user or a role.
    Base {
        /// Their access key id.
        access_key_id: String,
    },
    /// A session of `CreateSession`.
    Session {
        /// The session's access key id.
        access_key_id: String,
        /// The session's mode.
        mode: SessionMode,
    },
}

impl From<&Identity> for CredentialKind {
    fn from(identity: &Identity) -> Self {
        match identity {
            Identity::Base { access_key_id } => Self::Base {
                access_key_id: access_key_id.clone(),
            },
            Identity::Session(session) => Self::Session {
                access_key_id: session.access_key_id().to_owned(),
                mode: session.mode(),
            },
        }
    }
}

/// A request and its result. Its `Debug` output redacts signatures, tokens and bodies.
#[derive(Clone)]
#[non_exhaustive]
pub struct Recorded {
    /// The connection's number, from 0; equal numbers mean a kept-alive connection.
    pub connection: u64,
    /// The peer's time when the request was complete.
    pub at: SystemTime,
    /// The method.
    pub method: String,
    /// The target as it was on the wire.
    pub target: String,
    /// The header fields, in order.
    pub headers: Vec<Header>,
    /// The body after chunked decoding, up to what [`PeerBuilder::recorded_body_bytes`] allows.
    ///
    /// [`PeerBuilder::recorded_body_bytes`]: crate::PeerBuilder::recorded_body_bytes
    pub body: Vec<u8>,
    /// How long the whole body was.
    pub body_length: u64,
    /// Fields after a chunked body.
    pub trailers: Vec<Header>,
    /// The operation that was asked for.
    pub operation: Operation,
    /// The bucket, if there is one.
    pub bucket: Option<String>,
    /// The key, if there is one.
    pub key: Option<String>,
    /// Who asked, if the request passed authentication.
    pub credentials: CredentialKind,
    /// The status of the answer; `None` where a fault left none.
    pub status: Option<u16>,
    /// The error code of the answer, if it was one of the peer's own errors.
    pub code: Option<String>,
    /// Whether a fault changed the answer.
    pub faulted: bool,
}

impl Recorded {
    pub(crate) fn new(
        request: &Request,
        connection: u64,
        at: SystemTime,
        route: Option<&Route>,
        body_limit: usize,
    ) -> Self {
        let body = request.body.prefix(body_limit).unwrap_or_default();
        let key = route.map(|route| route.key.clone());
        Self {
            connection,
            at,
            method: request.method.clone(),
            target: String::from_utf8_lossy(&request.target).into_owned(),
            headers: request.headers.0.clone(),
            body: body.to_vec(),
            body_length: u64::try_from(request.body_length).unwrap_or(u64::MAX),
            trailers: request.trailers.0.clone(),
            operation: route.map_or(Operation::Unknown, |route| route.operation),
            bucket: route.and_then(|route| route.bucket.clone()),
            key: key.filter(|key| !key.is_empty()),
            credentials: CredentialKind::None,
            status: None,
            code: None,
            faulted: false,
        }
    }

    /// The value of a header that is there exactly once, as text.
    pub fn header(&self, name: &str) -> Option<String> {
        Headers(self.headers.clone())
            .single_text(name)
            .ok()
            .flatten()
    }

    /// All values of a header, as text.
    pub fn header_values(&self, name: &str) -> Vec<String> {
        self.headers
            .iter()
            .filter(|header| header.is(name))
            .map(Header::value_text)
            .collect()
    }

    /// The value of a query parameter.
    pub fn query(&self, name: &str) -> Option<String> {
        Target::parse(self.target.as_bytes())?.parameter(name)
    }
}

impl std::fmt::Debug for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A presigned URL carries its signature and token in the query.
        let target = if self.target.contains("X-Amz-") {
            format!(
                "{}?** redacted **",
                self.target.split('?').next().unwrap_or_default()
            )
        } else {
            self.target.clone()
        };
        f.debug_struct("Recorded")
            .field("connection", &self.connection)
            .field("method", &self.method)
            .field("target", &target)
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body_length))
            .field("operation", &self.operation)
            .field("credentials", &self.credentials)
            .field("status", &self.status)
            .field("code", &self.code)
            .field("faulted", &self.faulted)
            .finish_non_exhaustive()
    }
}

//! [`TransportError`]: why no complete answer came.

#[cfg(any(feature = "hyper", feature = "reqwest"))]
mod library;

#[cfg(feature = "hyper")]
pub(super) use library::{NO_CONNECTION, reason};

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::silence::Throughput;

/// Why no complete answer came. Its text holds no header and no body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportError {
    kind: TransportErrorKind,
    /// What came of it, such as `no connection`, where that is not all.
    outcome: Option<Cow<'static, str>>,
    reason: String,
}

/// The kinds of [`TransportError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection, for another reason than the following ones.
    Connect,
    /// No connection: nobody listens at the address and port.
    Refused,
    /// No connection: the name of the host could not be looked up, or has no address.
    Lookup,
    /// No connection: there is no route to the host or its network.
    NoRoute,
    /// No connection: this process, or the system, has as many open files as it may have
    /// (`ulimit -n`).
    TooManyOpenFiles,
    /// The proxy asks for another user name or password.
    ProxyAuthentication,
    /// The proxy did not connect to the server.
    Proxy,
    /// TLS could not be agreed on, or the certificate is not trusted.
    Tls,
    /// Opening the connection took too long.
    ConnectTimeout,
    /// The attempt took longer than [`attempt_timeout`](crate::Builder::attempt_timeout).
    AttemptTimeout,
    /// The call took longer than [`call_timeout`](crate::Builder::call_timeout), with all its attempts.
    CallTimeout,
    /// No session was open within the `open_timeout` of the settings of sessions.
    SessionTimeout,
    /// Nothing moved for longer than [`read_timeout`](crate::Builder::read_timeout), in either direction.
    ReadTimeout,
    /// Less moved than [`min_throughput`](crate::Builder::min_throughput) asks for.
    Throughput,
    /// A success was answered before all of the request's body was sent. What the service has stored, if
    /// anything, is not what it was to store.
    ///
    /// What counts is what the connection had taken of the body when the answer came. That includes
    /// what the kernels on both sides buffer, some 100 to 500 KB: an early answer to a shorter body
    /// looks like any other. The checksum that an answer acknowledges is compared in any case.
    EarlyAnswer,
    /// The connection was closed or reset before the answer was complete.
    Closed,
    /// What came is not HTTP.
    Protocol,
    /// All connections that there may be to the host were in use, and nothing moved on them: callers
    /// hold bodies that they do not read. `max_connections` says how many there may be.
    NoFreeConnection,
    /// A client of another library would have sent another URL than the signed one; nothing was
    /// sent.
    UrlChanged,
    /// Nothing was sent, and nothing would be another time: there is no tokio runtime around the
    /// call, the URL names no server, or the proxy cannot be used.
    Unsent,
    /// Anything else.
    Other,
}

impl TransportError {
    /// An error of this kind; `text` says what happened, without secrets.
    pub fn new(kind: TransportErrorKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            outcome: None,
            reason: text.into(),
        }
    }

    /// An error whose text says what came of it and, behind a colon, why.
    pub(crate) fn because(
        kind: TransportErrorKind,
        outcome: impl Into<Cow<'static, str>>,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            outcome: Some(outcome.into()),
            reason: reason.into(),
        }
    }

    /// Why, without what came of it: the text without `no connection: ` and the like at its beginning.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    pub(crate) fn timeout(kind: TransportErrorKind, limit: Duration) -> Self {
        let text = match kind {
            TransportErrorKind::ConnectTimeout => "no connection within",
            TransportErrorKind::ReadTimeout => "the response paused for longer than",
            TransportErrorKind::CallTimeout => "the call did not succeed within",
            _ => "no complete answer within",
        };
        Self::new(kind, format!("{text} {limit:?}"))
    }

    /// Nothing has moved for so long while an answer was waited for.
    pub(crate) fn silent(is_sending: bool, limit: Duration) -> Self {
        let text = if is_sending {
            "the server took nothing more of the request for"
        } else {
            "no answer began within"
        };
        Self::new(TransportErrorKind::ReadTimeout, format!("{text} {limit:?}"))
    }

    /// Less has moved than was asked for.
    pub(crate) fn slow(throughput: Throughput) -> Self {
        let Throughput {
            bytes_per_second,
            window,
        } = throughput;
        let text = format!("fewer than {bytes_per_second} bytes per second moved in {window:?}");
        Self::new(TransportErrorKind::Throughput, text)
    }

    /// An error whose document does not come to its end.
    pub(crate) fn slow_document(limit: Duration) -> Self {
        let text = format!("the document of an error was not complete within {limit:?}");
        Self::new(TransportErrorKind::ReadTimeout, text)
    }

    /// A success that cannot be one.
    pub(crate) fn early() -> Self {
        let text = "the server answered with a success before the body of the request was all sent, so it \
                    cannot have stored it";
        Self::new(TransportErrorKind::EarlyAnswer, text)
    }

    /// The connection ended in the middle of a body.
    pub(crate) fn closed(read: usize, length: Option<u64>) -> Self {
        let text = match length {
            Some(length) => format!("the connection was closed after {read} of {length} bytes"),
            None => format!("the connection was closed after {read} bytes"),
        };
        Self::new(TransportErrorKind::Closed, text)
    }

    /// The kind.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    pub(crate) fn is_timeout(&self) -> bool {
        use TransportErrorKind::{
            AttemptTimeout, CallTimeout, ConnectTimeout, ReadTimeout, Throughput,
        };
        matches!(
            self.kind,
            AttemptTimeout | CallTimeout | ConnectTimeout | ReadTimeout | Throughput
        )
    }

    /// Nothing of the request has reached the server.
    pub(crate) fn is_unsent(&self) -> bool {
        use TransportErrorKind as Kind;
        matches!(
            self.kind,
            Kind::Connect
                | Kind::Refused
                | Kind::Lookup
                | Kind::NoRoute
                | Kind::TooManyOpenFiles
                | Kind::ProxyAuthentication
                | Kind::Proxy
                | Kind::Tls
                | Kind::ConnectTimeout
                | Kind::NoFreeConnection
                | Kind::UrlChanged
                | Kind::Unsent
        )
    }

    /// A wrong certificate or password, a server that speaks another language and what cannot be sent
    /// stay what they are, and for connections and files a call has waited already; all else may pass.
    pub(crate) fn is_retryable(&self) -> bool {
        use TransportErrorKind as Kind;
        !matches!(
            self.kind,
            Kind::EarlyAnswer
                | Kind::NoFreeConnection
                | Kind::Protocol
                | Kind::ProxyAuthentication
                | Kind::Tls
                | Kind::TooManyOpenFiles
                | Kind::Unsent
                | Kind::UrlChanged
        )
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outcome) = &self.outcome {
            write!(f, "{outcome}: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl StdError for TransportError {}

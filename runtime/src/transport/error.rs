//! [`TransportError`]: why no complete answer came.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// Why no complete answer came. Its text holds no header and no body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportError {
    kind: TransportErrorKind,
    text: String,
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
    /// The attempt took too long.
    AttemptTimeout,
    /// The call took too long, with all its attempts.
    CallTimeout,
    /// The response paused for too long.
    ReadTimeout,
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
    /// call, or the URL names no server.
    Unsent,
    /// Anything else.
    Other,
}

impl TransportError {
    /// An error of this kind; `text` says what happened, without secrets.
    pub fn new(kind: TransportErrorKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
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
        use TransportErrorKind::{AttemptTimeout, CallTimeout, ConnectTimeout, ReadTimeout};
        matches!(
            self.kind,
            AttemptTimeout | CallTimeout | ConnectTimeout | ReadTimeout
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

    /// A wrong certificate, a server that speaks another language, what cannot be sent and callers that
    /// wait for each other stay what they are; all else may pass.
    pub(crate) fn is_retryable(&self) -> bool {
        use TransportErrorKind::{NoFreeConnection, Protocol, Tls, Unsent, UrlChanged};
        !matches!(
            self.kind,
            NoFreeConnection | Protocol | Tls | Unsent | UrlChanged
        )
    }

    /// Classifies an error of the HTTP library and takes its reasons into the text.
    pub(super) fn from_library(error: &(dyn StdError + 'static), is_connect: bool) -> Self {
        use TransportErrorKind::{Closed, Connect, Other, Protocol, Tls};
        use std::io::ErrorKind::{InvalidData, InvalidInput};
        if let Some(known) = find_cause::<Self>(error) {
            return known.clone();
        }
        let tls = find_cause::<rustls::Error>(error);
        let library = find_cause::<hyper::Error>(error);
        let is_unreadable = library.is_some_and(hyper::Error::is_parse);
        let io = find_cause::<std::io::Error>(error).map(std::io::Error::kind);
        let kind = match io {
            _ if tls.is_some() => Tls,
            _ if is_connect => Connect,
            _ if is_unreadable => Protocol,
            Some(InvalidData | InvalidInput) => Protocol,
            Some(_) => Closed,
            None if library.is_some() => Closed,
            None => Other,
        };
        let what = match kind {
            Connect => "no connection",
            Tls => "no secure connection",
            Closed => "the connection was closed before the answer was complete",
            Protocol => "the answer is not HTTP",
            _ => "the request could not be sent",
        };
        let hint = match tls {
            Some(rustls::Error::InvalidMessage(_)) => "; the server seems to speak no TLS there",
            _ => "",
        };
        Self::new(kind, format!("{what}: {}{hint}", reason(error)))
    }
}

/// The innermost reason of an error, on one line.
pub(super) fn reason(error: &(dyn StdError + 'static)) -> String {
    let last = chain(error).last().map(ToString::to_string);
    let text = last.unwrap_or_default();
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect()
}

/// An error and what lies under it; an I/O error hides what it wraps from `source`.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let wrapped = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        match wrapped {
            Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
            None => (*error).source(),
        }
    })
}

/// The first error of a type among them.
pub(super) fn find_cause<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a T> {
    chain(error).find_map(|error| error.downcast_ref())
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for TransportError {}

//! [`TransportError`]: why no complete answer came.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::io;
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
        let text = match is_sending {
            true => "the server took nothing more of the request for",
            false => "no answer began within",
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

    /// Classifies an error of the HTTP library and takes its reasons into the text.
    pub(super) fn from_library(error: &(dyn StdError + 'static), is_connect: bool) -> Self {
        use TransportErrorKind::{Closed, Other, Protocol};
        use io::ErrorKind::{InvalidData, InvalidInput};
        if is_connect {
            return Self::from_connect(error, "");
        }
        if let Some(known) = find_cause::<Self>(error) {
            return known.clone();
        }
        if let Some(tls) = find_cause(error) {
            return Self::from_tls(tls, "");
        }
        let library = find_cause::<hyper::Error>(error);
        let is_unreadable = library.is_some_and(hyper::Error::is_parse);
        let (kind, what) = match find_cause::<io::Error>(error).map(io::Error::kind) {
            _ if is_unreadable => (Protocol, "the answer is not HTTP"),
            Some(InvalidData | InvalidInput) => (Protocol, "the answer is not HTTP"),
            None if library.is_none() => (Other, "the request could not be sent"),
            _ => (
                Closed,
                "the connection was closed before the answer was complete",
            ),
        };
        Self::because(kind, what, reason(error))
    }

    /// Classifies an error of opening a connection; `whom` is put behind `no connection`.
    pub(super) fn from_connect(error: &(dyn StdError + 'static), whom: &str) -> Self {
        use TransportErrorKind::{Closed, Connect, ConnectTimeout, Lookup, NoRoute, Refused};
        use io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
            NetworkDown, NetworkUnreachable, TimedOut, UnexpectedEof,
        };
        if let Some(known) = find_cause::<Self>(error) {
            return known.clone();
        }
        if let Some(tls) = find_cause(error) {
            return Self::from_tls(tls, whom);
        }
        let io = find_cause::<io::Error>(error);
        if let Some(error) = io.and_then(Self::too_many_files) {
            return error;
        }
        // the HTTP library's own words; it has no type for it
        let is_lookup = || chain(error).any(|error| error.to_string() == "dns error");
        let (kind, what) = match io.map(io::Error::kind) {
            Some(ConnectionRefused) => (Refused, "the host refused it: "),
            Some(HostUnreachable | NetworkDown | NetworkUnreachable) => {
                (NoRoute, "there is no route to the host: ")
            }
            Some(TimedOut) => (ConnectTimeout, ""),
            Some(BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof) => {
                (Closed, "it was closed while it was being opened: ")
            }
            _ if is_lookup() => (Lookup, "the name of the host could not be looked up: "),
            _ => (Connect, ""),
        };
        let outcome = format!("no connection{whom}");
        Self::because(kind, outcome, format!("{what}{}", reason(error)))
    }

    fn from_tls(error: &rustls::Error, whom: &str) -> Self {
        let hint = match error {
            rustls::Error::InvalidMessage(_) => "; the server seems to speak no TLS there",
            _ => "",
        };
        let outcome = format!("no secure connection{whom}");
        let text = format!("{}{hint}", reason(error));
        Self::because(TransportErrorKind::Tls, outcome, text)
    }

    /// If that is what the system says.
    pub(super) fn too_many_files(error: &io::Error) -> Option<Self> {
        const OF_PROCESS: i32 = if cfg!(windows) { 10024 } else { 24 };
        const OF_SYSTEM: i32 = if cfg!(windows) { 10024 } else { 23 };
        let is_meant = matches!(error.raw_os_error()?, OF_PROCESS | OF_SYSTEM);
        is_meant.then(|| {
            let text = format!(
                "too many files are open; allow more (`ulimit -n`) or lower `max_connections`: {}",
                reason(error)
            );
            Self::because(TransportErrorKind::TooManyOpenFiles, NO_CONNECTION, text)
        })
    }
}

/// What comes of a connection that cannot be opened.
pub(super) const NO_CONNECTION: &str = "no connection";

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
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
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
        if let Some(outcome) = &self.outcome {
            write!(f, "{outcome}: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl StdError for TransportError {}

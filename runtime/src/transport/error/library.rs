//! What the errors of HTTP libraries say, as errors of a transport.

use std::error::Error as StdError;
use std::io;

use super::{TransportError, TransportErrorKind};

impl TransportError {
    /// Something came before a request was written, so that it is not the answer.
    pub(in crate::transport) fn unasked() -> Self {
        let text = "the server sent something before it was asked";
        Self::because(TransportErrorKind::Connect, NO_CONNECTION, text)
    }

    /// Classifies an error of the HTTP library and takes its reasons into the text.
    pub(in crate::transport) fn from_library(
        error: &(dyn StdError + 'static),
        is_connect: bool,
    ) -> Self {
        use TransportErrorKind::{Closed, Other, Protocol};
        use io::ErrorKind::{InvalidData, InvalidInput};
        if is_connect {
            return Self::from_connect(error, "");
        }
        if let Some(known) = find_cause::<Self>(error) {
            return known.clone();
        }
        #[cfg(feature = "hyper")]
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
    pub(in crate::transport) fn from_connect(error: &(dyn StdError + 'static), whom: &str) -> Self {
        use TransportErrorKind::{Closed, Connect, ConnectTimeout, Lookup, NoRoute, Refused};
        use io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
            NetworkDown, NetworkUnreachable, TimedOut, UnexpectedEof,
        };
        if let Some(known) = find_cause::<Self>(error) {
            return known.clone();
        }
        #[cfg(feature = "hyper")]
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

    #[cfg(feature = "hyper")]
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
    pub(in crate::transport) fn too_many_files(error: &io::Error) -> Option<Self> {
        // of the process, and of the system; Windows has one for both
        let codes: &[i32] = if cfg!(windows) { &[10024] } else { &[24, 23] };
        let is_meant = codes.contains(&error.raw_os_error()?);
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
pub(in crate::transport) const NO_CONNECTION: &str = "no connection";

/// The innermost reason of an error, on one line.
pub(in crate::transport) fn reason(error: &(dyn StdError + 'static)) -> String {
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
fn find_cause<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    chain(error).find_map(|error| error.downcast_ref())
}

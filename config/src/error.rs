//! [`Error`]: why settings or credentials cannot be loaded.

use std::fmt;

/// Why settings or credentials cannot be loaded.
///
/// The message says what is wrong, where, and what to do. It begins with the message of the AWS CLI if there is one for
/// the same problem. It contains no secrets. `Debug` prints the same as `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    text: String,
}

/// The kind of the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A configuration file cannot be read or parsed.
    File,
    /// A variable, a setting or an argument has an invalid value.
    Invalid,
    /// A profile or section that is used does not exist.
    NotFound,
    /// A setting is missing that another one needs, such as the secret of an access key.
    Incomplete,
    /// There is no region for STS, which a role needs.
    NoRegion,
    /// No source has credentials.
    NoCredentials,
    /// The credentials have expired.
    Expired,
    /// STS refused to issue credentials.
    Refused,
    /// A source of credentials failed: a program, an agent, SSO, or the connection to one of them.
    Source,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { kind, text }
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, text)
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// Text from outside on one line, with control characters escaped.
pub(crate) fn shown(text: &str) -> String {
    let is_unsafe = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        if is_unsafe(c) {
            out.extend(c.escape_default())
        } else {
            out.push(c)
        }
    }
    out
}

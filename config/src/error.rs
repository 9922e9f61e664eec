//! [`Error`]: why settings cannot be read, or there are no credentials.

use std::fmt;

/// Why settings cannot be read, or why there are no credentials.
///
/// The text says what is wrong, where, and what to do. It begins with the words of the AWS CLI where that has a
/// message for the same, and never holds a secret. `Debug` reads like `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    text: String,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file of settings cannot be read, or does not have the form of such a file.
    File,
    /// A variable, a setting or an argument has a value that it cannot have.
    Invalid,
    /// There is no profile, or no section, of a name that is used.
    NotFound,
    /// A setting is missing without which another is of no use, such as the other half of a pair of keys.
    Incomplete,
    /// STS is to be asked for a role, and there is no region to ask it in.
    NoRegion,
    /// No source has credentials.
    NoCredentials,
    /// The credentials that were found have expired.
    Expired,
    /// STS refused to give credentials.
    Refused,
    /// A source of credentials failed: a program, an agent, SSO, or the connection to it.
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

    /// What went wrong.
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

/// Text from outside on one line: characters that a terminal would act on are escaped.
pub(crate) fn shown(text: &str) -> String {
    let is_unsafe = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match is_unsafe(c) {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    out
}

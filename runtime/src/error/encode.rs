//! [`EncodeError`]: an input that cannot be sent.

use std::borrow::Cow;
use std::fmt;

/// An invalid request. Nothing was sent.
///
/// It names the header or member, never its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError {
    location: Location,
    name: Cow<'static, str>,
    problem: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Location {
    Header,
    Member,
    Query,
}

impl EncodeError {
    pub(crate) fn header(name: impl Into<Cow<'static, str>>, problem: &'static str) -> Self {
        Self {
            location: Location::Header,
            name: name.into(),
            problem,
        }
    }

    pub(crate) fn query(name: impl Into<Cow<'static, str>>, problem: &'static str) -> Self {
        Self {
            location: Location::Query,
            name: name.into(),
            problem,
        }
    }

    /// A member of the request whose value cannot be sent, and why: "must not be empty".
    pub fn member(name: impl Into<Cow<'static, str>>, problem: &'static str) -> Self {
        Self {
            location: Location::Member,
            name: name.into(),
            problem,
        }
    }

    /// The name of the header or member.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let location = match self.location {
            Location::Header => "the value of the header",
            Location::Member => "the member",
            Location::Query => "the value of the query parameter",
        };
        write!(f, "{location} `{}` {}", self.name, self.problem)
    }
}

impl std::error::Error for EncodeError {}

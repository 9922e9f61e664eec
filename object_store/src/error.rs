//! [`BuildError`].

use std::fmt;

use crate::ConfigKey;

/// An invalid setting of a store. The message names the option and contains no secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError(Problem);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Unknown(String),
    Value(ConfigKey, String),
    Missing(&'static str, ConfigKey),
    Url(String),
    Client(zonal::BuildError),
}

impl BuildError {
    pub(crate) fn of_unknown(name: &str) -> Self {
        Self(Problem::Unknown(shown(name)))
    }

    pub(crate) fn of_value(key: ConfigKey, problem: impl Into<String>) -> Self {
        Self(Problem::Value(key, problem.into()))
    }

    pub(crate) fn missing(what: &'static str, key: ConfigKey) -> Self {
        Self(Problem::Missing(what, key))
    }

    pub(crate) fn of_url(url: &str) -> Self {
        // the part before an `@` may be a password
        let visible = url.rsplit_once('@').map_or(url, |(_, rest)| rest);
        Self(Problem::Url(shown(visible)))
    }

    pub(crate) fn of_client(error: zonal::BuildError) -> Self {
        Self(Problem::Client(error))
    }

    /// The name is not the name of an option.
    pub(crate) fn unknown_key(&self) -> Option<&str> {
        match &self.0 {
            Problem::Unknown(name) => Some(name),
            _ => None,
        }
    }

    /// Returns the option that is invalid or missing.
    pub fn key(&self) -> Option<ConfigKey> {
        match &self.0 {
            Problem::Value(key, _) | Problem::Missing(_, key) => Some(*key),
            _ => None,
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Problem::Unknown(name) => write!(f, "`{name}` is not an option of this store"),
            Problem::Value(key, problem) => {
                write!(f, "the option `{}` is invalid: {problem}", key.as_ref())
            }
            Problem::Missing(what, key) => {
                write!(
                    f,
                    "the {what} is missing: set the option `{}`",
                    key.as_ref()
                )
            }
            Problem::Url(url) => write!(
                f,
                "`{url}` is not the URL of a directory bucket, such as s3://demo--usw2-az1--x-s3/path"
            ),
            Problem::Client(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for BuildError {}

/// Text from outside, made safe for an error message.
fn shown(text: &str) -> String {
    text.escape_default().take(100).collect()
}

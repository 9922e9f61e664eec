//! [`BuildError`]: invalid settings of a client.

use std::fmt;

use super::settings;
#[cfg(feature = "hyper")]
use crate::transport::CaBundleError;

/// Why a client cannot be built. `Debug` prints the same as `Display`, because a `main` that returns the error prints
/// `Debug`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// The region is missing.
    MissingRegion,
    /// The region is missing, and the loader of the settings found none, for this reason.
    RegionNotFound(String),
    /// The region cannot be a part of a host name.
    Region(String),
    /// The endpoint URL is invalid.
    EndpointUrl {
        /// The URL, without user and password.
        url: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A timeout is zero.
    ZeroTimeout(&'static str),
    /// The size from which bodies are compressed is more than 10 MiB.
    CompressionSize(usize),
    /// The number of attempts is zero.
    NoAttempts,
    /// The number of connections is zero.
    NoConnections,
    /// There is nothing to send requests with: the feature `hyper` is off, and no transport was given.
    MissingTransport,
    /// On WebAssembly: what the host has to supply, by the name of its method on the builder, `clock` or `random`.
    MissingFromHost(&'static str),
    /// The certificates to trust cannot be read.
    #[cfg(feature = "hyper")]
    CaBundle(CaBundleError),
    /// A variable of the environment is invalid.
    Variable {
        /// Its name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A setting of a profile is invalid.
    Profile {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There are no access keys in variables, and the variable of this name refers to another source of credentials.
    CredentialsElsewhere(&'static str),
    /// The encryption of sessions is invalid, for this reason.
    SessionEncryption(&'static str),
}

impl BuildError {
    pub(super) fn variable(name: &str, problem: &'static str) -> Self {
        Self::Variable {
            name: name.to_owned(),
            problem,
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client cannot be built: ")?;
        match self {
            Self::MissingRegion => {
                f.write_str("it has no region; set one with `region(\"us-west-2\")` on its builder or with AWS_REGION, or \
                             have the profile's read by the crate zonal-config: `settings(zonal_config::load().await?)`")
            }
            Self::RegionNotFound(reason) => write!(
                f,
                "it has no region; set one with `region(\"us-west-2\")` on its builder, with AWS_REGION or in the \
                 profile ({reason})"
            ),
            Self::Region(region) => write!(
                f,
                "`{region}` is not a Region: use letters, digits and hyphens, as in us-west-2"
            ),
            Self::EndpointUrl { url, problem } => {
                write!(f, "the endpoint URL `{url}` cannot be used: {problem}")
            }
            Self::ZeroTimeout(name) => write!(f, "`{name}` is zero; leave it out for its default"),
            Self::CompressionSize(size) => write!(
                f,
                "`request_min_compression_size_bytes` is {size}, but must be at most {}",
                settings::MAX_MIN_SIZE
            ),
            Self::NoAttempts => {
                f.write_str("`max_attempts` is zero; the first attempt counts, so 1 means no retries")
            }
            Self::NoConnections => {
                f.write_str("`max_connections` is zero; leave it out for its default")
            }
            Self::MissingTransport => f.write_str(
                "it has no transport; switch on the feature `hyper`, or give it one with `transport(…)`",
            ),
            Self::MissingFromHost(name) => write!(
                f,
                "`{name}` is not set; on WebAssembly it has to come from the host"
            ),
            #[cfg(feature = "hyper")]
            Self::CaBundle(error) => error.fmt(f),
            Self::Variable { name, problem } => write!(f, "the variable {name} {problem}"),
            Self::Profile { name, problem } => {
                write!(f, "the setting {name} of the profile {problem}")
            }
            Self::CredentialsElsewhere(name) => write!(
                f,
                "the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and {name} says that \
                 credentials are somewhere else; the crate zonal-config reads profiles, roles, single sign-on and \
                 the agents of containers and machines: use \
                 `Client::builder().settings(zonal_config::load().await?).build()`"
            ),
            Self::SessionEncryption(problem) => write!(f, "`session_encryption` {problem}"),
        }
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BuildError {}

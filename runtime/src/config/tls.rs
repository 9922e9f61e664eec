//! The settings of TLS.

use super::{BuildError, Builder};

/// The variable that names a file with the certificates to trust.
pub(super) const VARIABLE: &str = "AWS_CA_BUNDLE";

impl<C> Builder<C> {
    /// Trusts the certificates in this PEM text instead of those of the system, like
    /// `AWS_CA_BUNDLE`, for a server or a proxy with a private certificate. This has no effect on a
    /// custom transport.
    #[must_use]
    pub fn ca_bundle(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.connections.ca_bundle = Some(pem.into());
        self
    }
}

/// The content of the file in the variable. An empty name is an error, because the user wanted
/// other certificates than those of the system.
pub(super) fn read(path: Option<&str>) -> Result<Vec<u8>, BuildError> {
    let path = path.ok_or_else(|| {
        let problem = "is empty; unset it to trust the system's certificates";
        BuildError::variable(VARIABLE, problem)
    })?;
    std::fs::read(path)
        .map_err(|_| BuildError::variable(VARIABLE, "names a file that cannot be read"))
}

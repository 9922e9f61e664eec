//! The settings of TLS.

use super::{BuildError, Builder};

/// The variable that names a file with the certificates to trust.
pub(super) const VARIABLE: &str = "AWS_CA_BUNDLE";

impl<C> Builder<C> {
    /// Trusts the certificates in this PEM text instead of those of the system, as `AWS_CA_BUNDLE`
    /// has it: for a server or a proxy whose certificate was made at home. It has no effect on a
    /// transport of your own.
    #[must_use]
    pub fn ca_bundle(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.connections.ca_bundle = Some(pem.into());
        self
    }
}

/// What is in the file that the variable names. An empty name is refused: whoever set the variable
/// wanted other certificates than those of the system.
pub(super) fn read(path: Option<&str>) -> Result<Vec<u8>, BuildError> {
    let path = path.ok_or_else(|| {
        let problem = "is empty; unset it to trust the system's certificates";
        BuildError::variable(VARIABLE, problem)
    })?;
    std::fs::read(path)
        .map_err(|_| BuildError::variable(VARIABLE, "names a file that cannot be read"))
}

//! TLS settings: whom a transport trusts.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use super::error::reason;

/// The certificates that a transport trusts, where they are not the system's.
#[derive(Clone, Debug)]
pub struct CaBundle(Arc<RootCertStore>);

impl CaBundle {
    /// Reads certificates in PEM, one after the other; text between them, and anything else in PEM,
    /// is passed over.
    pub fn from_pem(pem: &[u8]) -> Result<Self, CaBundleError> {
        let mut roots = RootCertStore::empty();
        for (number, certificate) in (1..).zip(CertificateDer::pem_slice_iter(pem)) {
            let certificate = certificate.map_err(|error| {
                CaBundleError::Malformed(format!("what should be certificate {number}: {error}"))
            })?;
            roots.add(certificate).map_err(|error| {
                CaBundleError::Malformed(format!("certificate {number}: {}", reason(&error)))
            })?;
        }
        match roots.is_empty() {
            true => Err(CaBundleError::Empty),
            false => Ok(Self(Arc::new(roots))),
        }
    }
}

/// Why a bundle of certificates cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaBundleError {
    /// It holds no certificate.
    Empty,
    /// One of its certificates cannot be read; which, and why.
    Malformed(String),
}

impl fmt::Display for CaBundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str(
                "the CA bundle holds no certificate; it must be PEM, with BEGIN CERTIFICATE lines",
            ),
            Self::Malformed(problem) => {
                write!(f, "the CA bundle cannot be used: {problem}")
            }
        }
    }
}

impl std::error::Error for CaBundleError {}

/// Settings that trust the certificates of the bundle, or else whom the system trusts.
pub(super) fn config(bundle: Option<&CaBundle>) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?;
    let builder = match bundle {
        Some(bundle) => builder.with_root_certificates(bundle.0.clone()),
        None => builder.with_platform_verifier()?,
    };
    Ok(builder.with_no_client_auth())
}

/// Settings without any trusted root: the plain client needs none, and must not load any.
pub(super) fn none() -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map(|builder| builder.with_root_certificates(RootCertStore::empty()))
        .map(|builder| builder.with_no_client_auth())
        .expect("ring supports TLS 1.3")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_without_a_certificate_is_refused() {
        let key = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for pem in [&b""[..], b"no PEM", key] {
            let error = CaBundle::from_pem(pem).unwrap_err();
            assert_eq!(error, CaBundleError::Empty);
        }
        let begin = "-----BEGIN CERTIFICATE-----\n";
        for (body, says) in [
            ("AAAA\n-----END CERTIFICATE-----\n", "certificate 1: "),
            ("!!!!\n-----END CERTIFICATE-----\n", "certificate 1: "),
            ("AAAA\n", "certificate 1: "),
        ] {
            let error = CaBundle::from_pem(format!("{begin}{body}").as_bytes());
            let text = error.unwrap_err().to_string();
            assert!(text.contains(says), "{text}");
        }
    }
}

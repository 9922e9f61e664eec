//! TLS settings: the system's roots, those of a file, or no check at all.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use zonal::runtime::transport::{CaBundle, TransportError, TransportErrorKind};

/// Which certificates to trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// The certificates of the system.
    System,
    /// The certificates in a PEM file.
    File(PathBuf),
    /// Any certificate: `--no-verify-ssl`.
    Anyone,
}

/// Settings that trust the certificates in a PEM file.
pub(super) fn of_file(path: &Path) -> Result<ClientConfig, TransportError> {
    let unusable = |problem: &dyn Display| {
        let text = format!("no secure connection: {}: {problem}", path.display());
        TransportError::new(TransportErrorKind::Tls, text)
    };
    let pem = std::fs::read(path).map_err(|error| unusable(&error))?;
    let bundle = CaBundle::from_pem(&pem).map_err(|error| unusable(&error))?;
    bundle.settings()
}

/// Settings that trust everybody.
pub(super) fn unchecked() -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|error| TransportError::new(TransportErrorKind::Tls, error.to_string()))?;
    let verifier = Arc::new(Unchecked(provider));
    let builder = builder
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    Ok(builder.with_no_client_auth())
}

/// Accepts any certificate, but still checks the signatures of the handshake.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

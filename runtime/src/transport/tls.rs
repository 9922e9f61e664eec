//! TLS settings: whom a transport trusts.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt;

use super::error::reason;
use super::{TransportError, TransportErrorKind};

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
        if roots.is_empty() {
            Err(CaBundleError::Empty)
        } else {
            Ok(Self(Arc::new(roots)))
        }
    }

    /// TLS settings that trust these certificates and no others.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up at all.
    pub fn settings(&self) -> Result<ClientConfig, TransportError> {
        let builder = builder().map_err(unusable)?;
        let builder = builder.with_root_certificates(Arc::clone(&self.0));
        Ok(builder.with_no_client_auth())
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

/// Makes the settings of TLS.
type Make = dyn Fn() -> Result<ClientConfig, TransportError> + Send + Sync;

/// The settings of TLS, which are made when the first secure connection asks for them: loading the
/// certificates of the system takes a while.
#[derive(Clone)]
pub(super) struct Tls(Arc<Lazy>);

struct Lazy {
    made: OnceLock<Result<Arc<ClientConfig>, TransportError>>,
    make: Box<Make>,
}

impl Tls {
    pub(super) fn new(
        make: impl Fn() -> Result<ClientConfig, TransportError> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Lazy {
            made: OnceLock::new(),
            make: Box::new(make),
        }))
    }

    pub(super) fn settings(&self) -> Result<Arc<ClientConfig>, TransportError> {
        let Lazy { made, make } = &*self.0;
        made.get_or_init(|| make().map(Arc::new)).clone()
    }

    #[cfg(test)]
    pub(super) fn is_set_up(&self) -> bool {
        self.0.made.get().is_some()
    }
}

/// Trusts whom the system trusts.
impl Default for Tls {
    fn default() -> Self {
        Self::new(|| {
            let config = builder().and_then(ConfigBuilder::with_platform_verifier);
            match config {
                Ok(config) => Ok(config.with_no_client_auth()),
                #[cfg(feature = "webpki-roots")]
                Err(_) if !roots_are_named(|name| std::env::var_os(name)) => {
                    let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned();
                    CaBundle(Arc::new(roots.collect())).settings()
                }
                Err(error) => Err(unusable(error)),
            }
        })
    }
}

/// Whether somebody has said where the system's certificates are: then no others take their place.
#[cfg(feature = "webpki-roots")]
fn roots_are_named(get: impl Fn(&str) -> Option<std::ffi::OsString>) -> bool {
    let names = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
    names.iter().any(|name| get(name).is_some())
}

fn unusable(error: rustls::Error) -> TransportError {
    let reason = reason(&error);
    TransportError::because(TransportErrorKind::Tls, "TLS cannot be set up", reason)
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
}

/// Settings without any trusted root, for what speaks no TLS.
pub(super) fn none() -> Arc<ClientConfig> {
    let nobody = CaBundle(Arc::new(RootCertStore::empty()));
    Arc::new(nobody.settings().expect("ring supports TLS 1.2 and 1.3"))
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

    #[test]
    #[cfg(feature = "webpki-roots")]
    #[ignore = "runs in a process of its own, for the test below"]
    #[expect(clippy::print_stdout, reason = "the other test reads it")]
    fn settings_alone() {
        match Tls::default().settings() {
            Ok(_) => println!("set up"),
            Err(error) => println!("{error}"),
        }
    }

    /// As in a container from `scratch`; a system without `unshare`, or that forbids it, shows nothing.
    #[test]
    #[cfg(all(feature = "webpki-roots", target_os = "linux"))]
    #[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
    fn bundled_roots_take_the_place_of_none() {
        const HIDE: &str = "for folder in /etc/ssl /etc/pki /usr/lib/ssl /usr/local/share; do \
                            if [ -d $folder ]; then mount -t tmpfs none $folder || exit 99; fi; done; exec \"$@\"";
        let run = |named: Option<&str>| {
            let mut command = std::process::Command::new("unshare");
            command.args(["--mount", "sh", "-c", HIDE, "sh"]);
            command.arg(std::env::current_exe().unwrap());
            command.args(["--ignored", "--exact", "--nocapture"]);
            command.arg("transport::tls::tests::settings_alone");
            command
                .env_remove("SSL_CERT_FILE")
                .env_remove("SSL_CERT_DIR");
            command.envs(named.map(|file| ("SSL_CERT_FILE", file)));
            let output = command.output().ok()?;
            output.status.success().then_some(output.stdout)
        };
        let said = |named| Some(String::from_utf8(run(named)?).unwrap());
        let Some(text) = said(None) else {
            println!("skipped: the system's certificates cannot be hidden here");
            return;
        };
        assert!(text.contains("set up"), "{text}");
        // whoever has named a file means that file
        let text = said(Some("/no/such/file")).unwrap();
        assert!(text.contains("TLS cannot be set up"), "{text}");
    }
}

//! [`Settings`]: the settings of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use zonal_runtime::config::Configure;
use zonal_runtime::{Builder, Core};

use crate::credentials::{Chain, MfaCode, environment};
use crate::error::Error;
use crate::http_client::{LONGEST, SharedHttp};
use crate::sources::Sources;
use crate::{Env, Profiles, Retries, Rules, Values};

/// The settings, and what is needed to load credentials.
pub(crate) struct Read {
    pub(crate) env: Env,
    pub(crate) profiles: Profiles,
    /// The name of the profile in use.
    pub(crate) profile: String,
    pub(crate) rules: &'static Rules,
    /// Whether the program sets the profile.
    pub(crate) explicit: bool,
    pub(crate) mfa: Option<MfaCode>,
    pub(crate) values: Values,
    /// Why the metadata service of the machine has no region, if it was asked.
    pub(crate) no_region: Option<String>,
    /// The certificates to trust, in PEM.
    pub(crate) ca_bundle: Option<Vec<u8>>,
    pub(crate) http: SharedHttp,
    pub(crate) agents: SharedHttp,
}

impl Read {
    pub(crate) fn sources(&self) -> Sources<'_> {
        Sources {
            env: &self.env,
            profiles: &self.profiles,
            profile: self.profiles.get(&self.profile),
            rules: self.rules,
        }
    }

    /// An incomplete access key in the environment is an error before a call needs it.
    pub(crate) fn check_keys(&self) -> Result<(), Error> {
        environment(&self.env, self.rules).map(drop)
    }

    fn chain(&self) -> Chain<'_> {
        Chain {
            sources: self.sources(),
            explicit: self.explicit,
            region: self.values.region.as_deref(),
            attempts: self.values.attempts,
            http: self.http.clone(),
            agents: self.agents.clone(),
            mfa: self.mfa.clone(),
        }
    }
}

/// The settings of a client, with the source of its credentials. Clones share the same settings.
///
/// Pass them to a builder with [`Builder::settings`], and override what you need:
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let settings = zonal_config::load().await?;
/// let client = zonal::Client::builder().settings(settings).max_attempts(10).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Settings(pub(crate) Arc<Read>);

impl Settings {
    /// Returns the values from environment and profile.
    pub fn values(&self) -> &Values {
        &self.0.values
    }

    /// The name of the profile in use.
    pub fn profile(&self) -> &str {
        &self.0.profile
    }

    /// Loads the credentials of the profile or the environment, each time. A client calls this once for all its calls,
    /// and again shortly before the credentials expire.
    pub fn credentials(&self) -> Provider {
        Provider(Arc::clone(&self.0))
    }
}

impl Configure for Settings {
    fn configure<C: From<Core>>(self, mut builder: Builder<C>) -> Builder<C> {
        let values = self.values();
        if let Some(region) = &values.region {
            builder = builder.region(region);
        }
        if let Some(reason) = &self.0.no_region {
            builder = builder.no_region_because(reason);
        }
        if let Some(url) = &values.endpoint_url {
            builder = builder.endpoint_url(url);
        }
        if let Some(pem) = &self.0.ca_bundle {
            builder = builder.ca_bundle(pem.clone());
        }
        if let Some(limit) = values.connect_timeout {
            builder = builder.connect_timeout(limit);
        }
        if let Some(when) = values.request_checksums {
            builder = builder.request_checksums(when);
        }
        if let Some(when) = values.response_checksums {
            builder = builder.response_checksums(when);
        }
        if values.retries == Retries::Legacy {
            builder = builder.retry_rules(values.retries.rules());
        }
        if values.no_sessions {
            builder = builder.session_auth(false);
        }
        builder
            .use_fips(values.use_fips)
            .use_dual_stack(values.use_dual_stack)
            .max_attempts(values.attempts)
            .credentials(self.credentials())
            // each source has its own time limit
            .credentials_timeout(LONGEST + Duration::from_secs(10))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("profile", &self.0.profile)
            .field("values", &self.0.values)
            .finish_non_exhaustive()
    }
}

/// A provider of the credentials that environment, profile, container or machine have; see [`Chain`] for the order.
///
/// Its errors hold an [`Error`], which says what to do.
#[derive(Clone)]
pub struct Provider(Arc<Read>);

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.resolve())
    }
}

impl Provider {
    async fn resolve(&self) -> provider::Result {
        let found = self.0.chain().resolve().await;
        found.map_err(CredentialsError::provider_error)
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("profile", &self.0.profile)
            .finish_non_exhaustive()
    }
}

//! [`Loader`]: reads settings.

use std::sync::Arc;
use std::time::Duration;

use zonal_runtime::transport::{CaBundle, HttpTransport, Proxies, ProxyRules};

use crate::credentials::{MfaCode, region_of_machine};
use crate::error::{Error, ErrorKind, shown};
use crate::http_client::SharedHttp;
use crate::settings::{Read, Settings};
use crate::sources::Sources;
use crate::{Env, Given, Profiles, Rules, Values};

/// How long a connection to a source of credentials may take to open.
const CONNECT: Duration = Duration::from_secs(3);

/// Loads settings from the environment and the shared files, by the rules of the AWS SDKs.
///
/// # Errors
///
/// See [`Loader::load`].
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let settings = zonal_config::load().await?;
/// let client = zonal::Client::builder().settings(settings).build()?;
/// # Ok(())
/// # }
/// ```
pub async fn load() -> Result<Settings, Error> {
    Loader::new().load().await
}

/// Loads settings. The program can set some of them itself.
#[derive(Clone, Debug, Default)]
#[must_use = "a loader does nothing until `load`"]
pub struct Loader {
    profile: Option<String>,
    region: Option<String>,
    endpoint_url: Option<String>,
    service: Option<String>,
    mfa: Option<MfaCode>,
}

impl Loader {
    /// Creates a loader that takes all settings from the environment and files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses this profile, in place of `AWS_PROFILE`. Access keys in the environment are ignored then, because the
    /// caller wants the credentials of the profile.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Uses this region, for the client and for STS.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sends calls to this URL, in place of the one from the environment or the profile.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// Sets the service id whose endpoint is loaded. Default: `S3`. With `Route 53`, the variable is
    /// `AWS_ENDPOINT_URL_ROUTE_53` and the key in a `services` section is `route_53`.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.service = Some(name.into());
        self
    }

    /// Sets how to get the code of an MFA device, if a role needs one (`mfa_serial`). `ask` receives the serial number
    /// or the ARN of the device each time that the role is assumed: at the first call, and when its credentials expire.
    pub fn mfa_code<F>(mut self, ask: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = std::io::Result<String>> + Send + 'static,
    {
        self.mfa = Some(MfaCode::new(ask));
        self
    }

    /// Reads the environment and files. It sends no request, with one exception: if no region is set, it asks the
    /// metadata service of EC2 for the region of the machine.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, a profile or section that is used does not exist, a setting has an invalid value, or
    /// the environment has only half of an access key. Other errors of credentials occur at the first call, when the
    /// client loads them.
    pub async fn load(self) -> Result<Settings, Error> {
        let explicit = self.profile.as_deref().is_some_and(|name| !name.is_empty());
        // files may be on a slow disk
        let read = tokio::task::spawn_blocking(move || self.read());
        let mut read = read.await.unwrap_or_else(|error| {
            Err(Error::new(
                ErrorKind::Source,
                format!("reading the settings ended: {error}"),
            ))
        })?;
        read.explicit = explicit;
        if !explicit {
            read.check_keys()?;
        }
        if read.values.region.is_none() && read.rules.region_of_machine {
            match region_of_machine(read.sources(), &read.agents).await? {
                Ok(region) => read.values.region = Some(region),
                Err(reason) => {
                    let text = format!("the metadata service of the machine has none: {reason}");
                    read.no_region = Some(text);
                }
            }
        }
        Ok(Settings(Arc::new(read)))
    }

    fn read(self) -> Result<Read, Error> {
        const RULES: &Rules = &Rules::SDK;
        let env = Env::of_process()?;
        let profiles = Profiles::read(&env)?;
        let profile = profiles.chosen(self.profile.as_deref(), &env, RULES.profile)?;
        let sources = Sources {
            env: &env,
            profiles: &profiles,
            profile,
            rules: RULES,
        };
        let given = Given {
            region: self.region.as_deref(),
            endpoint_url: self.endpoint_url.as_deref(),
            service: self.service.as_deref().unwrap_or(Given::default().service),
            ..Given::default()
        };
        let values = Values::read(sources, &given)?;
        let ca_bundle = values.ca_bundle.as_deref().map(|path| {
            std::fs::read(path).map_err(|error| {
                let text = format!("The certificates to trust cannot be read: {error}: ");
                Error::new(ErrorKind::File, text + &shown(&path.display().to_string()))
            })
        });
        let ca_bundle = ca_bundle.transpose()?;
        let (http, agents) = transports(&env, ca_bundle.as_deref())?;
        Ok(Read {
            profile: profile.name.to_owned(),
            rules: RULES,
            explicit: false,
            mfa: self.mfa,
            ca_bundle,
            values,
            no_region: None,
            http,
            agents,
            profiles,
            env,
        })
    }
}

/// The transports for STS and SSO, and for the metadata services of containers and machines.
fn transports(env: &Env, ca_bundle: Option<&[u8]>) -> Result<(SharedHttp, SharedHttp), Error> {
    let bundle = ca_bundle.map(CaBundle::from_pem).transpose();
    let bundle = bundle.map_err(|error| Error::new(ErrorKind::File, error.to_string()))?;
    let trusting = |http: HttpTransport| match bundle.clone() {
        Some(bundle) => http.with_ca_bundle(bundle),
        None => http,
    };
    let proxies = Proxies::new(ProxyRules::CLIENT, |name| env.get(name));
    let http = HttpTransport::new(CONNECT);
    let http = trusting(http.with_proxies(move |uri| proxies.for_credentials(uri)));
    let agents = trusting(HttpTransport::new(CONNECT).with_proxies(|_| Ok(None)));
    Ok((SharedHttp::new(http, None), SharedHttp::new(agents, None)))
}

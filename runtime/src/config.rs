//! [`Builder`]: the settings of a client, checked when it is built.

mod checksums;
mod configure;
#[cfg_attr(not(feature = "hyper"), path = "config/no_connections.rs")]
mod connections;
mod error;
pub(crate) mod resolved;
mod retries;
mod sessions;
mod settings;
mod system;
mod timeouts;
#[cfg(feature = "hyper")]
mod tls;

use std::borrow::Cow;
use std::ffi::OsString;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::checksum::Checksums;
use crate::client::Core;
use crate::clock::Clock;
use crate::credentials::{Credentials, ProvideCredentials, Provider};
use crate::endpoint::{ParamId, Rules, Url, Value, is_host_label};
use crate::hook::{Hook, Hooks};
use crate::random::Random;
use crate::retry::RetryPolicy;
use crate::service::ServiceSpec;
use crate::transport::Transport;
pub use configure::Configure;
use connections::Connections;
pub use error::BuildError;
use resolved::Config;
pub(crate) use sessions::SessionConfig;

pub(crate) use settings::Compression;
pub(crate) use timeouts::{ERROR_DOCUMENT, Timeouts};

/// Sets up a client of type `C`.
pub struct Builder<C> {
    service: &'static ServiceSpec,
    /// The endpoint rules, where they are not those of the service.
    rules: Option<&'static Rules>,
    region: Option<String>,
    /// Why the loader of the settings found no region.
    no_region: Option<String>,
    endpoint_url: Option<String>,
    use_fips: bool,
    use_dual_stack: bool,
    allow_http: bool,
    endpoint_params: Vec<(ParamId, Value<'static>)>,
    compression: Compression,
    credentials: Provider,
    sessions: SessionConfig,
    timeouts: Timeouts,
    request_checksums: Checksums,
    response_checksums: Checksums,
    retries: RetryPolicy,
    resumptions: u32,
    hooks: Hooks,
    transport: Option<Arc<dyn Transport>>,
    /// A variable that names credentials outside of variables.
    elsewhere: Option<&'static str>,
    connections: Connections,
    clock: Option<Arc<dyn Clock>>,
    random: Option<Arc<dyn Random>>,
    client: PhantomData<fn() -> C>,
}

impl<C: From<Core>> Builder<C> {
    /// A builder for a client of this service.
    pub fn new(service: &'static ServiceSpec) -> Self {
        Self {
            service,
            rules: None,
            region: None,
            no_region: None,
            endpoint_url: None,
            use_fips: false,
            use_dual_stack: false,
            allow_http: false,
            endpoint_params: Vec::new(),
            compression: Compression::default(),
            credentials: Provider::none(),
            sessions: SessionConfig::default(),
            timeouts: Timeouts::default(),
            request_checksums: Checksums::default(),
            response_checksums: Checksums::default(),
            retries: RetryPolicy::default(),
            resumptions: 0,
            hooks: Hooks::default(),
            transport: None,
            elsewhere: None,
            connections: Connections::default(),
            clock: None,
            random: None,
            client: PhantomData,
        }
    }

    /// Sets the region, such as `us-west-2`. Required.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the source of credentials: [`Credentials`] themselves, or any provider of the AWS ecosystem.
    ///
    /// A provider does not need a cache. The client and its clones call it once for all their calls, and again in the
    /// background shortly before the credentials expire: five minutes before, or a quarter of their lifetime if that is
    /// less. If the provider fails then, the client uses the current credentials until they expire. It repeats the call
    /// after a second and then less often, down to twice a minute. The client loads credentials that do not expire
    /// again after 15 minutes of use. If the service rejects the credentials (`ExpiredToken`, `InvalidAccessKeyId` and
    /// similar), the client calls the provider at once, but at most once in five seconds, and repeats the call if it
    /// gets other credentials. If the provider fails, all calls that wait for it fail with its error. After several
    /// failures in a row, calls get the last error for up to a second before the client calls the provider again.
    /// `Credentials` themselves are never loaded again.
    #[must_use]
    pub fn credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Provider::new(provider);
        self
    }

    /// Sets how long a provider of credentials may take. Default: 10 seconds, and at most as long as an attempt. All
    /// calls that need credentials wait for it.
    #[must_use]
    pub fn credentials_timeout(mut self, limit: Duration) -> Self {
        self.timeouts.credentials = Some(limit);
        self
    }

    /// Sends calls without a signature and without credentials.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.credentials = Provider::anonymous();
        self
    }

    /// Sends calls to this URL instead of the endpoint of AWS: scheme, host, and a port or base path if needed. If the
    /// URL has a host name, the bucket becomes a part of that name. If it has an IP address, the bucket becomes a part
    /// of the path.
    #[must_use]
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// Uses endpoints with FIPS 140 cryptography. Default: off.
    #[must_use]
    pub fn use_fips(mut self, yes: bool) -> Self {
        self.use_fips = yes;
        self
    }

    /// Uses endpoints that answer over IPv4 and IPv6. Default: off.
    #[must_use]
    pub fn use_dual_stack(mut self, yes: bool) -> Self {
        self.use_dual_stack = yes;
        self
    }

    /// Allows plain `http` for calls whose answer holds a secret. Without it they need `https`,
    /// except on this machine itself.
    #[must_use]
    pub fn allow_http(mut self, yes: bool) -> Self {
        self.allow_http = yes;
        self
    }

    /// Sends requests through another transport. With the feature `reqwest`, a `reqwest::Client` is a transport.
    /// Without the feature `hyper` a client has none of its own, and needs this.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Adds a hook, which sees each attempt of each call and may add headers to it. Several hooks see the start of an
    /// attempt in the order in which they were added, and its end in the reverse order. Without hooks this costs
    /// nothing.
    #[must_use]
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.hooks.push(hook);
        self
    }

    /// Uses another clock. WebAssembly has none that Rust knows, so it is required there.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Takes region, endpoint and credentials from variables of the environment, if they are set: `AWS_REGION` or
    /// `AWS_DEFAULT_REGION`, `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL` (with the name of the service in place of
    /// `S3`), `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, `AWS_CA_BUNDLE` (a file with
    /// certificates to trust), `AWS_MAX_ATTEMPTS`, `AWS_REQUEST_CHECKSUM_CALCULATION` and
    /// `AWS_RESPONSE_CHECKSUM_VALIDATION`, and `AWS_S3_DISABLE_EXPRESS_SESSION_AUTH` (`true` turns sessions off). An
    /// empty variable counts as not set, but an empty `AWS_CA_BUNDLE` is an error.
    ///
    /// This does not read profiles, roles, single sign-on, containers or instance metadata. The crate `zonal-config`
    /// reads them, for [`settings`](Self::settings).
    ///
    /// # Errors
    ///
    /// If a variable is invalid. If there are no access keys, but `AWS_PROFILE` or another variable names another
    /// source of credentials, [`build`](Self::build) fails with an error that names it, unless
    /// [`credentials`](Self::credentials) is set.
    pub fn with_env(self) -> Result<Self, BuildError> {
        self.with_variables(|name| std::env::var_os(name))
    }

    fn with_variables(
        mut self,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, BuildError> {
        let read = |name: &str| match variable(name).filter(|value| !value.is_empty()) {
            None => Ok(None),
            Some(value) => match value.into_string() {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(BuildError::variable(name, "is not UTF-8")),
            },
        };
        let first = |names: [&str; 2]| match read(names[0])? {
            None => read(names[1]),
            found => Ok(found),
        };
        if let Some(region) = first(["AWS_REGION", "AWS_DEFAULT_REGION"])? {
            self.region = Some(region);
        }
        let service = self.service.name.to_ascii_uppercase().replace(' ', "_");
        let own_endpoint = format!("AWS_ENDPOINT_URL_{service}");
        if let Some(url) = first([&own_endpoint, "AWS_ENDPOINT_URL"])? {
            self.endpoint_url = Some(url);
        }
        if let Some(value) = read(sessions::VARIABLE)? {
            self.sessions.auth = Some(!sessions::is_disabled(&value)?);
        }
        #[cfg(feature = "hyper")]
        if variable(tls::VARIABLE).is_some() {
            let path = read(tls::VARIABLE)?;
            self = self.ca_bundle(tls::read(path.as_deref())?);
        }
        if let Some(number) = read(retries::VARIABLE)? {
            self.retries.max_attempts = retries::max_attempts(&number)?;
        }
        if let Some(when) = read(checksums::REQUEST)? {
            self.request_checksums = checksums::when(checksums::REQUEST, &when)?;
        }
        if let Some(when) = read(checksums::RESPONSE)? {
            self.response_checksums = checksums::when(checksums::RESPONSE, &when)?;
        }
        let (id, secret) = (read("AWS_ACCESS_KEY_ID")?, read("AWS_SECRET_ACCESS_KEY")?);
        let missing = "is missing although its other half is set";
        match (id, secret) {
            (Some(id), Some(secret)) => {
                let token = read("AWS_SESSION_TOKEN")?;
                let credentials = Credentials::new(id, secret, token, None, "environment");
                Ok(self.credentials(credentials))
            }
            (Some(_), None) => Err(BuildError::variable("AWS_SECRET_ACCESS_KEY", missing)),
            (None, Some(_)) => Err(BuildError::variable("AWS_ACCESS_KEY_ID", missing)),
            (None, None) => {
                let set =
                    |name: &&'static str| variable(name).is_some_and(|value| !value.is_empty());
                self.elsewhere = ELSEWHERE.iter().copied().find(set);
                Ok(self)
            }
        }
    }

    /// Checks the settings and builds the client. It sends no request.
    ///
    /// # Errors
    ///
    /// If a setting is missing or invalid.
    pub fn build(self) -> Result<C, BuildError> {
        if let Some(name) = self.elsewhere.filter(|_| self.credentials.is_missing()) {
            return Err(BuildError::CredentialsElsewhere(name));
        }
        let region = self.region.ok_or(match self.no_region {
            Some(reason) => BuildError::RegionNotFound(reason),
            None => BuildError::MissingRegion,
        })?;
        let is_unnamed = region.is_empty() && self.rules.is_some();
        if !is_host_label(&region) && !is_unnamed {
            return Err(BuildError::Region(shown(&region)));
        }
        let endpoint_url = self.endpoint_url.map(check_endpoint_url).transpose()?;
        self.timeouts.check()?;
        if self.retries.max_attempts == 0 {
            return Err(BuildError::NoAttempts);
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => self.connections.transport(self.timeouts.connect())?,
        };
        let (clock, random) = system::fill_in(self.clock, self.random)?;
        Ok(C::from(Core::new(Config {
            service: self.service,
            rules: self.rules.unwrap_or(self.service.rules),
            region,
            endpoint_url,
            use_fips: self.use_fips,
            use_dual_stack: self.use_dual_stack,
            allow_http: self.allow_http,
            endpoint_params: self.endpoint_params,
            compression: self.compression.check()?,
            credentials: self.credentials,
            sessions: self.sessions.check()?,
            timeouts: self.timeouts,
            request_checksums: self.request_checksums,
            response_checksums: self.response_checksums,
            retries: self.retries,
            resumptions: self.resumptions,
            hooks: self.hooks,
            transport,
            clock,
            random,
        })))
    }
}

impl<C> fmt::Debug for Builder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("service", &self.service.name)
            .field("region", &self.region)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// The variables that name a source of credentials outside of variables.
const ELSEWHERE: [&str; 5] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// Checks a custom endpoint; its scheme and host come back in lower case.
fn check_endpoint_url(url: String) -> Result<String, BuildError> {
    let refuse = |problem| {
        // the part before an `@` may be a password
        let visible = url.rsplit_once('@').map_or(&*url, |(_, rest)| rest);
        Err(BuildError::EndpointUrl {
            url: shown(visible),
            problem,
        })
    };
    let Some((scheme, rest)) = url.split_once("://") else {
        return refuse("it must start with https:// or http://");
    };
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return refuse("it must start with https:// or http://");
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return refuse("it must not hold a user name or password; use `credentials(…)`");
    }
    if rest.contains(['?', '#']) {
        return refuse("it must not have a query or a fragment");
    }
    if Url::parse(&Cow::Borrowed(&url)).is_none() {
        return refuse("its host, port or path is not well-formed");
    }
    let path = &rest[authority.len()..];
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    Ok(format!("{scheme}://{authority}{path}"))
}

/// Text from outside, made safe for an error message.
fn shown(text: &str) -> String {
    text.escape_default().take(100).collect()
}

#[cfg(test)]
mod tests;

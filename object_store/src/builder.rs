//! [`ZonalStoreBuilder`].

mod apply;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use zonal::{Builder, Client, ProvideCredentials, Secret};

use crate::BuildError;
use crate::config_key::ConfigKey;
use crate::store::ZonalStore;
use crate::url::Place;

/// How often a read resumes after its connection broke: as often as the stores of `object_store` do.
const RESUMPTIONS: u32 = 10;

/// A change of the client's settings.
type Change = Arc<dyn Fn(Builder<Client>) -> Builder<Client> + Send + Sync>;

/// Sets up a [`ZonalStore`].
///
/// You can set options by name, like those of `object_store`'s `AmazonS3Builder`, or with methods. A later setting
/// replaces an earlier one.
///
/// ```
/// # fn main() -> Result<(), zonal_object_store::BuildError> {
/// use zonal_object_store::ZonalStoreBuilder;
///
/// let store = ZonalStoreBuilder::new()
///     .with_url("s3://demo--usw2-az1--x-s3")?
///     .with_options([("aws_region", "us-west-2"), ("aws_access_key_id", "AKIDEXAMPLE")])?
///     .with_options([("aws_secret_access_key", "secret")])?
///     .build()?;
/// assert_eq!(store.to_string(), "ZonalStore(demo--usw2-az1--x-s3)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct ZonalStoreBuilder {
    values: BTreeMap<ConfigKey, Secret>,
    provider: Option<Arc<dyn ProvideCredentials>>,
    start: Option<Change>,
    finish: Option<Change>,
}

impl ZonalStoreBuilder {
    /// Creates a builder without settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a builder with settings from the environment: each variable `AWS_…` that is the name of a [`ConfigKey`]
    /// and is not empty.
    pub fn from_env() -> Self {
        let variables = std::env::vars_os();
        let variables = variables.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::from_variables(variables)
    }

    fn from_variables(variables: impl Iterator<Item = (String, String)>) -> Self {
        let mut builder = Self::new();
        for (name, value) in variables {
            match name.parse() {
                Ok(key) if name.starts_with("AWS_") && !value.is_empty() => {
                    builder = builder.with_config(key, value);
                }
                _ => {}
            }
        }
        builder
    }

    /// Sets the bucket, and the region if the URL has one, from a URL: `s3://BUCKET`, `s3a://BUCKET` or
    /// `https://BUCKET.s3express-ZONE.REGION.amazonaws.com`. The path of the URL is ignored.
    ///
    /// # Errors
    ///
    /// If it is not the URL of a directory bucket.
    pub fn with_url(self, url: &str) -> Result<Self, BuildError> {
        let parsed = url::Url::parse(url).ok();
        match parsed.and_then(|url| Place::of(&url)) {
            Some(place) => Ok(self.with_place(place)),
            None => Err(BuildError::of_url(url)),
        }
    }

    pub(crate) fn with_place(self, place: Place) -> Self {
        let mut builder = self.with_bucket_name(place.bucket);
        if let Some(region) = place.region {
            builder = builder.with_region(region);
        }
        for (yes, key) in [
            (place.use_fips, ConfigKey::UseFips),
            (place.use_dual_stack, ConfigKey::UseDualStack),
        ] {
            if yes {
                builder = builder.with_config(key, "true");
            }
        }
        builder
    }

    /// Sets an option. Its value is checked when the store is built.
    #[must_use]
    pub fn with_config(mut self, key: ConfigKey, value: impl Into<String>) -> Self {
        self.values.insert(key, Secret::from(value.into()));
        self
    }

    /// Sets options by their names.
    ///
    /// # Errors
    ///
    /// If a name is not the name of a [`ConfigKey`].
    pub fn with_options<I, K, V>(mut self, options: I) -> Result<Self, BuildError>
    where
        I: IntoIterator<Item = (K, V)>,
        K: AsRef<str>,
        V: Into<String>,
    {
        for (key, value) in options {
            self = self.with_config(key.as_ref().parse()?, value);
        }
        Ok(self)
    }

    /// Sets the bucket, with its zone: `demo--usw2-az1--x-s3`. Required.
    #[must_use]
    pub fn with_bucket_name(self, bucket: impl Into<String>) -> Self {
        self.with_config(ConfigKey::Bucket, bucket)
    }

    /// Sets the region of the bucket's zone. Required, unless an endpoint or
    /// [`with_client_defaults`](Self::with_client_defaults) sets it.
    #[must_use]
    pub fn with_region(self, region: impl Into<String>) -> Self {
        self.with_config(ConfigKey::Region, region)
    }

    /// Sets the endpoint of requests, in place of AWS; see [`ConfigKey::Endpoint`].
    #[must_use]
    pub fn with_endpoint(self, url: impl Into<String>) -> Self {
        self.with_config(ConfigKey::Endpoint, url)
    }

    /// The access key id.
    #[must_use]
    pub fn with_access_key_id(self, id: impl Into<String>) -> Self {
        self.with_config(ConfigKey::AccessKeyId, id)
    }

    /// The secret access key.
    #[must_use]
    pub fn with_secret_access_key(self, secret: impl Into<String>) -> Self {
        self.with_config(ConfigKey::SecretAccessKey, secret)
    }

    /// The session token of temporary credentials.
    #[must_use]
    pub fn with_token(self, token: impl Into<String>) -> Self {
        self.with_config(ConfigKey::Token, token)
    }

    /// Sets the source of credentials: any provider of the AWS ecosystem, such as that of `aws-config`. It takes
    /// precedence over access keys in the options. The client caches the credentials until shortly before they expire.
    #[must_use]
    pub fn with_credentials(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.provider = Some(Arc::new(provider));
        self
    }

    /// Sets defaults of the client, such as a profile from the AWS configuration files. Options take precedence over
    /// them. With the crate `zonal-config`:
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let settings = zonal_config::Loader::new().profile("production").load().await?;
    /// let store = zonal_object_store::ZonalStoreBuilder::new()
    ///     .with_client_defaults(move |client| client.settings(settings.clone()))
    ///     .with_bucket_name("demo--usw2-az1--x-s3")
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_client_defaults(
        mut self,
        change: impl Fn(Builder<Client>) -> Builder<Client> + Send + Sync + 'static,
    ) -> Self {
        self.start = Some(Arc::new(change));
        self
    }

    /// Changes settings of the client that have no option, such as sessions, retries, transport or clock. The builder
    /// applies this after all options, once for each store that it builds.
    #[must_use]
    pub fn with_client_settings(
        mut self,
        change: impl Fn(Builder<Client>) -> Builder<Client> + Send + Sync + 'static,
    ) -> Self {
        self.finish = Some(Arc::new(change));
        self
    }

    /// Checks the settings and builds the store. It sends no request.
    ///
    /// # Errors
    ///
    /// If an option is invalid or missing.
    pub fn build(self) -> Result<ZonalStore, BuildError> {
        self.check_effects()?;
        let bucket = self.text(ConfigKey::Bucket);
        let bucket = bucket.ok_or(BuildError::missing("bucket", ConfigKey::Bucket))?;
        let mut client = Client::builder();
        if let Some(start) = &self.start {
            client = start(client);
        }
        let endpoint = self
            .text(ConfigKey::S3Endpoint)
            .or(self.text(ConfigKey::Endpoint));
        if let Some(url) = endpoint {
            client = client.endpoint_url(without_bucket(url, bucket));
        }
        let region = self
            .text(ConfigKey::Region)
            .or(self.text(ConfigKey::DefaultRegion))
            .or(endpoint.map(|_| "us-east-1"));
        client = match (region, &self.start) {
            (Some(region), _) => client.region(region),
            (None, Some(_)) => client,
            (None, None) => return Err(BuildError::missing("region", ConfigKey::Region)),
        };
        client = self.identify(client)?;
        client = self.protect(client)?;
        client = self.connect(client)?;
        client = client.resume_reads(RESUMPTIONS);
        if let Some(finish) = &self.finish {
            client = finish(client);
        }
        let client = client.build().map_err(BuildError::of_client)?;
        Ok(ZonalStore::with(client, bucket.to_owned(), self.options()?))
    }
}

/// Removes the bucket from the host of an endpoint: `object_store` wants it there for virtual-hosted requests, but the
/// client adds it itself.
fn without_bucket(url: &str, bucket: &str) -> String {
    let host = format!("://{bucket}.");
    if url.contains(&host) {
        url.replacen(&host, "://", 1)
    } else {
        url.to_owned()
    }
}

impl fmt::Debug for ZonalStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.values.iter().map(|(key, value)| {
            let value = if key.is_public() {
                value.expose()
            } else {
                "***"
            };
            (key.as_ref(), value)
        });
        let shown: BTreeMap<_, _> = shown.collect();
        f.debug_struct("ZonalStoreBuilder")
            .field("options", &shown)
            .field("provider", &self.provider.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

//! Applies the options of a builder to the client and the store.

use std::sync::Arc;
use std::time::Duration;

use zonal::session::Encryption;
use zonal::types::ChecksumAlgorithm;
use zonal::{Builder, Checksums, Client, Credentials};

use super::ZonalStoreBuilder;
use crate::BuildError;
use crate::config_key::{ConfigKey, Effect};
use crate::store::Options;

impl ZonalStoreBuilder {
    /// Refuses options that are not supported, unless they are off.
    pub(super) fn check_effects(&self) -> Result<(), BuildError> {
        for (key, value) in &self.values {
            match key.effect() {
                Effect::Refused(reason) if parse_bool(value.expose()) != Some(false) => {
                    return Err(BuildError::of_value(*key, reason));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Sets the credentials.
    pub(super) fn identify(&self, client: Builder<Client>) -> Result<Builder<Client>, BuildError> {
        if self.is(ConfigKey::SkipSignature)? == Some(true) {
            return Ok(client.anonymous());
        }
        if let Some(provider) = &self.provider {
            return Ok(client.credentials(Arc::clone(provider)));
        }
        let id = self.text(ConfigKey::AccessKeyId);
        match (id, self.text(ConfigKey::SecretAccessKey)) {
            (Some(id), Some(secret)) => {
                let token = self.text(ConfigKey::Token).map(str::to_owned);
                let keys = Credentials::new(id, secret, token, None, "zonal-object-store");
                Ok(client.credentials(keys))
            }
            (Some(_), None) => {
                let key = ConfigKey::SecretAccessKey;
                Err(BuildError::missing("secret access key", key))
            }
            (None, Some(_)) => Err(BuildError::missing("access key id", ConfigKey::AccessKeyId)),
            (None, None) => {
                let mut keys = self.values.keys();
                match keys.find(|key| key.effect() == Effect::Provider) {
                    _ if self.start.is_some() => Ok(client),
                    None => Ok(client),
                    Some(key) => Err(BuildError::of_value(
                        *key,
                        "this source of credentials needs a provider: pass the one of the crate zonal-config \
                         to with_client_defaults, or any other to with_credentials",
                    )),
                }
            }
        }
    }

    /// Sets encryption and checksums.
    pub(super) fn protect(
        &self,
        mut client: Builder<Client>,
    ) -> Result<Builder<Client>, BuildError> {
        if let Some(disabled) = self.is(ConfigKey::DisableSessionAuth)? {
            client = client.session_auth(!disabled);
        }
        if let Some(encryption) = self.encryption()? {
            client = client.session_encryption(encryption);
        }
        if let Some(when) = self.checksums(ConfigKey::RequestChecksums)? {
            client = client.request_checksums(when);
        }
        if let Some(when) = self.checksums(ConfigKey::ResponseChecksums)? {
            client = client.response_checksums(when);
        }
        if let Some(path) = self.text(ConfigKey::CaBundle) {
            let pem = std::fs::read(path).map_err(|error| {
                let problem = format!("the file {path:?} cannot be read: {error}");
                BuildError::of_value(ConfigKey::CaBundle, problem)
            })?;
            client = client.ca_bundle(pem);
        }
        if let Some(yes) = self.is(ConfigKey::AllowHttp)? {
            client = client.allow_http(yes);
        }
        Ok(client)
    }

    fn encryption(&self) -> Result<Option<Encryption>, BuildError> {
        let algorithm = self.text(ConfigKey::ServerSideEncryption);
        match (algorithm, self.text(ConfigKey::KmsKeyId)) {
            (None, None) => Ok(None),
            (Some("AES256"), None) => Ok(Some(Encryption::aes256())),
            (None | Some("aws:kms"), Some(key)) => Ok(Some(Encryption::kms(key))),
            (Some("aws:kms"), None) => Err(BuildError::missing("KMS key", ConfigKey::KmsKeyId)),
            (Some(_), _) => Err(BuildError::of_value(
                ConfigKey::ServerSideEncryption,
                "directory buckets accept AES256 without a key, and aws:kms with a key",
            )),
        }
    }

    fn checksums(&self, key: ConfigKey) -> Result<Option<Checksums>, BuildError> {
        match self.text(key).map(str::to_ascii_uppercase).as_deref() {
            None => Ok(None),
            Some("WHEN_SUPPORTED") => Ok(Some(Checksums::WhenSupported)),
            Some("WHEN_REQUIRED") => Ok(Some(Checksums::WhenRequired)),
            Some(_) => Err(BuildError::of_value(
                key,
                "it is neither WHEN_SUPPORTED nor WHEN_REQUIRED",
            )),
        }
    }

    /// Sets connections, timeouts and retries.
    pub(super) fn connect(
        &self,
        mut client: Builder<Client>,
    ) -> Result<Builder<Client>, BuildError> {
        if let Some(yes) = self.is(ConfigKey::UseFips)? {
            client = client.use_fips(yes);
        }
        if let Some(yes) = self.is(ConfigKey::UseDualStack)? {
            client = client.use_dual_stack(yes);
        }
        if let Some(number) = self.text(ConfigKey::MaxAttempts) {
            let problem = "it is not a number of at least 1";
            let number = number.trim().parse();
            client = client.max_attempts(
                number.map_err(|_| BuildError::of_value(ConfigKey::MaxAttempts, problem))?,
            );
        }
        if let Some(limit) = self.time(ConfigKey::ConnectTimeout)? {
            client = client.connect_timeout(limit);
        }
        if let Some(limit) = self.time(ConfigKey::ReadTimeout)? {
            client = client.read_timeout(limit);
        }
        if let Some(limit) = self.time(ConfigKey::Timeout)? {
            client = client.attempt_timeout(limit);
        }
        if let Some(limit) = self.time(ConfigKey::PoolIdleTimeout)? {
            client = client.idle_timeout(limit);
        }
        Ok(client)
    }

    pub(super) fn options(&self) -> Result<Options, BuildError> {
        let checksum = match self.text(ConfigKey::Checksum) {
            None => None,
            Some(name) => Some(checksum(name)?),
        };
        let disabled = self.is(ConfigKey::DisableBulkDelete)?;
        Ok(Options {
            checksum,
            content_type: self.text(ConfigKey::DefaultContentType).map(str::to_owned),
            bulk_delete: disabled != Some(true),
            ..Options::default()
        })
    }

    pub(super) fn text(&self, key: ConfigKey) -> Option<&str> {
        Some(self.values.get(&key)?.expose())
    }

    fn is(&self, key: ConfigKey) -> Result<Option<bool>, BuildError> {
        let Some(text) = self.text(key) else {
            return Ok(None);
        };
        let yes = parse_bool(text);
        let yes = yes.ok_or_else(|| BuildError::of_value(key, "it is neither true nor false"))?;
        Ok(Some(yes))
    }

    fn time(&self, key: ConfigKey) -> Result<Option<Duration>, BuildError> {
        let Some(text) = self.text(key) else {
            return Ok(None);
        };
        let time = humantime::parse_duration(text);
        let problem = "it is not a duration such as `30s` or `1m 30s`";
        Ok(Some(time.map_err(|_| BuildError::of_value(key, problem))?))
    }
}

fn checksum(name: &str) -> Result<ChecksumAlgorithm, BuildError> {
    let algorithm = ChecksumAlgorithm::from(name.to_ascii_uppercase().as_str());
    match algorithm {
        ChecksumAlgorithm::Unknown(_) => Err(BuildError::of_value(
            ConfigKey::Checksum,
            "directory buckets accept crc32, crc32c, crc64nvme, sha1 and sha256",
        )),
        known => Ok(known),
    }
}

/// The words that `object_store` accepts.
fn parse_bool(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "on" | "yes" | "y" => Some(true),
        "0" | "false" | "off" | "no" | "n" => Some(false),
        _ => None,
    }
}

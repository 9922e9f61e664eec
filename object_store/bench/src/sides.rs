//! Our store and the rival.

use object_store::aws::AmazonS3Builder;
use object_store::{Certificate, ClientOptions, ObjectStore};
use zonal_object_store::{ConfigKey, ZonalStoreBuilder};
use zonal_object_store_bench::Loopback;

use crate::Error;
use crate::server::{BUCKET, KEY, SECRET};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Side {
    AmazonS3,
    /// The same, which does not hash the bodies that it sends.
    Unhashed,
    /// Ours with the checksums of that.
    Same,
    /// Ours as it is.
    Default,
}

impl Side {
    pub(crate) const ALL: [Self; 4] = [Self::AmazonS3, Self::Unhashed, Self::Same, Self::Default];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AmazonS3 => "AmazonS3",
            Self::Unhashed => "unhashed",
            Self::Same => "same",
            Self::Default => "default",
        }
    }

    pub(crate) fn of(name: &str) -> Result<Self, Error> {
        let mut sides = Self::ALL.into_iter();
        let side = sides.find(|side| side.name() == name);
        side.ok_or_else(|| format!("there is no side {name}").into())
    }

    /// The store, which trusts this certificate.
    pub(crate) fn store(
        self,
        url: &str,
        certificate: Option<&str>,
    ) -> Result<Box<dyn ObjectStore>, Error> {
        match self {
            Self::AmazonS3 | Self::Unhashed => self.rival(url, certificate),
            Self::Same | Self::Default => self.ours(url, certificate),
        }
    }

    fn rival(self, url: &str, certificate: Option<&str>) -> Result<Box<dyn ObjectStore>, Error> {
        let mut options = ClientOptions::default().with_allow_http(true);
        if let Some(certificate) = certificate {
            let certificate = Certificate::from_pem(certificate.as_bytes())?;
            options = options.with_root_certificate(certificate);
        }
        let builder = AmazonS3Builder::new()
            .with_s3_express(true)
            .with_bucket_name(BUCKET)
            .with_region("us-west-2")
            .with_endpoint(url)
            .with_access_key_id(KEY)
            .with_secret_access_key(SECRET)
            .with_unsigned_payload(self == Self::Unhashed)
            .with_http_connector(Loopback(url.parse()?))
            .with_client_options(options);
        Ok(Box::new(builder.build()?))
    }

    fn ours(self, url: &str, certificate: Option<&str>) -> Result<Box<dyn ObjectStore>, Error> {
        let mut builder = ZonalStoreBuilder::new()
            .with_bucket_name(BUCKET)
            .with_region("us-west-2")
            .with_endpoint(url)
            .with_access_key_id(KEY)
            .with_secret_access_key(SECRET);
        if self == Self::Same {
            for key in [ConfigKey::RequestChecksums, ConfigKey::ResponseChecksums] {
                builder = builder.with_config(key, "WHEN_REQUIRED");
            }
        }
        if let Some(certificate) = certificate.map(str::to_owned) {
            builder = builder.with_client_settings(move |client| client.ca_bundle(&*certificate));
        }
        Ok(Box::new(builder.build()?))
    }
}

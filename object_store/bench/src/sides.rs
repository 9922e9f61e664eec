//! Our store and the rival.

use object_store::aws::AmazonS3Builder;
use object_store::{ClientOptions, ObjectStore};
use zonal_object_store::{ConfigKey, ZonalStoreBuilder};
use zonal_object_store_bench::Loopback;

use crate::Error;
use crate::server::{BUCKET, KEY, SECRET};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Side {
    AmazonS3,
    /// Ours with its checksums.
    Same,
    /// Ours as it is.
    Default,
}

impl Side {
    pub(crate) const ALL: [Self; 3] = [Self::AmazonS3, Self::Same, Self::Default];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AmazonS3 => "AmazonS3",
            Self::Same => "same",
            Self::Default => "default",
        }
    }

    pub(crate) fn of(name: &str) -> Result<Self, Error> {
        let mut sides = Self::ALL.into_iter();
        let side = sides.find(|side| side.name() == name);
        side.ok_or_else(|| format!("there is no side {name}").into())
    }

    pub(crate) fn store(self, url: &str) -> Result<Box<dyn ObjectStore>, Error> {
        if self == Self::AmazonS3 {
            let builder = AmazonS3Builder::new()
                .with_s3_express(true)
                .with_bucket_name(BUCKET)
                .with_region("us-west-2")
                .with_endpoint(url)
                .with_access_key_id(KEY)
                .with_secret_access_key(SECRET)
                .with_http_connector(Loopback(url.parse()?))
                .with_client_options(ClientOptions::default().with_allow_http(true));
            return Ok(Box::new(builder.build()?));
        }
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
        Ok(Box::new(builder.build()?))
    }
}

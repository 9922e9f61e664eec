//! Our store and `object_store`'s own.

use std::sync::Arc;

use object_store_0_13::aws::AmazonS3Builder;
use object_store_0_13::{ClientOptions, ObjectStore};
use zonal_object_store_bench::Loopback;
use zonal_peer::Peer;

use crate::{Error, lab};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Rival,
    Ours,
}

impl Side {
    pub(super) const ALL: [Self; 2] = [Self::Rival, Self::Ours];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rival => "AmazonS3",
            Self::Ours => "ZonalStore",
        }
    }

    pub(super) fn of(name: &str) -> Result<Self, Error> {
        let mut sides = Self::ALL.into_iter();
        let side = sides.find(|side| side.name() == name);
        side.ok_or_else(|| format!("there is no side {name}").into())
    }

    /// The service that it signs requests for.
    pub(super) fn signing_name(self) -> &'static str {
        match self {
            Self::Rival => "s3",
            Self::Ours => "s3express",
        }
    }

    pub(super) fn store(self, endpoint: &str) -> Result<Arc<dyn ObjectStore>, Error> {
        if self == Self::Ours {
            return Ok(Arc::new(lab::builder(endpoint)?.build()?));
        }
        let builder = AmazonS3Builder::new()
            .with_s3_express(true)
            .with_bucket_name(Peer::BUCKET)
            .with_region(Peer::REGION)
            .with_endpoint(endpoint)
            .with_access_key_id(Peer::ACCESS_KEY_ID)
            .with_secret_access_key(Peer::SECRET_ACCESS_KEY)
            .with_http_connector(Loopback(endpoint.parse()?))
            .with_client_options(ClientOptions::default().with_allow_http(true));
        Ok(Arc::new(builder.build()?))
    }
}

//! Our store and `object_store`'s own.

use std::sync::Arc;

use async_trait::async_trait;
use http::Uri;
use object_store_0_13::aws::AmazonS3Builder;
use object_store_0_13::client::{
    HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};
use object_store_0_13::{ClientOptions, ObjectStore};
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

/// Opens the rival's sessions at the peer: it has no setting for where that is. The host that it signed stays in its
/// header.
#[derive(Debug)]
struct Loopback(Uri);

#[derive(Debug)]
struct Redirected(HttpClient, Uri);

impl HttpConnector for Loopback {
    fn connect(&self, options: &ClientOptions) -> object_store_0_13::Result<HttpClient> {
        let client = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(Redirected(client, self.0.clone())))
    }
}

#[async_trait]
impl HttpService for Redirected {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        if request.uri().query() == Some("session") {
            let mut parts = self.1.clone().into_parts();
            parts.path_and_query = request.uri().path_and_query().cloned();
            *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
        }
        self.0.execute(request).await
    }
}

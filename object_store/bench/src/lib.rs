//! What all comparisons with `object_store::aws::AmazonS3` need.

pub mod clock;
mod steady;

use async_trait::async_trait;
use http::Uri;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};
use object_store::{ClientOptions, Result};

pub use steady::{Times, read, read_steadily};

/// Opens the sessions of `AmazonS3` at this server: it has no setting for where that is. The host that it signed stays
/// in its header.
#[derive(Debug)]
pub struct Loopback(pub Uri);

#[derive(Debug)]
struct Redirected(HttpClient, Uri);

impl HttpConnector for Loopback {
    fn connect(&self, options: &ClientOptions) -> Result<HttpClient> {
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

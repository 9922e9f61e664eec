//! `Signer`.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use url::Url;

use super::object_store::Result;
use super::object_store::path::Path;
use super::object_store::signer::Signer;
use crate::ZonalStore;
use crate::sign::Extras;

/// Signs URLs with IAM credentials, because a session would expire within five minutes. A URL is valid for at most
/// seven days, and no longer than the credentials.
#[async_trait]
impl Signer for ZonalStore {
    async fn signed_url(&self, method: Method, path: &Path, expires_in: Duration) -> Result<Url> {
        let signed = self.sign(method, path.as_ref(), expires_in, Extras::default());
        Ok(signed.await?)
    }
}

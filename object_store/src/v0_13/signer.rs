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

/// URLs are signed with the account's credentials and not in a session, which would end within five minutes.
/// They last for seven days at most, and no longer than the credentials.
#[async_trait]
impl Signer for ZonalStore {
    async fn signed_url(&self, method: Method, path: &Path, expires_in: Duration) -> Result<Url> {
        let signed = self.sign(method, path.as_ref(), expires_in, Extras::default());
        Ok(signed.await?)
    }
}

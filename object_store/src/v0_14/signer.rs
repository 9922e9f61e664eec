//! `Signer`.

use std::time::Duration;

use async_trait::async_trait;

use super::object_store::Result;
use super::object_store::path::Path;
use super::object_store::signer::{Method, SignedUrlOptions, Signer, Url};
use crate::ZonalStore;
use crate::failure::{Failure, Kind};
use crate::sign::Extras;

/// Signs URLs with IAM credentials, because a session would expire within five minutes. A URL is valid for at most
/// seven days, and no longer than the credentials.
#[async_trait]
impl Signer for ZonalStore {
    async fn signed_url(&self, method: Method, path: &Path, expires_in: Duration) -> Result<Url> {
        let signed = self.sign(method, path.as_ref(), expires_in, Extras::default());
        Ok(signed.await?)
    }

    /// You can also sign `partNumber` with `uploadId` for a `PUT`, the queries `response-…` for a `GET`, and the
    /// headers `content-type`, `content-encoding`, `cache-control`, `content-disposition`, `content-language`,
    /// `if-match`, `if-none-match` and `x-amz-meta-…` for the `PUT` of an object. Anything else is `NotSupported`.
    async fn signed_url_opts(
        &self,
        method: Method,
        path: &Path,
        expires_in: Duration,
        options: &SignedUrlOptions,
    ) -> Result<Url> {
        let extras = extras(options, path.as_ref())?;
        let signed = self.sign(method, path.as_ref(), expires_in, extras);
        Ok(signed.await?)
    }
}

fn extras(options: &SignedUrlOptions, key: &str) -> Result<Extras, Failure> {
    let queries = options.extra_query.iter();
    let queries = queries.map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let headers = options.signed_headers.iter().map(|(name, value)| {
        let text = value.to_str().map_err(|_| {
            let problem = format!("the header {name} is not text");
            Failure::new(Kind::NotSupported, key, problem)
        })?;
        Ok((name.as_str().to_owned(), text.to_owned()))
    });
    Ok(Extras {
        queries: queries.collect(),
        headers: headers.collect::<Result<_, Failure>>()?,
    })
}

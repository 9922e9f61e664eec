//! `Signer`.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use zonal::operation::{DeleteObject, GetObject, HeadObject, PutObject, UploadPart};
use zonal::{AnyError, PresignedRequest};

use super::object_store::path::Path;
use super::object_store::signer::{HeaderMap, Method, SignedUrlOptions, Signer, Url};
use super::object_store::{Error, Result};
use crate::ZonalStore;
use crate::failure::{Failure, Kind};

/// URLs are signed with the account's credentials and not in a session, which would end within five minutes.
/// They last for seven days at most, and no longer than the credentials.
#[async_trait]
impl Signer for ZonalStore {
    async fn signed_url(&self, method: Method, path: &Path, expires_in: Duration) -> Result<Url> {
        let options = SignedUrlOptions::default();
        self.signed_url_opts(method, path, expires_in, &options)
            .await
    }

    /// What can be signed besides: `partNumber` with `uploadId` for a `PUT`, the queries
    /// `response-…` for a `GET`, and the headers `content-type`, `content-encoding`, `cache-control`,
    /// `content-disposition`, `content-language`, `if-match`, `if-none-match` and `x-amz-meta-…` for the
    /// `PUT` of an object. Anything else is `NotSupported`.
    async fn signed_url_opts(
        &self,
        method: Method,
        path: &Path,
        expires_in: Duration,
        options: &SignedUrlOptions,
    ) -> Result<Url> {
        let mut extras = Extras::of(options, path)?;
        let (bucket, key) = (self.bucket(), path.as_ref());
        let client = self.client();
        let presigned = match method {
            Method::GET => {
                let request = GetObject::new(bucket, key)
                    .set_response_cache_control(extras.query("response-cache-control"))
                    .set_response_content_disposition(extras.query("response-content-disposition"))
                    .set_response_content_encoding(extras.query("response-content-encoding"))
                    .set_response_content_language(extras.query("response-content-language"))
                    .set_response_content_type(extras.query("response-content-type"));
                let signed = client.presign(request, expires_in.into()).await;
                signed.map_err(AnyError::from)
            }
            Method::HEAD => {
                let request = HeadObject::new(bucket, key);
                let signed = client.presign(request, expires_in.into()).await;
                signed.map_err(AnyError::from)
            }
            Method::DELETE => {
                let request = DeleteObject::new(bucket, key);
                let signed = client.presign(request, expires_in.into()).await;
                signed.map_err(AnyError::from)
            }
            Method::PUT => match (extras.query("uploadid"), extras.query("partnumber")) {
                (Some(id), Some(number)) => {
                    let number = number.parse();
                    let number = number.map_err(|_| refused(path, "partNumber is no number"))?;
                    let request = UploadPart::new(bucket, key, number, id);
                    let signed = client.presign(request, expires_in.into()).await;
                    signed.map_err(AnyError::from)
                }
                (None, None) => {
                    let request = extras.of_put(PutObject::new(bucket, key));
                    let signed = client.presign(request, expires_in.into()).await;
                    signed.map_err(AnyError::from)
                }
                _ => return Err(refused(path, "partNumber and uploadId belong together")),
            },
            other => return Err(refused(path, &format!("no URL is signed for {other}"))),
        };
        extras.check_used(path)?;
        let presigned = presigned.map_err(|error| Failure::of_any(error, key))?;
        check_headers(&presigned, &options.signed_headers, path)?;
        presigned
            .url
            .parse()
            .map_err(|error| Failure::generic(key, error).into())
    }
}

/// What is to be signed besides, by lower-case name.
struct Extras {
    queries: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
}

impl Extras {
    fn of(options: &SignedUrlOptions, path: &Path) -> Result<Self> {
        let queries = options.extra_query.iter();
        let queries = queries.map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
        let headers = options.signed_headers.iter().map(|(name, value)| {
            let problem = || refused(path, &format!("the header {name} is no text"));
            let value = value.to_str().map_err(|_| problem())?;
            Ok((name.as_str().to_owned(), value.to_owned()))
        });
        Ok(Self {
            queries: queries.collect(),
            headers: headers.collect::<Result<_>>()?,
        })
    }

    fn query(&mut self, name: &str) -> Option<String> {
        self.queries.remove(name)
    }

    fn of_put(&mut self, request: PutObject) -> PutObject {
        let names = self.headers.keys().cloned();
        let names: Vec<_> = names
            .filter(|name| name.starts_with("x-amz-meta-"))
            .collect();
        let metadata: BTreeMap<_, _> = names
            .into_iter()
            .filter_map(|name| {
                let value = self.headers.remove(&name)?;
                Some((name.trim_start_matches("x-amz-meta-").to_owned(), value))
            })
            .collect();
        request
            .set_metadata(Some(metadata).filter(|metadata| !metadata.is_empty()))
            .set_content_type(self.headers.remove("content-type"))
            .set_content_encoding(self.headers.remove("content-encoding"))
            .set_content_language(self.headers.remove("content-language"))
            .set_content_disposition(self.headers.remove("content-disposition"))
            .set_cache_control(self.headers.remove("cache-control"))
            .set_if_match(self.headers.remove("if-match"))
            .set_if_none_match(self.headers.remove("if-none-match"))
    }

    fn check_used(&self, path: &Path) -> Result<()> {
        let mut left = self.queries.keys().chain(self.headers.keys());
        match left.next() {
            None => Ok(()),
            Some(name) => Err(refused(path, &format!("{name} cannot be signed here"))),
        }
    }
}

/// Whoever has the URL knows of no other headers than those that were asked for.
fn check_headers(presigned: &PresignedRequest, asked: &HeaderMap, path: &Path) -> Result<()> {
    let mut names = presigned.headers.keys();
    match names.find(|name| !asked.contains_key(*name)) {
        None => Ok(()),
        Some(name) => Err(refused(
            path,
            &format!("the URL would need the header {name}"),
        )),
    }
}

fn refused(path: &Path, problem: &str) -> Error {
    Failure::new(Kind::NotSupported, path.as_ref(), problem).into()
}

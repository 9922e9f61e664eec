//! Presigned URLs.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use url::Url;
use zonal::operation::{DeleteObject, GetObject, HeadObject, PutObject, UploadPart};
use zonal::{AnyError, PresignedRequest};

use crate::ZonalStore;
use crate::failure::{Failure, Kind};

/// Further headers and queries to sign, by lower-case name.
#[derive(Default)]
pub(crate) struct Extras {
    pub(crate) queries: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<String, String>,
}

impl ZonalStore {
    /// Signs with IAM credentials, because a session would expire within five minutes.
    pub(crate) async fn sign(
        &self,
        method: Method,
        key: &str,
        expires_in: Duration,
        mut extras: Extras,
    ) -> Result<Url, Failure> {
        let asked: Vec<_> = extras.headers.keys().cloned().collect();
        let (bucket, client) = (self.bucket(), self.client());
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
                    let number = number.map_err(|_| refused(key, "partNumber is not a number"))?;
                    let request = UploadPart::new(bucket, key, number, id);
                    let signed = client.presign(request, expires_in.into()).await;
                    signed.map_err(AnyError::from)
                }
                (None, None) => {
                    let request = extras.of_put(PutObject::new(bucket, key));
                    let signed = client.presign(request, expires_in.into()).await;
                    signed.map_err(AnyError::from)
                }
                _ => return Err(refused(key, "partNumber and uploadId belong together")),
            },
            other => return Err(refused(key, &format!("URLs cannot be signed for {other}"))),
        };
        extras.check_used(key)?;
        let presigned = presigned.map_err(|error| Failure::of_any(error, key))?;
        check_headers(&presigned, &asked, key)?;
        let url = presigned.url.parse();
        url.map_err(|error| Failure::generic(key, error))
    }
}

impl Extras {
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

    fn check_used(&self, key: &str) -> Result<(), Failure> {
        let mut left = self.queries.keys().chain(self.headers.keys());
        match left.next() {
            None => Ok(()),
            Some(name) => Err(refused(key, &format!("{name} cannot be signed here"))),
        }
    }
}

/// The user of the URL sends only the headers that the caller named.
fn check_headers(presigned: &PresignedRequest, asked: &[String], key: &str) -> Result<(), Failure> {
    let mut names = presigned.headers.keys();
    match names.find(|name| !asked.iter().any(|asked| asked == name.as_str())) {
        None => Ok(()),
        Some(name) => Err(refused(
            key,
            &format!("the URL would need the header {name}"),
        )),
    }
}

fn refused(key: &str, problem: &str) -> Failure {
    Failure::new(Kind::NotSupported, key, problem)
}

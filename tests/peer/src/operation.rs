//! The operations the peer performs. The others are answered with `NotImplemented`, after authentication.

mod create_session;
mod head_bucket;
mod list_directory_buckets;

use crate::config::Config;
use crate::error::S3Error;
use crate::http::{Reply, Request, Target};
use crate::identity::Identity;
use crate::route::{Operation, Route};
use crate::store::Store;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

/// What a bucket's policy forbids.
#[derive(Debug, Default)]
pub(crate) struct Policy {
    /// `CreateSession` must not give `ReadWrite` sessions.
    pub(crate) deny_read_write: AtomicBool,
}

/// An authenticated request on its way to its operation.
pub(crate) struct Call<'a> {
    pub(crate) request: &'a Request,
    pub(crate) target: &'a Target,
    pub(crate) route: &'a Route,
    pub(crate) identity: &'a Identity,
    pub(crate) config: &'a Config,
    pub(crate) policy: &'a Policy,
    pub(crate) store: &'a Store,
    pub(crate) now: SystemTime,
}

impl Call<'_> {
    /// The request's bucket, which has to exist.
    fn existing_bucket(&self) -> Result<&str, S3Error> {
        let bucket = self.route.bucket.as_deref().unwrap_or_default();
        if self.store.has_bucket(bucket) {
            Ok(bucket)
        } else {
            Err(S3Error::no_such_bucket(bucket))
        }
    }

    /// A header that may be there once.
    fn header(&self, name: &str) -> Result<Option<String>, S3Error> {
        let found = self.request.headers.single_text(name);
        found.map_err(|duplicate| {
            S3Error::invalid_request(format!("The header {} is there twice.", duplicate.0))
        })
    }
}

/// Performs the operation.
pub(crate) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    match call.route.operation {
        Operation::CreateSession => create_session::perform(call),
        Operation::HeadBucket => head_bucket::perform(call),
        Operation::ListDirectoryBuckets => list_directory_buckets::perform(call),
        _ => Err(S3Error::not_implemented(
            "This peer does not perform the operation you asked for.",
        )),
    }
}

//! The operations of directory buckets. Everything else is answered with `NotImplemented`, after authentication.

mod abort_multipart_upload;
mod bucket_encryption;
mod bucket_lifecycle;
mod bucket_policy;
mod bucket_reports;
mod claim;
mod complete_multipart_upload;
mod conditions;
mod copy_object;
mod create_bucket;
mod create_multipart_upload;
mod create_session;
mod delete_bucket;
mod delete_object;
mod delete_objects;
mod describe;
mod details;
mod encryption;
mod get_object;
mod get_object_attributes;
mod head_bucket;
mod list_directory_buckets;
mod list_multipart_uploads;
mod list_objects;
mod list_parts;
mod page;
mod put_object;
mod range;
mod refused;
mod rename_object;
mod source;
mod upload_part;

use crate::config::Config;
use crate::contents::Contents;
use crate::error::S3Error;
use crate::http::{Reply, Request, Target};
use crate::identity::Identity;
use crate::payload::Payload;
use crate::route::{Operation, Route};
use crate::settings::Settings;
use crate::store::Store;
use bytes::Bytes;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

/// The longest key, in bytes.
const MAX_KEY: usize = 1024;

/// What a bucket's policy forbids.
#[derive(Debug, Default)]
pub(crate) struct Policy {
    /// `CreateSession` must not give `ReadWrite` sessions, and nobody may write without a session.
    pub(crate) deny_read_write: AtomicBool,
}

/// An authenticated request on its way to its operation.
pub(crate) struct Call<'a> {
    pub(crate) request: &'a Request,
    pub(crate) payload: &'a Payload,
    pub(crate) target: &'a Target,
    pub(crate) route: &'a Route,
    pub(crate) identity: &'a Identity,
    pub(crate) config: &'a Config,
    pub(crate) policy: &'a Policy,
    pub(crate) store: &'a Store,
    pub(crate) now: SystemTime,
}

impl Call<'_> {
    /// The request's bucket, whether it exists or not.
    fn bucket(&self) -> &str {
        self.route.bucket.as_deref().unwrap_or_default()
    }

    /// The request's bucket, which has to exist.
    fn existing_bucket(&self) -> Result<&str, S3Error> {
        let bucket = self.bucket();
        if self.store.has_bucket(bucket) {
            Ok(bucket)
        } else {
            Err(S3Error::no_such_bucket(bucket))
        }
    }

    /// The request's key.
    fn key(&self) -> Result<&str, S3Error> {
        let key = self.route.key.as_str();
        check_key(key)?;
        Ok(key)
    }

    /// Looks into the request's bucket, or changes what is in it.
    fn in_bucket<T>(
        &self,
        action: impl FnOnce(&mut Contents) -> Result<T, S3Error>,
    ) -> Result<T, S3Error> {
        let bucket = self.bucket();
        let result = self.store.in_bucket(bucket, action);
        result.unwrap_or_else(|| Err(S3Error::no_such_bucket(bucket)))
    }

    /// Reads the settings of the request's bucket, or changes them.
    fn in_settings<T>(
        &self,
        action: impl FnOnce(&mut Settings) -> Result<T, S3Error>,
    ) -> Result<T, S3Error> {
        let bucket = self.bucket();
        let result = self.store.in_settings(bucket, action);
        result.unwrap_or_else(|| Err(S3Error::no_such_bucket(bucket)))
    }

    /// The document in the request's body.
    fn document(&self) -> Result<Bytes, S3Error> {
        Ok(self.payload.data.to_bytes()?)
    }

    /// A header that may be there once.
    fn header(&self, name: &str) -> Result<Option<String>, S3Error> {
        let found = self.request.headers.single_text(name);
        found.map_err(|duplicate| {
            S3Error::invalid_request(format!("The header {} is there twice.", duplicate.0))
        })
    }
}

fn check_key(key: &str) -> Result<(), S3Error> {
    if key.len() > MAX_KEY {
        return Err(S3Error::new(400, "KeyTooLongError", "Your key is too long")
            .with("Size", key.len().to_string())
            .with("MaxSizeAllowed", MAX_KEY.to_string()));
    }
    Ok(())
}

/// Performs the operation.
pub(crate) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    refused::check(call)?;
    check_policy(call)?;
    match call.route.operation {
        Operation::AbortMultipartUpload => abort_multipart_upload::perform(call),
        Operation::CompleteMultipartUpload => complete_multipart_upload::perform(call),
        Operation::CopyObject => copy_object::perform(call),
        Operation::CreateBucket => create_bucket::perform(call),
        Operation::CreateMultipartUpload => create_multipart_upload::perform(call),
        Operation::CreateSession => create_session::perform(call),
        Operation::DeleteBucket => delete_bucket::perform(call),
        Operation::DeleteBucketEncryption => bucket_encryption::delete(call),
        Operation::DeleteBucketInventoryConfiguration => bucket_reports::INVENTORY.delete(call),
        Operation::DeleteBucketLifecycle => bucket_lifecycle::delete(call),
        Operation::DeleteBucketMetricsConfiguration => bucket_reports::METRICS.delete(call),
        Operation::DeleteBucketPolicy => bucket_policy::delete(call),
        Operation::DeleteObject => delete_object::perform(call),
        Operation::DeleteObjects => delete_objects::perform(call),
        Operation::GetBucketEncryption => bucket_encryption::get(call),
        Operation::GetBucketInventoryConfiguration => bucket_reports::INVENTORY.get(call),
        Operation::GetBucketLifecycleConfiguration => bucket_lifecycle::get(call),
        Operation::GetBucketMetricsConfiguration => bucket_reports::METRICS.get(call),
        Operation::GetBucketPolicy => bucket_policy::get(call),
        Operation::GetObject | Operation::HeadObject => get_object::perform(call),
        Operation::GetObjectAttributes => get_object_attributes::perform(call),
        Operation::HeadBucket => head_bucket::perform(call),
        Operation::ListBucketInventoryConfigurations => bucket_reports::INVENTORY.list(call),
        Operation::ListBucketMetricsConfigurations => bucket_reports::METRICS.list(call),
        Operation::ListDirectoryBuckets => list_directory_buckets::perform(call),
        Operation::ListMultipartUploads => list_multipart_uploads::perform(call),
        Operation::ListObjectsV2 => list_objects::perform(call),
        Operation::ListParts => list_parts::perform(call),
        Operation::PutBucketEncryption => bucket_encryption::put(call),
        Operation::PutBucketInventoryConfiguration => bucket_reports::INVENTORY.put(call),
        Operation::PutBucketLifecycleConfiguration => bucket_lifecycle::put(call),
        Operation::PutBucketMetricsConfiguration => bucket_reports::METRICS.put(call),
        Operation::PutBucketPolicy => bucket_policy::put(call),
        Operation::PutObject => put_object::perform(call),
        Operation::RenameObject => rename_object::perform(call),
        Operation::UploadPart => upload_part::perform(call),
        Operation::UploadPartCopy => upload_part::perform_copy(call),
        Operation::Unknown => Err(S3Error::not_implemented(
            "The operation is not implemented.",
        )),
    }
}

/// Who is denied `ReadWrite` sessions does not get around that by using base credentials.
fn check_policy(call: &Call<'_>) -> Result<(), S3Error> {
    let operation = call.route.operation;
    let denied = call.policy.deny_read_write.load(Ordering::Relaxed);
    let writes = !operation.only_reads() && operation.is_zonal();
    let alone = matches!(call.identity, Identity::Base { .. });
    if denied && writes && alone && operation != Operation::CreateSession {
        return Err(S3Error::access_denied());
    }
    Ok(())
}

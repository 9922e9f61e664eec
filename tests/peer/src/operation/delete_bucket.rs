//! `DeleteBucket`: an empty bucket, without uploads in progress.

use super::Call;
use crate::error::S3Error;
use crate::http::Reply;

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let bucket = call.bucket();
    match call.store.remove_empty_bucket(bucket) {
        Some(true) => Ok(Reply::new(204)),
        Some(false) => Err(
            S3Error::new(409, "BucketNotEmpty", "The bucket is not empty")
                .with("BucketName", bucket),
        ),
        None => Err(S3Error::no_such_bucket(bucket)),
    }
}

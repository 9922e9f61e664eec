//! `HeadBucket`: whether a bucket is there. Base credentials and sessions are both accepted.

use super::Call;
use crate::error::S3Error;
use crate::http::Reply;
use crate::zone::{is_local, zone_of};

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let bucket = call.existing_bucket()?;
    let location_type = if is_local(bucket) {
        "LocalZone"
    } else {
        "AvailabilityZone"
    };
    Ok(Reply::new(200)
        .header("content-type", "application/xml")
        .header("x-amz-bucket-region", &call.config.region)
        .header("x-amz-access-point-alias", "false")
        .header("x-amz-bucket-location-type", location_type)
        .header("x-amz-bucket-location-name", zone_of(bucket))
        .header("x-amz-bucket-arn", &call.config.bucket_arn(bucket)))
}

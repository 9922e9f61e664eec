//! `HeadBucket`: whether a bucket is there. Base credentials and sessions are both accepted.

use super::Call;
use crate::error::S3Error;
use crate::http::Reply;

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let bucket = call.existing_bucket()?;
    let zone = bucket.rsplit("--").nth(1).unwrap_or_default();
    let local_zone = zone.matches('-').count() > 1;
    let location_type = if local_zone {
        "LocalZone"
    } else {
        "AvailabilityZone"
    };
    Ok(Reply::new(200)
        .header("content-type", "application/xml")
        .header("x-amz-bucket-region", &call.config.region)
        .header("x-amz-access-point-alias", "false")
        .header("x-amz-bucket-location-type", location_type)
        .header("x-amz-bucket-location-name", zone)
        .header("x-amz-bucket-arn", &call.config.bucket_arn(bucket)))
}

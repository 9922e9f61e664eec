//! `CreateBucket`: a directory bucket in the zone that its name tells.

use super::Call;
use crate::error::S3Error;
use crate::http::Reply;
use crate::xml::{Element, malformed};
use crate::zone::{is_local, is_valid_name, zone_of};

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let bucket = call.bucket();
    if !is_valid_name(bucket) {
        return Err(S3Error::new(
            400,
            "InvalidBucketName",
            "The specified bucket is not valid.",
        )
        .with("BucketName", bucket));
    }
    match call.header("x-amz-object-ownership")?.as_deref() {
        None | Some("BucketOwnerEnforced") => {}
        Some(other) => {
            return Err(S3Error::invalid_argument(
                "x-amz-object-ownership",
                other,
                "The owner of a directory bucket owns its objects.",
            ));
        }
    }
    check_configuration(&call.document()?, bucket)?;
    if !call.store.create_bucket(bucket, call.now)? {
        return Err(S3Error::new(
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        )
        .with("BucketName", bucket));
    }
    Ok(Reply::new(200)
        .header("location", &format!("/{bucket}"))
        .header("x-amz-bucket-arn", &call.config.bucket_arn(bucket)))
}

/// Location and kind have to be there and to fit the name.
fn check_configuration(body: &[u8], bucket: &str) -> Result<(), S3Error> {
    if body.is_empty() {
        return Err(S3Error::invalid_request(
            "A directory bucket needs a CreateBucketConfiguration with Location and Bucket.",
        ));
    }
    let document = Element::parse(body, "CreateBucketConfiguration")?;
    if document.child("LocationConstraint")?.is_some() {
        return Err(S3Error::new(
            400,
            "InvalidLocationConstraint",
            "A directory bucket has a Location and no LocationConstraint.",
        ));
    }
    let location = document.child("Location")?.ok_or_else(malformed)?;
    let kind = document.child("Bucket")?.ok_or_else(malformed)?;
    let (place, redundancy) = if is_local(bucket) {
        ("LocalZone", "SingleLocalZone")
    } else {
        ("AvailabilityZone", "SingleAvailabilityZone")
    };
    let expected = [
        (location, "Type", place),
        (location, "Name", zone_of(bucket)),
        (kind, "Type", "Directory"),
        (kind, "DataRedundancy", redundancy),
    ];
    for (element, name, value) in expected {
        let given = element.child_text(name)?.unwrap_or_default();
        if given != value {
            let message = format!("The bucket's name asks for {value}.");
            return Err(S3Error::invalid_argument(name, given, message));
        }
    }
    Ok(())
}

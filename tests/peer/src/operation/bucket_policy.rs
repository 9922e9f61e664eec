//! `GetBucketPolicy`, `PutBucketPolicy` and `DeleteBucketPolicy`: JSON text, kept byte for byte.

use super::{Call, claim};
use crate::error::S3Error;
use crate::http::Reply;

pub(super) fn get(call: &Call<'_>) -> Result<Reply, S3Error> {
    let policy = call.in_settings(|settings| Ok(settings.policy.clone()))?;
    let policy = policy.ok_or_else(|| {
        S3Error::new(
            404,
            "NoSuchBucketPolicy",
            "The bucket policy does not exist",
        )
        .with("BucketName", call.bucket())
    })?;
    Ok(Reply::new(200)
        .header("content-type", "application/json")
        .body(policy))
}

pub(super) fn put(call: &Call<'_>) -> Result<Reply, S3Error> {
    claim::required(call)?;
    let policy = call.document()?;
    let document: Result<serde_json::Value, _> = serde_json::from_slice(&policy);
    if !document.is_ok_and(|document| document.is_object()) {
        return Err(S3Error::new(
            400,
            "MalformedPolicy",
            "Policies must be valid JSON and the first byte must be '{'",
        ));
    }
    call.in_settings(|settings| {
        settings.policy = Some(policy);
        Ok(Reply::new(204))
    })
}

pub(super) fn delete(call: &Call<'_>) -> Result<Reply, S3Error> {
    call.in_settings(|settings| {
        settings.policy = None;
        Ok(Reply::new(204))
    })
}

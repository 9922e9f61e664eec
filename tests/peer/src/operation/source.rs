//! Sources of copies and renames: `BUCKET/KEY` in a header, percent-encoded.

use super::{Call, check_key};
use crate::error::S3Error;
use crate::http::percent_decode;
use crate::object::StoredObject;

const COPY: &str = "x-amz-copy-source";
const RENAME: &str = "x-amz-rename-source";
const BUCKET_SUFFIX: &str = "--x-s3";

/// The object that `x-amz-copy-source` names.
pub(super) fn copied(call: &Call<'_>) -> Result<(String, StoredObject), S3Error> {
    let raw = call.header(COPY)?.unwrap_or_default();
    let invalid = |message: &str| S3Error::invalid_argument(COPY, &raw, message);
    let path = match raw.split_once("?versionId=") {
        Some((path, "null")) => path,
        Some(_) => return Err(invalid("Invalid version id specified")),
        None => raw.as_str(),
    };
    let decoded = decode(path).ok_or_else(|| invalid("Invalid copy source encoding"))?;
    let parts = decoded
        .strip_prefix('/')
        .unwrap_or(&decoded)
        .split_once('/');
    let (bucket, key) = parts
        .filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
        .ok_or_else(|| {
            invalid("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
        })?;
    let object = call
        .store
        .in_bucket(bucket, |contents| contents.object(key).cloned());
    let object = object.ok_or_else(|| S3Error::no_such_bucket(bucket))?;
    let object = object.ok_or_else(|| S3Error::no_such_key(key))?;
    Ok((decoded, object))
}

/// The key that `x-amz-rename-source` names, with or without its bucket in front.
pub(super) fn renamed(call: &Call<'_>) -> Result<String, S3Error> {
    let raw = call.header(RENAME)?.ok_or_else(|| {
        S3Error::invalid_request("Missing required header for this request: x-amz-rename-source")
    })?;
    let invalid = |message: &str| S3Error::invalid_argument(RENAME, &raw, message);
    let decoded = decode(&raw).ok_or_else(|| invalid("Invalid rename source encoding"))?;
    let path = decoded.strip_prefix('/').unwrap_or(&decoded);
    let key = match path.split_once('/') {
        Some((bucket, key)) if bucket == call.bucket() => key,
        Some((bucket, _)) if bucket.ends_with(BUCKET_SUFFIX) => {
            return Err(invalid(
                "Source and destination are not in the same bucket.",
            ));
        }
        _ => path,
    };
    if key.is_empty() {
        return Err(invalid("The rename source has no key."));
    }
    check_key(key)?;
    Ok(key.to_owned())
}

fn decode(raw: &str) -> Option<String> {
    String::from_utf8(percent_decode(raw.as_bytes())?).ok()
}

//! What directory buckets refuse whatever the operation: headers of features that they do not have.

use super::Call;
use crate::error::S3Error;
use crate::route::Operation;
use crate::zone::storage_class;

/// Headers that are answered with 501.
const NOT_IMPLEMENTED: [&str; 12] = [
    "content-md5",
    "x-amz-acl",
    "x-amz-bucket-namespace",
    "x-amz-bucket-object-lock-enabled",
    "x-amz-bypass-governance-retention",
    "x-amz-confirm-remove-self-bucket-access",
    "x-amz-mfa",
    "x-amz-optional-object-attributes",
    "x-amz-request-payer",
    "x-amz-tagging",
    "x-amz-transition-default-minimum-object-size",
    "x-amz-website-redirect-location",
];
/// Beginnings of more of them.
const NOT_IMPLEMENTED_PREFIXES: [&str; 4] = [
    "x-amz-copy-source-server-side-encryption-customer-",
    "x-amz-grant-",
    "x-amz-object-lock-",
    "x-amz-server-side-encryption-customer-",
];
const OWNER: &str = "x-amz-expected-bucket-owner";
const SOURCE_OWNER: &str = "x-amz-source-expected-bucket-owner";

pub(super) fn check(call: &Call<'_>) -> Result<(), S3Error> {
    let operation = call.route.operation;
    if operation == Operation::Unknown {
        return Ok(());
    }
    for field in &call.request.headers.0 {
        let name = field.name.to_ascii_lowercase();
        let empty_tags =
            operation == Operation::CopyObject && name == "x-amz-tagging" && field.value.is_empty();
        let copies_annotations =
            name == "x-amz-object-annotation-directive" && field.value == b"COPY";
        let listed = NOT_IMPLEMENTED.contains(&name.as_str())
            || NOT_IMPLEMENTED_PREFIXES
                .iter()
                .any(|prefix| name.starts_with(prefix));
        if copies_annotations || (listed && !empty_tags) {
            return Err(not_implemented(&field.name));
        }
    }
    check_owner(call)?;
    check_storage_class(call)?;
    match call.target.parameter("versionId").as_deref() {
        None | Some("null") => Ok(()),
        Some(version) => Err(S3Error::invalid_argument(
            "versionId",
            version,
            "Invalid version id specified",
        )),
    }
}

pub(super) fn not_implemented(header: &str) -> S3Error {
    S3Error::not_implemented("A header asks for something that is not implemented")
        .with("Header", header)
}

/// Every bucket here belongs to the peer's account.
fn check_owner(call: &Call<'_>) -> Result<(), S3Error> {
    let owner = call.header(OWNER)?;
    let operation = call.route.operation;
    if owner.is_some() && (operation == Operation::DeleteBucket || operation.is_setting()) {
        return Err(not_implemented(OWNER));
    }
    let owners = [owner, call.header(SOURCE_OWNER)?];
    if owners
        .iter()
        .flatten()
        .any(|owner| *owner != call.config.account_id)
    {
        return Err(S3Error::access_denied());
    }
    Ok(())
}

fn check_storage_class(call: &Call<'_>) -> Result<(), S3Error> {
    match call.header("x-amz-storage-class")? {
        Some(class) if class != storage_class(call.bucket()) => Err(S3Error::new(
            400,
            "InvalidStorageClass",
            "The storage class you specified is not valid",
        )
        .with("StorageClassRequested", class)),
        _ => Ok(()),
    }
}

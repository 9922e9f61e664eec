//! `CopyObject`: within a bucket or from another one of the peer.

use super::conditions::Conditions;
use super::{Call, claim, describe, details, source};
use crate::checksum::Checksum;
use crate::error::S3Error;
use crate::http::Reply;
use crate::object::{Details, StoredObject};
use crate::xml::Writer;

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let key = call.key()?;
    call.existing_bucket()?;
    let target = Conditions::of_write(call)?;
    let (path, original) = source::copied(call)?;
    Conditions::read(call, "x-amz-copy-source-")?.check(&original)?;
    let details = copied_details(call, &original, &path)?;
    let algorithm = match call.header("x-amz-checksum-algorithm")? {
        Some(name) => Some(claim::algorithm(&name)?),
        None => original.checksum.as_ref().map(|old| old.algorithm),
    };
    let checksum = algorithm
        .map(|algorithm| Checksum::full(algorithm, &original.data))
        .transpose()?;
    let copy = StoredObject::new(original.data, details, checksum, call.now);
    call.in_bucket(|contents| {
        target.check_target(key, contents.object(key))?;
        contents.put(key, copy.clone())
    })?;
    let mut xml = Writer::new();
    xml.open_root("CopyObjectResult");
    xml.text("LastModified", &describe::time(copy.last_modified));
    xml.text("ETag", &copy.etag);
    describe::checksum_elements(&mut xml, copy.checksum.as_ref());
    xml.close("CopyObjectResult");
    let reply = Reply::xml(200, xml.finish()).header("x-amz-expiration", "NotImplemented");
    Ok(describe::encrypted(reply, &copy.encryption))
}

/// The headers and metadata of the copy: the source's, or those of the request.
fn copied_details(
    call: &Call<'_>,
    original: &StoredObject,
    path: &str,
) -> Result<Details, S3Error> {
    const DIRECTIVE: &str = "x-amz-metadata-directive";
    let given = details::read(call)?;
    details::check_coding(&given)?;
    match call.header(DIRECTIVE)?.as_deref() {
        Some("REPLACE") => return Ok(given),
        None | Some("COPY") => {}
        Some(other) => {
            return Err(S3Error::invalid_argument(
                DIRECTIVE,
                other,
                "Unknown metadata directive.",
            ));
        }
    }
    let itself = format!("{}/{}", call.bucket(), call.route.key);
    if path.strip_prefix('/').unwrap_or(path) == itself {
        return Err(S3Error::invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.",
        ));
    }
    Ok(Details {
        headers: original.headers.clone(),
        metadata: original.metadata.clone(),
        encryption: given.encryption,
    })
}

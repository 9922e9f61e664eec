//! What answers tell about objects.

use crate::checksum::Checksum;
use crate::clock::{http_date, iso8601};
use crate::encryption::Encryption;
use crate::http::Reply;
use crate::object::StoredObject;
use crate::xml::Writer;
use crate::zone::storage_class;
use std::time::SystemTime;

/// Lifecycle dates are not told for directory buckets; the service says so with this word.
const EXPIRATION: (&str, &str) = ("x-amz-expiration", "NotImplemented");

/// The headers about an object that a read answers with.
pub(super) fn object(reply: Reply, object: &StoredObject, bucket: &str) -> Reply {
    let mut reply = reply
        .header("last-modified", &http_date(object.last_modified))
        .header("etag", &object.etag)
        .header("accept-ranges", "bytes")
        .header("x-amz-storage-class", storage_class(bucket))
        .header(EXPIRATION.0, EXPIRATION.1);
    if !object.headers.contains_key("content-type") {
        reply = reply.header("content-type", "binary/octet-stream");
    }
    for (name, value) in &object.headers {
        reply = reply.header(name, value);
    }
    for (name, value) in &object.metadata {
        reply = reply.header(&format!("x-amz-meta-{name}"), value);
    }
    encrypted(reply, &object.encryption)
}

/// The headers about an object that a write answers with.
pub(super) fn written(reply: Reply, object: &StoredObject) -> Reply {
    let reply = reply
        .header("etag", &object.etag)
        .header(EXPIRATION.0, EXPIRATION.1);
    let reply = encrypted(reply, &object.encryption);
    checksum(reply, object.checksum.as_ref())
}

pub(super) fn encrypted(reply: Reply, encryption: &Encryption) -> Reply {
    let headers = encryption.headers();
    headers
        .into_iter()
        .fold(reply, |reply, (name, value)| reply.header(name, value))
}

pub(super) fn checksum(reply: Reply, checksum: Option<&Checksum>) -> Reply {
    match checksum {
        Some(checksum) => reply
            .header(checksum.algorithm.header(), &checksum.value)
            .header("x-amz-checksum-type", &checksum.kind.to_string()),
        None => reply,
    }
}

/// The checksum as elements of a document.
pub(super) fn checksum_elements(xml: &mut Writer, checksum: Option<&Checksum>) {
    if let Some(checksum) = checksum {
        xml.text(checksum.algorithm.element(), &checksum.value);
        xml.text("ChecksumType", &checksum.kind.to_string());
    }
}

/// Times in listings have milliseconds.
pub(super) fn time(at: SystemTime) -> String {
    iso8601(at).replace('Z', ".000Z")
}

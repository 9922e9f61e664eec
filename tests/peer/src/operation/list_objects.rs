//! `ListObjectsV2`: a page of a bucket, in no useful order.

use super::page::{Parameters, owner, place, refuse};
use super::{Call, describe};
use crate::contents::{Entry, Listing};
use crate::error::S3Error;
use crate::http::Reply;
use crate::object::StoredObject;
use crate::xml::Writer;
use crate::zone::storage_class;

const TOKEN: &str = "continuation-token";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    refuse(call, &["start-after"])?;
    let parameters = Parameters::read(call, "max-keys")?;
    let listing = Listing {
        prefix: &parameters.prefix,
        by_directory: parameters.delimiter.is_some(),
        after: place(call, TOKEN)?,
        limit: parameters.limit,
    };
    let with_owner = call.target.parameter("fetch-owner").as_deref() == Some("true");
    let xml = call.in_bucket(|contents| {
        let page = contents.list_objects(&listing);
        let mut xml = Writer::new();
        xml.open_root("ListBucketResult");
        xml.text("Name", call.bucket());
        xml.text("Prefix", &parameters.name(&parameters.prefix));
        if let Some(token) = call.target.parameter(TOKEN) {
            xml.text("ContinuationToken", &token);
        }
        if let Some(next) = &page.next {
            xml.text("NextContinuationToken", &next.token());
        }
        xml.text("KeyCount", &page.entries.len().to_string());
        xml.text("MaxKeys", &parameters.limit.to_string());
        if let Some(delimiter) = &parameters.delimiter {
            xml.text("Delimiter", delimiter);
        }
        if parameters.encoded {
            xml.text("EncodingType", "url");
        }
        xml.text("IsTruncated", &page.next.is_some().to_string());
        for entry in &page.entries {
            if let Entry::Item(key, object) = entry {
                item(&mut xml, call, &parameters.name(key), object, with_owner);
            }
        }
        for entry in &page.entries {
            if let Entry::Prefix(prefix) = entry {
                parameters.common_prefix(&mut xml, prefix);
            }
        }
        xml.close("ListBucketResult");
        Ok(xml)
    })?;
    Ok(Reply::xml(200, xml.finish()))
}

fn item(xml: &mut Writer, call: &Call<'_>, name: &str, object: &StoredObject, with_owner: bool) {
    xml.open("Contents");
    xml.text("Key", name);
    xml.text("LastModified", &describe::time(object.last_modified));
    xml.text("ETag", &object.etag);
    if let Some(checksum) = &object.checksum {
        xml.text("ChecksumAlgorithm", checksum.algorithm.name());
        xml.text("ChecksumType", &checksum.kind.to_string());
    }
    xml.text("Size", &object.size().to_string());
    if with_owner {
        owner(xml, "Owner", call);
    }
    xml.text("StorageClass", storage_class(call.bucket()));
    xml.close("Contents");
}

//! `ListParts`: the parts of an upload in progress, by number.

use super::page::{number, owner};
use super::{Call, describe};
use crate::error::S3Error;
use crate::http::Reply;
use crate::upload::{Part, Upload};
use crate::xml::Writer;
use crate::zone::storage_class;

const MARKER: &str = "part-number-marker";
const MAX: &str = "max-parts";
const MAX_PAGE: usize = 1000;

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let key = call.key()?;
    let id = call.target.parameter("uploadId").unwrap_or_default();
    let marker = number(MARKER, call.target.parameter(MARKER), 0)?;
    let limit = number(MAX, call.target.parameter(MAX), MAX_PAGE)?.min(MAX_PAGE);
    let xml = call.in_bucket(|contents| {
        let upload = contents
            .upload(key, &id)
            .ok_or_else(S3Error::no_such_upload)?;
        Ok(document(call, upload, marker, limit))
    })?;
    Ok(Reply::xml(200, xml.finish()))
}

fn document(call: &Call<'_>, upload: &Upload, marker: usize, limit: usize) -> Writer {
    let after = u32::try_from(marker).unwrap_or(u32::MAX);
    let mut left = upload.parts.range(after.saturating_add(1)..);
    let parts: Vec<(&u32, &Part)> = left.by_ref().take(limit).collect();
    let more = limit > 0 && left.next().is_some();
    let last = parts.last().map_or(0, |(number, _)| **number);
    let mut xml = Writer::new();
    xml.open_root("ListPartsResult");
    xml.text("Bucket", call.bucket());
    xml.text("Key", &upload.key);
    xml.text("UploadId", &upload.id);
    owner(&mut xml, "Initiator", call);
    owner(&mut xml, "Owner", call);
    xml.text("StorageClass", storage_class(call.bucket()));
    xml.text("PartNumberMarker", &marker.to_string());
    xml.text("NextPartNumberMarker", &last.to_string());
    xml.text("MaxParts", &limit.to_string());
    xml.text("IsTruncated", &more.to_string());
    if let Some((algorithm, kind)) = upload.checksum {
        xml.text("ChecksumAlgorithm", algorithm.name());
        xml.text("ChecksumType", &kind.to_string());
    }
    for (number, part) in parts {
        xml.open("Part");
        xml.text("PartNumber", &number.to_string());
        xml.text("LastModified", &describe::time(part.last_modified));
        xml.text("ETag", &part.etag);
        xml.text("Size", &part.data.len().to_string());
        if let Some((algorithm, value)) = &part.checksum {
            xml.text(algorithm.element(), value);
        }
        xml.close("Part");
    }
    xml.close("ListPartsResult");
    xml
}

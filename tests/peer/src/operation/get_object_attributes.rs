//! `GetObjectAttributes`: the requested attributes of an object.

use super::page::number;
use super::{Call, describe};
use crate::clock::http_date;
use crate::error::S3Error;
use crate::http::Reply;
use crate::object::StoredObject;
use crate::xml::Writer;
use crate::zone::storage_class;

const ATTRIBUTES: &str = "x-amz-object-attributes";
const KNOWN: [&str; 5] = [
    "ETag",
    "Checksum",
    "ObjectParts",
    "StorageClass",
    "ObjectSize",
];
const MARKER: &str = "x-amz-part-number-marker";
const MAX: &str = "x-amz-max-parts";
const MAX_PAGE: usize = 1000;

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let key = call.key()?;
    let asked = asked(call)?;
    let has = |name: &str| asked.iter().any(|asked| asked == name);
    let object = call.in_bucket(|contents| Ok(contents.object(key).cloned()))?;
    let object = object.ok_or_else(|| S3Error::no_such_key(key))?;
    let mut xml = Writer::new();
    xml.open_root("GetObjectAttributesResponse");
    if has("ETag") {
        xml.text("ETag", object.etag.trim_matches('"'));
    }
    if let (true, Some(checksum)) = (has("Checksum"), &object.checksum) {
        xml.open("Checksum");
        describe::checksum_elements(&mut xml, Some(checksum));
        xml.close("Checksum");
    }
    if has("ObjectParts") && object.multipart {
        parts(&mut xml, call, &object)?;
    }
    if has("StorageClass") {
        xml.text("StorageClass", storage_class(call.bucket()));
    }
    if has("ObjectSize") {
        xml.text("ObjectSize", &object.size().to_string());
    }
    xml.close("GetObjectAttributesResponse");
    let modified = http_date(object.last_modified);
    Ok(Reply::xml(200, xml.finish()).header("last-modified", &modified))
}

fn asked(call: &Call<'_>) -> Result<Vec<String>, S3Error> {
    let values = call.request.headers.all(ATTRIBUTES);
    let values: Vec<String> = values
        .flat_map(|value| value.split(|byte| *byte == b','))
        .map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned())
        .collect();
    let unknown = values.iter().find(|name| !KNOWN.contains(&name.as_str()));
    match unknown {
        Some(name) => Err(S3Error::invalid_argument(
            ATTRIBUTES,
            name,
            "Invalid attribute name specified.",
        )),
        None if values.is_empty() => Err(S3Error::invalid_request(
            "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
        )),
        None => Ok(values),
    }
}

/// The parts of a multipart object; those without checksums are counted only.
fn parts(xml: &mut Writer, call: &Call<'_>, object: &StoredObject) -> Result<(), S3Error> {
    let marker = number(MARKER, call.header(MARKER)?, 0)?;
    let limit = number(MAX, call.header(MAX)?, MAX_PAGE)?.min(MAX_PAGE);
    let end = object.parts.len().min(marker.saturating_add(limit));
    xml.open("ObjectParts");
    xml.text("PartsCount", &object.parts.len().to_string());
    if object.checksum.is_some() {
        let shown = object.parts.get(marker..end).unwrap_or_default();
        xml.text("PartNumberMarker", &marker.to_string());
        xml.text("NextPartNumberMarker", &end.to_string());
        xml.text("MaxParts", &limit.to_string());
        xml.text("IsTruncated", &(end < object.parts.len()).to_string());
        for (index, part) in shown.iter().enumerate() {
            xml.open("Part");
            xml.text("PartNumber", &(marker + index + 1).to_string());
            xml.text("Size", &part.size.to_string());
            if let Some((algorithm, value)) = &part.checksum {
                xml.text(algorithm.element(), value);
            }
            xml.close("Part");
        }
    }
    xml.close("ObjectParts");
    Ok(())
}

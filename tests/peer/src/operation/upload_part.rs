//! `UploadPart` and `UploadPartCopy`: one part of an upload.

use super::conditions::Conditions;
use super::range::parse_exact;
use super::{Call, claim, describe, source};
use crate::checksum::{ChecksumAlgorithm, ChecksumType};
use crate::error::S3Error;
use crate::http::Reply;
use crate::upload::{Part, Upload};
use crate::xml::Writer;

const NUMBER: &str = "partNumber";
const RANGE: &str = "x-amz-copy-source-range";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let number = part_number(call)?;
    let checksum = claim::verified(call)?.map(|checksum| (checksum.algorithm, checksum.value));
    let part = Part::new(call.payload.data.clone(), checksum, call.now);
    let (etag, checksum) = (part.etag.clone(), part.checksum.clone());
    let encryption = in_upload(call, |upload| {
        let actual = part.checksum.as_ref().map(|(algorithm, _)| *algorithm);
        match upload.checksum {
            Some((expected, ChecksumType::Composite)) if actual != Some(expected) => {
                return Err(type_mismatch(expected, actual));
            }
            Some((expected, _)) if actual.is_some_and(|actual| actual != expected) => {
                return Err(type_mismatch(expected, actual));
            }
            _ => {}
        }
        upload.parts.insert(number, part);
        Ok(upload.details.encryption.clone())
    })?;
    let mut reply = describe::encrypted(Reply::new(200).header("etag", &etag), &encryption);
    if let Some((algorithm, value)) = &checksum {
        reply = reply.header(algorithm.header(), value);
    }
    Ok(reply)
}

pub(super) fn perform_copy(call: &Call<'_>) -> Result<Reply, S3Error> {
    let number = part_number(call)?;
    let (_, original) = source::copied(call)?;
    Conditions::read(call, "x-amz-copy-source-")?.check(&original)?;
    let data = match call.header(RANGE)? {
        None => original.data,
        Some(_) if original.data.len() <= call.config.min_part_size => {
            return Err(S3Error::invalid_request(
                "The specified copy source is not large enough for a byte-range copy.",
            ));
        }
        Some(text) => {
            let range = parse_exact(&text, original.data.len()).ok_or_else(|| {
                let message = "The range is not bytes=FIRST-LAST within the source object.";
                S3Error::invalid_argument(RANGE, &text, message)
            })?;
            original.data.slice(range)
        }
    };
    let (part, encryption) = in_upload(call, |upload| {
        let checksum = match upload.checksum {
            Some((algorithm, _)) => Some((algorithm, algorithm.encoded_of(&data)?)),
            None => None,
        };
        let part = Part::new(data, checksum, call.now);
        upload.parts.insert(number, part.clone());
        Ok((part, upload.details.encryption.clone()))
    })?;
    let mut xml = Writer::new();
    xml.open_root("CopyPartResult");
    xml.text("LastModified", &describe::time(part.last_modified));
    xml.text("ETag", &part.etag);
    if let Some((algorithm, value)) = &part.checksum {
        xml.text(algorithm.element(), value);
    }
    xml.close("CopyPartResult");
    Ok(describe::encrypted(
        Reply::xml(200, xml.finish()),
        &encryption,
    ))
}

/// Changes the request's upload, which has to be there.
fn in_upload<T>(
    call: &Call<'_>,
    action: impl FnOnce(&mut Upload) -> Result<T, S3Error>,
) -> Result<T, S3Error> {
    let key = call.key()?;
    let id = call.target.parameter("uploadId").unwrap_or_default();
    call.in_bucket(|contents| {
        let upload = contents.upload_mut(key, &id);
        action(upload.ok_or_else(S3Error::no_such_upload)?)
    })
}

fn part_number(call: &Call<'_>) -> Result<u32, S3Error> {
    let text = call.target.parameter(NUMBER).unwrap_or_default();
    let number = text.parse().ok();
    number
        .filter(|number| (1..=10_000).contains(number))
        .ok_or_else(|| {
            let message = "Part number must be an integer between 1 and 10000, inclusive";
            S3Error::invalid_argument(NUMBER, &text, message)
        })
}

fn type_mismatch(expected: ChecksumAlgorithm, actual: Option<ChecksumAlgorithm>) -> S3Error {
    let actual = actual.map_or("null", ChecksumAlgorithm::name);
    S3Error::invalid_request(format!(
        "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
        expected.name().to_ascii_lowercase(),
        actual.to_ascii_lowercase()
    ))
}

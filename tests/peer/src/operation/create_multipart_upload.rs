//! `CreateMultipartUpload`: begins an upload in parts.

use super::{Call, claim, describe, details};
use crate::checksum::{ChecksumAlgorithm, ChecksumType};
use crate::error::S3Error;
use crate::http::Reply;
use crate::object::whole_second;
use crate::secret::random_text;
use crate::upload::Upload;
use crate::xml::Writer;
use std::collections::BTreeMap;

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
const TYPE: &str = "x-amz-checksum-type";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let key = call.key()?;
    let details = details::read(call)?;
    details::check_coding(&details)?;
    let checksum = checksum(call)?;
    let upload = Upload {
        key: key.to_owned(),
        // A first `-` would be read as an option of a command line.
        id: format!("u{}", random_text(ALPHABET, 95)),
        initiated: whole_second(call.now),
        details,
        checksum,
        parts: BTreeMap::new(),
    };
    let mut xml = Writer::new();
    xml.open_root("InitiateMultipartUploadResult");
    xml.text("Bucket", call.bucket());
    xml.text("Key", key);
    xml.text("UploadId", &upload.id);
    xml.close("InitiateMultipartUploadResult");
    let mut reply = describe::encrypted(Reply::xml(200, xml.finish()), &upload.details.encryption);
    if let Some((algorithm, kind)) = checksum {
        reply = reply
            .header("x-amz-checksum-algorithm", algorithm.name())
            .header(TYPE, &kind.to_string());
    }
    call.in_bucket(|contents| {
        contents.add_upload(upload);
        Ok(())
    })?;
    Ok(reply)
}

/// The checksum that all parts will have, and what the object's is made of.
fn checksum(call: &Call<'_>) -> Result<Option<(ChecksumAlgorithm, ChecksumType)>, S3Error> {
    let algorithm = call.header("x-amz-checksum-algorithm")?;
    let kind = call.header(TYPE)?;
    let Some(algorithm) = algorithm else {
        return match kind {
            None => Ok(None),
            Some(_) => Err(S3Error::invalid_request(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
            )),
        };
    };
    let algorithm = claim::algorithm(&algorithm)?;
    let kind = match kind {
        Some(name) => ChecksumType::of_name(&name).ok_or_else(|| {
            S3Error::invalid_request("Value for x-amz-checksum-type header is invalid.")
        })?,
        None if algorithm == ChecksumAlgorithm::Crc64Nvme => ChecksumType::FullObject,
        None => ChecksumType::Composite,
    };
    let possible = match algorithm {
        ChecksumAlgorithm::Crc64Nvme => kind == ChecksumType::FullObject,
        algorithm => algorithm.is_linear() || kind == ChecksumType::Composite,
    };
    if possible {
        Ok(Some((algorithm, kind)))
    } else {
        Err(S3Error::invalid_request(format!(
            "The {kind} checksum type cannot be used with the {} checksum algorithm.",
            algorithm.name().to_ascii_lowercase()
        )))
    }
}

//! `CompleteMultipartUpload`: makes an object of the parts.

use super::conditions::{Conditions, bare};
use super::{Call, claim, describe};
use crate::checksum::{Checksum, ChecksumAlgorithm, ChecksumType};
use crate::data::Data;
use crate::error::S3Error;
use crate::http::Reply;
use crate::object::{ObjectPart, StoredObject};
use crate::upload::{Part, Upload};
use crate::xml::{Element, Writer, malformed};
use std::io;

/// A part as the request lists it.
struct Listed {
    number: u32,
    etag: String,
    checksums: Vec<(ChecksumAlgorithm, String)>,
}

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let key = call.key()?;
    let id = call.target.parameter("uploadId").unwrap_or_default();
    let document = Element::parse(&call.document()?, "CompleteMultipartUpload")?;
    let listed = document.all("Part").map(read);
    let listed = listed.collect::<Result<Vec<_>, S3Error>>()?;
    if listed.is_empty() || listed.len() > 10_000 {
        return Err(malformed());
    }
    let conditions = Conditions::of_write(call)?;
    let upload = call.in_bucket(|contents| {
        let upload = contents.upload(key, &id);
        let upload = upload.cloned().ok_or_else(S3Error::no_such_upload)?;
        conditions.check_target(key, contents.object(key))?;
        Ok(upload)
    })?;
    // The bucket is free meanwhile: the checksums of a large object take a while.
    let parts = chosen(call, &upload, &listed)?;
    let object = assembled(call, &upload, &parts)?;
    check_claims(call, &upload, &object)?;
    call.in_bucket(|contents| {
        contents
            .upload(key, &id)
            .ok_or_else(S3Error::no_such_upload)?;
        conditions.check_target(key, contents.object(key))?;
        contents.put(key, object.clone())?;
        contents.remove_upload(key, &id);
        Ok(())
    })?;
    let mut xml = Writer::new();
    xml.open_root("CompleteMultipartUploadResult");
    let location = format!("http://{}/{}/{key}", host(call), call.bucket());
    xml.text("Location", &location);
    xml.text("Bucket", call.bucket());
    xml.text("Key", key);
    xml.text("ETag", &object.etag);
    describe::checksum_elements(&mut xml, object.checksum.as_ref());
    xml.close("CompleteMultipartUploadResult");
    Ok(describe::encrypted(
        Reply::xml(200, xml.finish()),
        &object.encryption,
    ))
}

fn host(call: &Call<'_>) -> String {
    let host = call.request.headers.single_text("host");
    host.ok().flatten().unwrap_or_default()
}

fn read(part: &Element) -> Result<Listed, S3Error> {
    let number = part.child_text("PartNumber")?;
    let number = number.and_then(|text| text.trim().parse().ok());
    let mut checksums = Vec::new();
    for algorithm in ChecksumAlgorithm::ALL {
        if let Some(value) = part.child_text(algorithm.element())? {
            checksums.push((algorithm, value.to_owned()));
        }
    }
    Ok(Listed {
        number: number.ok_or_else(malformed)?,
        etag: part.child_text("ETag")?.ok_or_else(malformed)?.to_owned(),
        checksums,
    })
}

/// The parts in question: in order, without a gap, the ones that were uploaded, and large enough.
fn chosen<'u>(
    call: &Call<'_>,
    upload: &'u Upload,
    listed: &[Listed],
) -> Result<Vec<&'u Part>, S3Error> {
    let numbers = listed.iter().map(|part| part.number);
    if !numbers.eq((1..).take(listed.len())) {
        return Err(S3Error::new(
            400,
            "InvalidPartOrder",
            "The parts are not in order. Part numbers of a directory bucket are consecutive and start at 1.",
        ));
    }
    let mut parts = Vec::new();
    for (index, wanted) in listed.iter().enumerate() {
        let part = upload.parts.get(&wanted.number);
        let part = part
            .filter(|part| bare(&part.etag) == bare(wanted.etag.trim()))
            .ok_or_else(|| invalid_part(upload, wanted))?;
        check_part(upload, wanted, part)?;
        let is_last = index + 1 == listed.len();
        if !is_last && part.data.len() < call.config.min_part_size {
            return Err(too_small(call, wanted, part));
        }
        parts.push(part);
    }
    Ok(parts)
}

/// The checksums listed with a part have to be those of the part; a composite checksum needs them.
fn check_part(upload: &Upload, wanted: &Listed, part: &Part) -> Result<(), S3Error> {
    for (algorithm, value) in &wanted.checksums {
        if part.encoded(*algorithm)? != *value {
            return Err(invalid_part(upload, wanted));
        }
    }
    match upload.checksum {
        Some((algorithm, ChecksumType::Composite))
            if !wanted
                .checksums
                .iter()
                .any(|(given, _)| *given == algorithm) =>
        {
            Err(S3Error::invalid_request(format!(
                "The upload was created using a {} checksum. The complete request must include the checksum for each part. It was missing for part {} in the request.",
                algorithm.name().to_ascii_lowercase(),
                wanted.number
            )))
        }
        _ => Ok(()),
    }
}

fn invalid_part(upload: &Upload, wanted: &Listed) -> S3Error {
    S3Error::new(
        400,
        "InvalidPart",
        "A part in the list was not uploaded, or its entity tag is another one.",
    )
    .with("UploadId", upload.id.as_str())
    .with("PartNumber", wanted.number.to_string())
    .with("ETag", wanted.etag.as_str())
}

fn too_small(call: &Call<'_>, wanted: &Listed, part: &Part) -> S3Error {
    S3Error::new(
        400,
        "EntityTooSmall",
        "A part other than the last is below the minimum size",
    )
    .with("ProposedSize", part.data.len().to_string())
    .with("MinSizeAllowed", call.config.min_part_size.to_string())
    .with("PartNumber", wanted.number.to_string())
    .with("ETag", bare(&part.etag))
}

fn assembled(call: &Call<'_>, upload: &Upload, parts: &[&Part]) -> io::Result<StoredObject> {
    let data = Data::concat(parts.iter().map(|part| part.data.clone()));
    let checksum = match upload.checksum {
        None => None,
        Some((algorithm, ChecksumType::FullObject)) => {
            let parts = parts
                .iter()
                .map(|part| Ok((part.encoded(algorithm)?, part.data.len())));
            let parts = parts.collect::<io::Result<Vec<_>>>()?;
            Some(match Checksum::joined(algorithm, &parts) {
                Some(joined) => joined,
                None => Checksum::full(algorithm, &data)?,
            })
        }
        Some((algorithm, ChecksumType::Composite)) => {
            let parts = parts.iter().map(|part| part.encoded(algorithm));
            let parts = parts.collect::<io::Result<Vec<_>>>()?;
            Some(Checksum::composite(algorithm, &parts))
        }
    };
    let parts = parts.iter().map(|part| ObjectPart {
        size: part.data.len(),
        checksum: part.checksum.clone(),
    });
    Ok(StoredObject {
        parts: parts.collect(),
        multipart: true,
        ..StoredObject::new(data, upload.details.clone(), checksum, call.now)
    })
}

/// What the headers say about the whole object has to be true.
fn check_claims(call: &Call<'_>, upload: &Upload, object: &StoredObject) -> Result<(), S3Error> {
    let kind = upload.checksum.map(|(_, kind)| kind.to_string());
    let claimed_kind = call.header("x-amz-checksum-type")?;
    if claimed_kind.is_some() && claimed_kind != kind {
        return Err(S3Error::invalid_request(
            "The upload was created using another checksum type than the complete request names.",
        ));
    }
    if let Some(claim) = claim::read(call)? {
        let stored = object.checksum.as_ref();
        let stored = stored.filter(|stored| stored.algorithm == claim.algorithm);
        let fits = match stored {
            Some(stored) => stored.value == claim.value,
            None => claim.algorithm.encoded_of(&object.data)? == claim.value,
        };
        if !fits {
            return Err(claim::bad_digest(claim.algorithm));
        }
    }
    match call.header("x-amz-mp-object-size")? {
        Some(size) if size != object.size().to_string() => Err(S3Error::invalid_request(
            "The object size in x-amz-mp-object-size is not the size of all parts.",
        )),
        _ => Ok(()),
    }
}

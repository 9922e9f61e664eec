//! `PutObject`: writes an object, or appends to one.

use super::conditions::Conditions;
use super::{Call, claim, describe, details, refused};
use crate::checksum::Checksum;
use crate::data::Data;
use crate::error::S3Error;
use crate::http::Reply;
use crate::object::{Details, ObjectPart, StoredObject};
use crate::zone::is_local;

const OFFSET: &str = "x-amz-write-offset-bytes";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let key = call.key()?;
    let checksum = claim::verified(call)?;
    let details = details::read(call)?;
    let conditions = Conditions::of_write(call)?;
    let offset = offset(call)?;
    let data = call.payload.data.clone();
    let object = call.in_bucket(|contents| {
        let present = contents.object(key);
        conditions.check_target(key, present)?;
        let object = match (offset, present) {
            (Some(offset), Some(present)) => {
                append(call, present, offset, &data, &details, checksum)?
            }
            (Some(offset), None) if offset > 0 => return Err(invalid_offset(offset, 0)),
            _ => StoredObject::new(data, details, checksum, call.now),
        };
        contents.put(key, object.clone())?;
        Ok(object)
    })?;
    let reply = describe::written(Reply::new(200), &object);
    Ok(match offset {
        Some(_) => reply.header("x-amz-object-size", &object.size().to_string()),
        None => reply,
    })
}

/// Where an append is to begin.
fn offset(call: &Call<'_>) -> Result<Option<u64>, S3Error> {
    let Some(text) = call.header(OFFSET)? else {
        return Ok(None);
    };
    if is_local(call.bucket()) {
        return Err(refused::not_implemented(OFFSET));
    }
    let offset = text.parse().map_err(|_| {
        S3Error::invalid_argument(OFFSET, &text, "The write offset is not a number.")
    })?;
    if call.payload.data.is_empty() {
        return Err(S3Error::invalid_request(
            "An append needs at least one byte of data.",
        ));
    }
    Ok(Some(offset))
}

fn invalid_offset(offset: u64, size: u64) -> S3Error {
    S3Error::new(
        400,
        "InvalidWriteOffset",
        "The write offset is not the size of the object.",
    )
    .with("WriteOffset", offset.to_string())
    .with("ObjectSize", size.to_string())
}

/// The object with one more part at its end.
fn append(
    call: &Call<'_>,
    present: &StoredObject,
    offset: u64,
    data: &Data,
    details: &Details,
    checksum: Option<Checksum>,
) -> Result<StoredObject, S3Error> {
    if offset != present.size() {
        return Err(invalid_offset(offset, present.size()));
    }
    if !details.metadata.is_empty() {
        return Err(S3Error::invalid_request(
            "User metadata cannot be given when appending to an object.",
        ));
    }
    if !details.encryption.agrees(&present.encryption) {
        return Err(S3Error::new(
            400,
            "EncryptionTypeMismatch",
            "The object that is there has another encryption type.",
        ));
    }
    if present.parts.len() >= call.config.max_parts {
        return Err(S3Error::new(
            400,
            "TooManyParts",
            "An object has 10000 parts at the most, those of appends included.",
        ));
    }
    if let (Some(old), Some(new)) = (&present.checksum, &checksum)
        && old.algorithm != new.algorithm
    {
        return Err(S3Error::invalid_request(
            "The checksum algorithm is not that of the existing object.",
        ));
    }
    let data = Data::concat([present.data.clone(), data.clone()]);
    // Only the linear checksums say something about the whole after an append.
    let algorithm = present.checksum.as_ref().map(|old| old.algorithm);
    let whole = algorithm
        .filter(|algorithm| algorithm.is_linear())
        .map(|algorithm| Checksum::full(algorithm, &data))
        .transpose()?;
    let part = ObjectPart {
        size: call.payload.data.len(),
        checksum: checksum.map(|checksum| (checksum.algorithm, checksum.value)),
    };
    let fresh = StoredObject::new(data, Details::default(), whole, call.now);
    Ok(StoredObject {
        headers: present.headers.clone(),
        encryption: present.encryption.clone(),
        metadata: present.metadata.clone(),
        parts: present.parts.iter().cloned().chain([part]).collect(),
        multipart: present.multipart,
        ..fresh
    })
}

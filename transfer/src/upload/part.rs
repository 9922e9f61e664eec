//! One part of an upload.

use zonal::AnyError;
use zonal::operation::PutObject;
use zonal::runtime::checksum::Sum;
use zonal::types::ChecksumAlgorithm;

use super::multipart::{Created, Done};
use super::parts::{Part, PartBody};
use crate::error::Cause;
use crate::event::Teller;
use crate::limit::{Outcome, Permit};
use crate::sums::Sums as _;
use crate::transfers::Transfers;

/// Sends a part until the service has it.
pub(super) async fn send_part(
    transfers: &Transfers,
    put: &PutObject,
    created: &Created,
    part: Part,
    permit: Permit,
    teller: &Teller,
) -> Result<(u32, Done), Cause> {
    let (e_tag, sum) = send(transfers, put, created, &part, teller).await?;
    let Some(e_tag) = e_tag else {
        let number = part.number;
        let text = format!("the service accepted part {number} but did not return its entity tag");
        return Err(Cause::answer(text));
    };
    permit.tell(Outcome::Moved(part.length));
    let algorithm = created.check.algorithm;
    let sum = match sum.and_then(|sum| Sum::parse(algorithm, &sum)) {
        Some(sum) => Some(sum),
        None => part.body.hash(algorithm, part.length).await?,
    };
    let length = part.length;
    Ok((part.number, Done { length, e_tag, sum }))
}

/// Entity tag and checksum of the part. The client has compared the checksum with the bytes that it sent.
async fn send(
    transfers: &Transfers,
    put: &PutObject,
    created: &Created,
    part: &Part,
    teller: &Teller,
) -> Result<(Option<String>, Option<String>), AnyError> {
    let number = i32::try_from(part.number).unwrap_or(i32::MAX);
    let (bucket, key, id) = (&*put.bucket, &*put.key, &*created.id);
    let algorithm = created.check.algorithm;
    if let PartBody::Copy {
        source,
        e_tag,
        offset,
    } = &part.body
    {
        let copy = transfers
            .client
            .upload_part_copy(bucket, source.clone(), key, number, id);
        let last = offset + part.length - 1;
        let copy = copy
            .copy_source_range(format!("bytes={offset}-{last}"))
            .set_copy_source_if_match(e_tag.clone())
            .set_expected_bucket_owner(put.expected_bucket_owner.clone());
        let copied = transfers.patient(copy, teller, part.number.into()).await?;
        let result = copied.copy_part_result;
        let sum = result.sum(algorithm).map(str::to_owned);
        return Ok((result.e_tag, sum));
    }
    let upload = transfers
        .client
        .upload_part(bucket, key, number, id)
        .body(part.body.body(part.length))
        .checksum_algorithm(ChecksumAlgorithm::from(algorithm.name()))
        .set_expected_bucket_owner(put.expected_bucket_owner.clone());
    let output = transfers
        .patient(upload, teller, part.number.into())
        .await?;
    let sum = output.sum(algorithm).map(str::to_owned);
    Ok((output.e_tag, sum))
}

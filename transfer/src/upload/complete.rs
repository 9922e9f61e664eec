//! The last request of a multipart upload, and what to do if its answer is lost.

use zonal::AnyError;
use zonal::operation::{CompleteMultipartUpload, PutObject};
use zonal::runtime::checksum::Algorithm;
use zonal::types::{ChecksumMode, ChecksumType, CompletedMultipartUpload, CompletedPart};

use super::Uploaded;
use super::multipart::{Created, Parts};
use crate::error::{Cause, ErrorKind};
use crate::event::{Event, Teller};
use crate::sums::{Sums as _, WithSum as _};
use crate::transfers::Transfers;

/// The state of a key after a write whose answer was lost.
pub(super) enum Written {
    /// The key has the object of that write.
    This(Uploaded),
    /// The key has another object or none, or the state is unknown.
    Unknown,
}

/// Finds out whether the object has these bytes. Without a checksum to compare, the state is
/// unknown.
pub(super) async fn find_written(
    transfers: &Transfers,
    put: &PutObject,
    length: u64,
    sum: Option<(Algorithm, String)>,
    parts: u32,
) -> Written {
    let Some((algorithm, sum)) = sum else {
        return Written::Unknown;
    };
    let head = transfers.client.head_object(&*put.bucket, &*put.key);
    let head = head.checksum_mode(ChecksumMode::Enabled);
    let head = head.set_expected_bucket_owner(put.expected_bucket_owner.clone());
    let Ok(head) = transfers.quiet(head).await else {
        return Written::Unknown;
    };
    let is_same = head.sum(algorithm) == Some(&*sum)
        && head
            .content_length
            .and_then(|there| u64::try_from(there).ok())
            == Some(length);
    if is_same {
        Written::This(Uploaded {
            e_tag: head.e_tag,
            length,
            parts,
            checksum: Some((algorithm, sum)),
        })
    } else {
        Written::Unknown
    }
}

/// Completes the upload.
pub(super) async fn complete(
    transfers: &Transfers,
    put: &PutObject,
    created: &Created,
    parts: &Parts,
    teller: &Teller,
) -> Result<Uploaded, Cause> {
    teller.tell(Event::Completing);
    let check = created.check;
    let length = parts.length();
    let sum = check.of_parts(&parts.done);
    let count = u32::try_from(parts.done.len()).unwrap_or(u32::MAX);
    let request = request(put, created, parts, sum.as_deref(), length)?;
    let known = || sum.clone().map(|sum| (check.algorithm, sum));
    let call = transfers.client.call(request);
    let error = match transfers.patient(call, teller, count.into()).await {
        Ok(output) => {
            if let (Some(sum), Some(told)) = (&sum, output.sum(check.algorithm))
                && sum.contains('-') == told.contains('-')
                && sum != told
            {
                return Err(Cause::new(
                    ErrorKind::Checksum,
                    format!(
                        "the service reports the checksum {told} for the object, but its parts give {sum}"
                    ),
                ));
            }
            return Ok(Uploaded {
                e_tag: Some(output.e_tag),
                length,
                parts: count,
                checksum: known(),
            });
        }
        Err(error) => AnyError::from(error),
    };
    // as long as the upload exists, it has not become an object
    if error.may_have_succeeded()
        && is_gone(transfers, put, &created.id).await
        && let Written::This(uploaded) = find_written(transfers, put, length, known(), count).await
    {
        return Ok(uploaded);
    }
    Err(error.into())
}

async fn is_gone(transfers: &Transfers, put: &PutObject, id: &str) -> bool {
    let list = transfers
        .client
        .list_parts(&*put.bucket, &*put.key, id)
        .max_parts(1);
    let list = list.set_expected_bucket_owner(put.expected_bucket_owner.clone());
    let listed = transfers.quiet(list).await.map_err(AnyError::from);
    listed.is_err_and(|error| error.code() == Some("NoSuchUpload"))
}

fn request(
    put: &PutObject,
    created: &Created,
    parts: &Parts,
    sum: Option<&str>,
    length: u64,
) -> Result<CompleteMultipartUpload, Cause> {
    let algorithm = created.check.algorithm;
    let listed = parts.done.iter().map(|(number, part)| {
        let listed = CompletedPart::new()
            .e_tag(&*part.e_tag)
            .part_number(i32::try_from(*number).unwrap_or(i32::MAX));
        match part.sum {
            Some(sum) => listed.with_sum(algorithm, sum.to_string()),
            None => listed,
        }
    });
    let listed = CompletedMultipartUpload::new().parts(listed.collect::<Vec<_>>());
    let length = i64::try_from(length).map_err(|_| Cause::invalid("there are too many bytes"))?;
    let request = CompleteMultipartUpload::new(&*put.bucket, &*put.key, &*created.id)
        .multipart_upload(listed)
        .mpu_object_size(length)
        .set_if_match(put.if_match.clone())
        .set_if_none_match(put.if_none_match.clone())
        .set_expected_bucket_owner(put.expected_bucket_owner.clone());
    Ok(match sum.filter(|_| !created.check.is_composite) {
        Some(sum) => request
            .with_sum(algorithm, sum.to_owned())
            .checksum_type(ChecksumType::FullObject),
        None => request,
    })
}

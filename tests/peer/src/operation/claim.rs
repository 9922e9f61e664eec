//! What a request says about the checksum of its body, and whether that is true.

use super::Call;
use crate::checksum::{Checksum, ChecksumAlgorithm, ChecksumType};
use crate::error::S3Error;
use crate::payload::Payload;

const PREFIX: &str = "x-amz-checksum-";
/// Headers that start like checksums and are none.
const NO_CHECKSUMS: [&str; 3] = [
    "x-amz-checksum-algorithm",
    "x-amz-checksum-mode",
    "x-amz-checksum-type",
];

/// A checksum as the client gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) algorithm: ChecksumAlgorithm,
    pub(super) value: String,
}

/// Fails unless a checksum came with the body and fits it.
pub(super) fn required(call: &Call<'_>) -> Result<(), S3Error> {
    match verified(call)? {
        Some(_) => Ok(()),
        None => Err(S3Error::invalid_request(
            "Missing required header for this request: x-amz-checksum-*",
        )),
    }
}

/// The checksum in the headers or the trailer.
pub(super) fn read(call: &Call<'_>) -> Result<Option<Claim>, S3Error> {
    let fields = call.request.headers.0.iter();
    let fields = fields.chain(&call.payload.trailers.0);
    let mut claims = Vec::new();
    for field in fields {
        let name = field.name.to_ascii_lowercase();
        if name.starts_with(PREFIX) && !NO_CHECKSUMS.contains(&name.as_str()) {
            let algorithm = ChecksumAlgorithm::of_header(&name).ok_or_else(|| {
                S3Error::invalid_request("The checksum algorithm is not supported here.")
                    .with("Header", name)
            })?;
            claims.push(Claim {
                algorithm,
                value: field.value_text(),
            });
        }
    }
    if claims.len() > 1 {
        return Err(S3Error::invalid_request(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ));
    }
    let claim = claims.pop();
    check_announcement(call, claim.as_ref())?;
    Ok(claim)
}

/// `x-amz-sdk-checksum-algorithm` needs the checksum it announces.
fn check_announcement(call: &Call<'_>, claim: Option<&Claim>) -> Result<(), S3Error> {
    let Some(announced) = call.header("x-amz-sdk-checksum-algorithm")? else {
        return Ok(());
    };
    let algorithm = algorithm(&announced)?;
    match claim {
        Some(claim) if claim.algorithm == algorithm => Ok(()),
        Some(_) => Err(S3Error::invalid_request(
            "Value for x-amz-sdk-checksum-algorithm header is invalid.",
        )),
        None => Err(S3Error::invalid_request(
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
        )),
    }
}

/// An algorithm by its name in a header or a document.
pub(super) fn algorithm(name: &str) -> Result<ChecksumAlgorithm, S3Error> {
    ChecksumAlgorithm::of_name(name).ok_or_else(|| {
        S3Error::invalid_request(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
        )
    })
}

/// The checksum of the body, if the client gave one; a wrong one is an error.
pub(super) fn verified(call: &Call<'_>) -> Result<Option<Checksum>, S3Error> {
    let Some(claim) = read(call)? else {
        return Ok(None);
    };
    check(&claim, call.payload)?;
    Ok(Some(Checksum {
        algorithm: claim.algorithm,
        kind: ChecksumType::FullObject,
        value: claim.value,
    }))
}

fn check(claim: &Claim, payload: &Payload) -> Result<(), S3Error> {
    let algorithm = claim.algorithm;
    if !algorithm.takes(&claim.value) {
        return Err(S3Error::invalid_request(format!(
            "Value for {} header is invalid.",
            algorithm.header()
        )));
    }
    let actual = match &payload.digest {
        Some((computed, value)) if *computed == algorithm => value.clone(),
        _ => algorithm.encoded_of(&payload.data)?,
    };
    if actual == claim.value {
        Ok(())
    } else {
        Err(bad_digest(algorithm))
    }
}

pub(super) fn bad_digest(algorithm: ChecksumAlgorithm) -> S3Error {
    S3Error::new(
        400,
        "BadDigest",
        format!(
            "The {} you specified did not match the calculated checksum.",
            algorithm.name()
        ),
    )
}

//! `x-amz-content-sha256` against the body that came.

use super::authorization::Authorization;
use super::key::sha256_hex_of;
use crate::error::S3Error;
use crate::http::Request;

/// Checks the body against the payload hash that was signed.
pub(super) fn check_payload(
    request: &Request,
    authorization: &Authorization,
) -> Result<(), S3Error> {
    let claimed = authorization.payload_hash.as_str();
    if claimed == "UNSIGNED-PAYLOAD" {
        return Ok(());
    }
    if claimed.starts_with("STREAMING-") {
        return Err(S3Error::not_implemented(
            "A header of this request asks for something that is not implemented.",
        )
        .with("Header", "x-amz-content-sha256"));
    }
    if claimed.len() != 64
        || !claimed
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    {
        return Err(S3Error::invalid_argument(
            "x-amz-content-sha256",
            claimed,
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a streaming form, or a valid sha256 value.",
        ));
    }
    let calculated = sha256_hex_of(&request.body)?;
    if calculated == claimed {
        return Ok(());
    }
    Err(S3Error::new(
        400,
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
    .with("ClientComputedContentSHA256", claimed)
    .with("S3ComputedContentSHA256", calculated))
}

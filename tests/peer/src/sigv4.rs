//! SigV4 verification, written from the published algorithm and from the raw bytes of the request, so that it shares no
//! mistake with any signer.
//!
//! The canonical request is built the way S3 does: the path is decoded and encoded once, never normalized; the query is
//! sorted by encoded name and value; header values are trimmed and runs of white space become one space.

mod authorization;
mod canonical;
mod chunked;
mod key;
mod payload;

pub(crate) use authorization::{Authorization, Location};
pub(crate) use canonical::{canonical_request, string_to_sign};

use crate::clock::{epoch_seconds, iso8601};
use crate::error::S3Error;
use crate::http::{Request, Target};
use crate::payload::Payload;
use crate::secret::Secret;
use chunked::{Form, decode};
use payload::check_payload;
use std::time::{Duration, SystemTime};

/// How far the client's clock may be away from the peer's.
pub(crate) const MAX_SKEW: Duration = Duration::from_secs(15 * 60);

/// What a signature has to be made for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) now: SystemTime,
}

/// A request whose head is signed as it has to be.
pub(crate) struct Verified {
    pub(crate) authorization: Authorization,
    secret: Secret,
}

/// Checks the signature of a request's head; `secret_of` finds the secret key of an access key id.
pub(crate) fn verify(
    request: &Request,
    target: &Target,
    expected: &Expected<'_>,
    secret_of: impl FnOnce(&str) -> Option<Secret>,
) -> Result<Verified, S3Error> {
    let authorization = Authorization::parse(request, target)?;
    authorization.check_scope(expected)?;
    let secret = secret_of(&authorization.access_key_id)
        .ok_or_else(|| S3Error::invalid_access_key_id(&authorization.access_key_id))?;
    check_time(&authorization, expected.now)?;
    check_signed_headers(request, &authorization)?;
    let canonical = canonical_request(request, target, &authorization);
    let to_sign = string_to_sign(&authorization, &canonical);
    let signature = key::signature(&secret, &authorization, to_sign.as_bytes());
    if !key::equal(&signature, &authorization.signature) {
        return Err(signature_does_not_match(
            &authorization,
            &canonical,
            &to_sign,
        ));
    }
    Ok(Verified {
        authorization,
        secret,
    })
}

impl Verified {
    /// Checks the body against what the head says of it, and takes its framing off.
    pub(crate) fn payload(&self, request: &mut Request) -> Result<Payload, S3Error> {
        let authorization = &self.authorization;
        match Form::of(&authorization.payload_hash) {
            Some(form) => decode(request, form, authorization, &self.secret),
            None => {
                check_payload(request, authorization)?;
                Ok(Payload::take(request))
            }
        }
    }
}

fn check_time(authorization: &Authorization, now: SystemTime) -> Result<(), S3Error> {
    let signed_at = authorization.signed_at;
    let ahead = signed_at.duration_since(now).unwrap_or_default();
    let Location::Query { expires } = authorization.location else {
        let behind = now.duration_since(signed_at).unwrap_or_default();
        return if ahead > MAX_SKEW || behind > MAX_SKEW {
            Err(too_skewed(authorization, now))
        } else {
            Ok(())
        };
    };
    if ahead > MAX_SKEW {
        return Err(S3Error::new(
            403,
            "AccessDenied",
            "Request is not valid yet",
        ));
    }
    let ends = signed_at.checked_add(expires).unwrap_or(signed_at);
    if epoch_seconds(now) > epoch_seconds(ends) {
        return Err(S3Error::new(403, "AccessDenied", "Request has expired")
            .with("X-Amz-Expires", expires.as_secs().to_string())
            .with("Expires", iso8601(ends))
            .with("ServerTime", iso8601(now)));
    }
    Ok(())
}

fn too_skewed(authorization: &Authorization, now: SystemTime) -> S3Error {
    S3Error::new(
        403,
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
    )
    .with("RequestTime", authorization.timestamp.as_str())
    .with("ServerTime", iso8601(now))
    .with(
        "MaxAllowedSkewMilliseconds",
        MAX_SKEW.as_millis().to_string(),
    )
}

/// `host` and every `x-amz-*` header that is there must be signed.
fn check_signed_headers(request: &Request, authorization: &Authorization) -> Result<(), S3Error> {
    let signed = |name: &str| {
        authorization
            .signed_headers
            .iter()
            .any(|signed| signed == name)
    };
    let mut missing: Vec<String> = Vec::new();
    for header in &request.headers.0 {
        let name = header.name.to_ascii_lowercase();
        let must = name == "host" || name.starts_with("x-amz-");
        if must && !signed(&name) && !missing.contains(&name) {
            missing.push(name);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(S3Error::new(
        403,
        "AccessDenied",
        "There were headers present in the request which were not signed",
    )
    .with("HeadersNotSigned", missing.join(", ")))
}

/// Like S3, tells everything that went into the calculation.
fn signature_does_not_match(
    authorization: &Authorization,
    canonical: &[u8],
    to_sign: &str,
) -> S3Error {
    let bytes = |text: &[u8]| {
        text.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    S3Error::new(
        403,
        "SignatureDoesNotMatch",
        "The signature of the request is not the one that was calculated here. Check key and signing method.",
    )
    .with("AWSAccessKeyId", authorization.access_key_id.as_str())
    .with("StringToSign", to_sign)
    .with("SignatureProvided", authorization.signature.as_str())
    .with("StringToSignBytes", bytes(to_sign.as_bytes()))
    .with("CanonicalRequest", String::from_utf8_lossy(canonical))
    .with("CanonicalRequestBytes", bytes(canonical))
}

#[cfg(test)]
mod tests;

//! The signing key, the signature and its comparison.

use super::authorization::Authorization;
use crate::checksum::ChecksumAlgorithm;
use crate::data::Data;
use crate::secret::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::io;
use subtle::ConstantTimeEq;

/// The hexadecimal signature of `to_sign` in the authorization's scope.
pub(super) fn signature(secret: &Secret, authorization: &Authorization, to_sign: &[u8]) -> String {
    let first = format!("AWS4{}", secret.expose());
    let date = hmac(first.as_bytes(), authorization.date.as_bytes());
    let region = hmac(&date, authorization.region.as_bytes());
    let service = hmac(&region, authorization.service.as_bytes());
    let key = hmac(&service, b"aws4_request");
    hex(&hmac(&key, to_sign))
}

/// Compares without telling by its duration where the difference is.
pub(super) fn equal(calculated: &str, provided: &str) -> bool {
    calculated.as_bytes().ct_eq(provided.as_bytes()).into()
}

/// The hexadecimal SHA-256 of `bytes`.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&ChecksumAlgorithm::Sha256.digest(bytes))
}

/// The same of a body.
pub(super) fn sha256_hex_of(data: &Data) -> io::Result<String> {
    ChecksumAlgorithm::Sha256
        .digest_of(data)
        .map(|digest| hex(&digest))
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(message);
            mac.finalize().into_bytes().into()
        }
        // HMAC takes keys of any length.
        Err(_) => [0; 32],
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! The canonical request and the string to sign.

use super::authorization::{ALGORITHM, Authorization, Location};
use super::key::sha256_hex;
use crate::http::{Headers, Request, Target, percent_encode};

/// The canonical request, in bytes since header values need not be UTF-8.
pub(crate) fn canonical_request(
    request: &Request,
    target: &Target,
    authorization: &Authorization,
) -> Vec<u8> {
    let mut canonical = Vec::new();
    canonical.extend_from_slice(request.method.as_bytes());
    canonical.push(b'\n');
    canonical.extend_from_slice(percent_encode(&target.path, true).as_bytes());
    canonical.push(b'\n');
    canonical.extend_from_slice(canonical_query(target, authorization.location).as_bytes());
    canonical.push(b'\n');
    for name in &authorization.signed_headers {
        canonical_header(&mut canonical, &request.headers, name);
    }
    canonical.push(b'\n');
    canonical.extend_from_slice(authorization.signed_headers.join(";").as_bytes());
    canonical.push(b'\n');
    canonical.extend_from_slice(authorization.payload_hash.as_bytes());
    canonical
}

/// What is signed: algorithm, time, scope and the hash of the canonical request.
pub(crate) fn string_to_sign(authorization: &Authorization, canonical: &[u8]) -> String {
    let Authorization {
        timestamp,
        date,
        region,
        service,
        ..
    } = authorization;
    format!(
        "{ALGORITHM}\n{timestamp}\n{date}/{region}/{service}/aws4_request\n{}",
        sha256_hex(canonical)
    )
}

fn canonical_query(target: &Target, location: Location) -> String {
    let presigned = matches!(location, Location::Query { .. });
    let parameters = target
        .query
        .iter()
        .filter(|(name, _)| !(presigned && name == b"X-Amz-Signature"));
    let mut encoded: Vec<(String, String)> = parameters
        .map(|(name, value)| (percent_encode(name, false), percent_encode(value, false)))
        .collect();
    encoded.sort();
    let encoded: Vec<String> = encoded
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    encoded.join("&")
}

/// One line for all fields of that name. A signed header that is not there has no line, so it can never match.
fn canonical_header(canonical: &mut Vec<u8>, headers: &Headers, name: &str) {
    let values: Vec<Vec<u8>> = headers.all(name).map(collapse).collect();
    if values.is_empty() {
        return;
    }
    canonical.extend_from_slice(name.as_bytes());
    canonical.push(b':');
    canonical.extend_from_slice(&values.join(&b','));
    canonical.push(b'\n');
}

/// Trims, and makes every run of blanks one space.
fn collapse(value: &[u8]) -> Vec<u8> {
    let words = value
        .split(|byte| matches!(byte, b' ' | b'\t'))
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(&b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_collapse() {
        assert_eq!(collapse(b"  a \t b  c "), b"a b c");
        assert_eq!(collapse(b""), b"");
        assert_eq!(collapse(b"\xff  \xfe"), b"\xff \xfe");
    }

    #[test]
    fn the_query_is_sorted_by_its_encoded_form() {
        let target =
            Target::parse(b"/?b=2&a=%20&a=&session&B=1&X-Amz-Signature=0").expect("target");
        assert_eq!(
            canonical_query(&target, Location::Header),
            "B=1&X-Amz-Signature=0&a=&a=%20&b=2&session="
        );
        let presigned = Location::Query {
            expires: std::time::Duration::ZERO,
        };
        assert_eq!(
            canonical_query(&target, presigned),
            "B=1&a=&a=%20&b=2&session="
        );
    }
}

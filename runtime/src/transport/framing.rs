//! Where the body of an answer ends: by its length, or by chunks.

use http::HeaderMap;
use http::header::CONTENT_LENGTH;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
use http::header::TRANSFER_ENCODING;

#[cfg(any(feature = "hyper", feature = "reqwest"))]
use super::{TransportError, TransportErrorKind};

/// The length that an answer tells; none where it tells none. An error where what it tells is no length: not a number of
/// bytes that a file can have, or several that differ.
pub(crate) fn content_length(headers: &HeaderMap) -> Result<Option<u64>, NoLength> {
    let mut length = None;
    for value in headers.get_all(CONTENT_LENGTH) {
        // headers of one name may have been joined
        for digits in value.as_bytes().split(|byte| *byte == b',') {
            let found = number(digits.trim_ascii()).ok_or(NoLength)?;
            if length.is_some_and(|length| length != found) {
                return Err(NoLength);
            }
            length = Some(found);
        }
    }
    Ok(length)
}

/// A header that tells a length, and none that can be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoLength;

fn number(digits: &[u8]) -> Option<u64> {
    let next = |number: i64, byte: &u8| match byte {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add((byte - b'0').into()),
        _ => None,
    };
    let number = digits.iter().try_fold(0, next)?;
    u64::try_from(number).ok().filter(|_| !digits.is_empty())
}

/// Refuses an answer in anything but plain chunks, where it says that its length is not all. The HTTP library looks at
/// the last coding only, and would hand on the body in the others; of two ends that an answer tells, a proxy on the way
/// may take the other one, and the rest for the next answer (RFC 9112, 6.3).
#[cfg(any(feature = "hyper", feature = "reqwest"))]
pub(super) fn check(headers: &HeaderMap) -> Result<(), TransportError> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let Some(coding) = codings.next() else {
        return Ok(());
    };
    let is_chunked = coding
        .as_bytes()
        .trim_ascii()
        .eq_ignore_ascii_case(b"chunked");
    let problem = if !is_chunked || codings.next().is_some() {
        "its `transfer-encoding` is not `chunked` alone"
    } else if headers.contains_key(CONTENT_LENGTH) {
        "it has both a `content-length` and a `transfer-encoding`"
    } else {
        return Ok(());
    };
    let outcome = "the end of the answer is not certain";
    Err(TransportError::because(
        TransportErrorKind::Protocol,
        outcome,
        problem,
    ))
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
        let values = values.iter().map(|value| value.parse().unwrap());
        values.map(|value| (name.clone(), value)).collect()
    }

    #[test]
    fn a_length_is_a_number_that_is_told_once() {
        let length = |values: &[&str]| content_length(&headers(&CONTENT_LENGTH, values));
        for (values, expected) in [
            (&[][..], Ok(None)),
            (&["0"], Ok(Some(0))),
            (&["0004"], Ok(Some(4))),
            (&["4", "4"], Ok(Some(4))),
            (&["4, 4"], Ok(Some(4))),
            (&["9223372036854775807"], Ok(Some(i64::MAX as u64))),
            (&["9223372036854775808"], Err(NoLength)),
            (&["99999999999999999999999"], Err(NoLength)),
            (&["4", "6"], Err(NoLength)),
            (&["4, 6"], Err(NoLength)),
            (&["4,"], Err(NoLength)),
            (&["-4"], Err(NoLength)),
            (&["+4"], Err(NoLength)),
            (&["4.0"], Err(NoLength)),
            (&["0x4"], Err(NoLength)),
            (&["4 4"], Err(NoLength)),
            (&["\u{664}"], Err(NoLength)),
            (&[""], Err(NoLength)),
        ] {
            assert_eq!(length(values), expected, "{values:?}");
        }
    }

    #[test]
    fn a_body_without_a_length_comes_in_plain_chunks() {
        let check = |values: &[&str]| check(&headers(&TRANSFER_ENCODING, values));
        for values in [&[][..], &["chunked"], &["Chunked"]] {
            assert_eq!(check(values), Ok(()), "{values:?}");
        }
        for values in [
            &["chunked, identity"][..],
            &["identity, chunked"],
            &["gzip, chunked"],
            &["chunked, chunked"],
            &["chunked", "chunked"],
            &["gzip", "chunked"],
            &["gzip"],
            &["identity"],
            &["xchunked"],
            &["chunked;q=1"],
            &[""],
        ] {
            let error = check(values).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Protocol, "{values:?}");
        }
        let mut both = headers(&TRANSFER_ENCODING, &["chunked"]);
        both.extend(headers(&CONTENT_LENGTH, &["4"]));
        let error = super::check(&both).unwrap_err().to_string();
        assert!(error.contains("both a `content-length`"), "{error}");
    }
}

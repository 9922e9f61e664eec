//! What becomes of a body between the operation that wrote it and the signature: it is compressed, then summed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_ENCODING, HeaderName, HeaderValue};
use md5::{Digest, Md5};

use crate::body::{Body, gzip};
use crate::config::Compression;
use crate::endpoint::Endpoint;
use crate::error::EncodeError;
use crate::operation::OperationSpec;
use crate::request::RequestParts;

const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");
const CHECKSUM_CRC32: HeaderName = HeaderName::from_static("x-amz-checksum-crc32");

/// Compresses a body and sums it, as the operation and the endpoint ask.
pub(crate) fn finish(
    request: &mut RequestParts,
    spec: &OperationSpec,
    endpoint: &Endpoint,
    compression: Compression,
) -> Result<(), EncodeError> {
    if spec.compressed {
        compress(request, compression)?;
    }
    // one place for all operations: whatever a model binds, no directory bucket is sent an MD5
    let is_directory = endpoint.is_s3_express();
    if is_directory && request.headers.contains_key(CONTENT_MD5) {
        return Err(EncodeError::header(
            "content-md5",
            "cannot be sent: directory buckets take no MD5; leave it out, or use another checksum",
        ));
    }
    if spec.checksum_required && spec.checksum.is_none() {
        add_checksum(request, is_directory)?;
    }
    Ok(())
}

/// A body that is large enough, or a stream, goes in gzip. What encoded it before comes first.
fn compress(request: &mut RequestParts, compression: Compression) -> Result<(), EncodeError> {
    let body = match request.body.as_bytes() {
        Some(bytes) if compression.applies_to(bytes.len()) => Body::from(gzip::bytes(bytes)),
        None if compression.is_on() => gzip::stream(request.body.clone()),
        _ => return Ok(()),
    };
    let mut encodings: Vec<u8> = Vec::new();
    for encoding in request.headers.get_all(CONTENT_ENCODING) {
        encodings.extend_from_slice(encoding.as_bytes());
        encodings.extend_from_slice(b", ");
    }
    encodings.extend_from_slice(b"gzip");
    let encodings = HeaderValue::from_bytes(&encodings)
        .map_err(|_| EncodeError::header("content-encoding", "cannot be extended"))?;
    request.headers.insert(CONTENT_ENCODING, encodings);
    request.body = body;
    Ok(())
}

/// A checksum that the caller gave stays as it is.
fn add_checksum(request: &mut RequestParts, is_directory: bool) -> Result<(), EncodeError> {
    let has_checksum = request
        .headers
        .keys()
        .any(|name| *name == CONTENT_MD5 || name.as_str().starts_with("x-amz-checksum-"));
    // nothing is nothing, and a URL that is signed for a body to come does not know that body
    if has_checksum || request.body.length() == Some(0) {
        return Ok(());
    }
    let Some(bytes) = request.body.as_bytes() else {
        return Err(EncodeError::member(
            "body",
            "needs a checksum, which a stream has only at its end; send bytes in memory",
        ));
    };
    let (name, sum) = match is_directory {
        true => (
            CHECKSUM_CRC32,
            STANDARD.encode(gzip::crc32(bytes).to_be_bytes()),
        ),
        false => (CONTENT_MD5, STANDARD.encode(Md5::digest(bytes))),
    };
    let sum = HeaderValue::from_str(&sum)
        .map_err(|_| EncodeError::header("content-md5", "cannot be written"))?;
    request.headers.insert(name, sum);
    Ok(())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Method;

    use super::*;
    use crate::request::Request;

    fn parts(body: &str, headers: &[(&'static str, &str)]) -> RequestParts {
        let mut request = Request::new(String::new);
        request.payload(Bytes::copy_from_slice(body.as_bytes()), "text/plain");
        for (name, value) in headers {
            request.required_header(name, *value).unwrap();
        }
        request.into_parts()
    }

    fn header<'a>(request: &'a RequestParts, name: &str) -> Option<&'a str> {
        request.headers.get(name)?.to_str().ok()
    }

    const SPEC: OperationSpec = OperationSpec::new("Put", Method::PUT).checksum_required();

    #[test]
    fn a_directory_bucket_never_gets_an_md5() {
        let on = Compression::default();
        let mut request = parts("123456789", &[]);
        finish(&mut request, &SPEC, &Endpoint::for_test(None), on).unwrap();
        assert_eq!(
            header(&request, "content-md5"),
            Some("JfnnlDI7RTiF9RgfG2JNCw==")
        );
        for property in ["backend", "scheme"] {
            let directory = Endpoint::for_test(Some(property));
            let mut request = parts("123456789", &[]);
            finish(&mut request, &SPEC, &directory, on).unwrap();
            assert_eq!(header(&request, "content-md5"), None);
            assert_eq!(header(&request, "x-amz-checksum-crc32"), Some("y/Q5Jg=="));
            let mut request = parts("123456789", &[("content-md5", "JfnnlDI7RTiF9RgfG2JNCw==")]);
            let plain = OperationSpec::new("Put", Method::PUT);
            let error = finish(&mut request, &plain, &directory, on).unwrap_err();
            assert!(error.to_string().contains("content-md5"), "{error}");
        }
    }

    #[test]
    fn what_is_large_enough_is_compressed() {
        let spec = OperationSpec::new("Put", Method::PUT).compressed();
        let endpoint = Endpoint::for_test(None);
        let body = "a".repeat(10_240);
        let run = |body: &str, compression, headers| {
            let mut request = parts(body, headers);
            finish(&mut request, &spec, &endpoint, compression).unwrap();
            request
        };
        let on = Compression::default();
        let request = run(&body, on, &[("content-encoding", "custom")]);
        assert_eq!(header(&request, "content-encoding"), Some("custom, gzip"));
        assert_eq!(
            gzip::unpacked(request.body.as_bytes().unwrap()),
            body.as_bytes()
        );
        let request = run(&body[1..], on, &[]);
        assert_eq!(header(&request, "content-encoding"), None);
        let off = Compression {
            min_size: 1,
            disabled: true,
        };
        assert_eq!(header(&run(&body, off, &[]), "content-encoding"), None);
    }
}

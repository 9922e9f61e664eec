//! What some operations ask of a body before its form is decided: that it is compressed, or has an MD5.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue};

use super::sums::CONTENT_MD5;
use crate::body::{Loaded, gzip};
use crate::checksum;
use crate::config::Compression;
use crate::error::EncodeError;
use crate::operation::OperationSpec;

/// A short body in gzip, where the operation allows it and it is large enough.
pub(crate) fn packed(
    spec: &OperationSpec,
    headers: &mut HeaderMap,
    bytes: Bytes,
    compression: Compression,
) -> Result<Bytes, EncodeError> {
    match is_packed(spec, bytes.len(), compression) {
        false => Ok(bytes),
        true => announce_gzip(headers).map(|()| gzip::bytes(&bytes)),
    }
}

/// Whether a body of this length is sent in gzip.
pub(super) fn is_packed(spec: &OperationSpec, length: usize, compression: Compression) -> bool {
    spec.compressed && compression.applies_to(length)
}

/// Says that a body is in gzip. What encoded it before comes first; its length was another one.
pub(super) fn announce_gzip(headers: &mut HeaderMap) -> Result<(), EncodeError> {
    let mut encodings: Vec<u8> = Vec::new();
    for encoding in headers.get_all(CONTENT_ENCODING) {
        encodings.extend_from_slice(encoding.as_bytes());
        encodings.extend_from_slice(b", ");
    }
    encodings.extend_from_slice(b"gzip");
    let encodings = HeaderValue::from_bytes(&encodings)
        .map_err(|_| EncodeError::header("content-encoding", "cannot be extended"))?;
    headers.insert(CONTENT_ENCODING, encodings);
    headers.remove(CONTENT_LENGTH);
    Ok(())
}

/// Whether an operation insists on an MD5, where it does not let its caller choose. Directory buckets
/// are never sent one, whatever a model binds: they get another checksum.
pub(super) fn wants_md5(
    spec: &OperationSpec,
    headers: &HeaderMap,
    body: &Loaded,
    is_directory: bool,
) -> Result<bool, EncodeError> {
    let has_md5 = headers.contains_key(CONTENT_MD5);
    if is_directory && has_md5 {
        return Err(EncodeError::header(
            "content-md5",
            "cannot be sent: directory buckets take no MD5; leave it out, or use another checksum",
        ));
    }
    let is_wanted = spec.checksum_required && spec.checksum.is_none() && !is_directory;
    if !is_wanted || has_md5 || checksum::find(headers).is_some() {
        return Ok(false);
    }
    match body {
        Loaded::Bytes(_) => Ok(true),
        Loaded::Stream { .. } => Err(EncodeError::member(
            "body",
            "needs an MD5 before it is sent, which a stream does not have; send bytes in memory",
        )),
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::super::form::{Form, Terms, decide};
    use super::*;
    use crate::checksum::Checksums;
    use crate::endpoint::Endpoint;

    fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        headers.get(name)?.to_str().ok()
    }

    fn run(
        spec: &OperationSpec,
        headers: &mut HeaderMap,
        backend: Option<&str>,
    ) -> Result<Form, EncodeError> {
        let terms = Terms {
            request: Checksums::default(),
            response: Checksums::default(),
            is_secure: true,
            is_directory: Endpoint::for_test(backend).is_s3_express(),
        };
        let bytes = Bytes::from_static(b"123456789");
        let (form, sums) = decide(spec, headers, &Loaded::Bytes(bytes.clone()), terms)?;
        sums.write(&bytes, headers);
        Ok(form)
    }

    #[test]
    fn a_directory_bucket_never_gets_an_md5() {
        let spec = OperationSpec::new("Put", Method::PUT).checksum_required();
        let mut headers = HeaderMap::new();
        // the hash is signed as well: not every service does without
        assert_eq!(run(&spec, &mut headers, None), Ok(Form::Hashed));
        assert_eq!(
            header(&headers, "content-md5"),
            Some("JfnnlDI7RTiF9RgfG2JNCw==")
        );
        assert_eq!(header(&headers, "x-amz-checksum-crc32"), None);
        for place in ["backend", "scheme"] {
            let mut headers = HeaderMap::new();
            run(&spec, &mut headers, Some(place)).unwrap();
            assert_eq!(header(&headers, "content-md5"), None);
            assert_eq!(header(&headers, "x-amz-checksum-crc32"), Some("y/Q5Jg=="));
            headers.insert(
                CONTENT_MD5,
                HeaderValue::from_static("JfnnlDI7RTiF9RgfG2JNCw=="),
            );
            let plain = OperationSpec::new("Put", Method::PUT);
            let error = run(&plain, &mut headers, Some(place)).unwrap_err();
            assert!(error.to_string().contains("content-md5"), "{error}");
        }
        let unsigned = OperationSpec::new("Put", Method::PUT).unsigned_payload();
        assert_eq!(
            run(&unsigned, &mut HeaderMap::new(), None),
            Ok(Form::Unsigned)
        );
    }

    #[test]
    fn what_is_large_enough_is_compressed() {
        let spec = OperationSpec::new("Put", Method::PUT).compressed();
        let body = Bytes::from("a".repeat(10_240));
        let run = |body: Bytes, compression, encoding: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            let encoding = encoding.map(HeaderValue::from_static);
            headers.extend(encoding.map(|value| (CONTENT_ENCODING, value)));
            let body = packed(&spec, &mut headers, body, compression).unwrap();
            (body, headers)
        };
        let on = Compression::default();
        let (packed, headers) = run(body.clone(), on, Some("custom"));
        assert_eq!(header(&headers, "content-encoding"), Some("custom, gzip"));
        assert_eq!(gzip::unpacked(&packed), body);
        let (_, headers) = run(body.slice(1..), on, None);
        assert_eq!(header(&headers, "content-encoding"), None);
        let off = Compression {
            min_size: 1,
            disabled: true,
        };
        assert!(run(body, off, None).1.is_empty());
    }
}

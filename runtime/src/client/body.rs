//! What some operations ask of a body before its form is decided: an MD5.

use http::header::HeaderMap;

use super::sums::CONTENT_MD5;
use crate::body::Loaded;
use crate::checksum;
use crate::error::EncodeError;
use crate::operation::OperationSpec;

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
    // without the feature a checksum that is known takes its place
    let is_wanted = cfg!(feature = "more-checksums")
        && spec.checksum_required
        && spec.checksum.is_none()
        && !is_directory;
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
    use bytes::Bytes;
    use http::Method;
    use http::header::HeaderValue;

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
}

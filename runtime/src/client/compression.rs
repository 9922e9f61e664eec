//! Bodies of requests in gzip, of the operations that allow it.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue};

use super::Shared;
use crate::body::{Loaded, Measured, gzip};
use crate::config::Compression;
use crate::error::{Cause, EncodeError, Failure};
use crate::operation::OperationSpec;
use crate::pace::SLICE;
use crate::request::RequestParts;

impl Compression {
    fn is_on(self) -> bool {
        !self.disabled
    }

    fn applies_to(self, length: usize) -> bool {
        self.is_on() && length > 0 && length >= self.min_size
    }
}

/// How long a body may be that is readied without a pause.
pub(super) fn at_once(spec: &OperationSpec, compression: Compression) -> usize {
    if spec.compressed && compression.is_on() {
        gzip::AT_ONCE
    } else {
        SLICE
    }
}

/// A short body in gzip, where the operation allows it and it is large enough.
pub(crate) fn packed(
    spec: &OperationSpec,
    headers: &mut HeaderMap,
    bytes: Bytes,
    compression: Compression,
) -> Result<Bytes, EncodeError> {
    if is_packed(spec, bytes.len(), compression) {
        announce_gzip(headers).map(|()| gzip::bytes(&bytes))
    } else {
        Ok(bytes)
    }
}

/// Whether a body of this length is sent in gzip.
fn is_packed(spec: &OperationSpec, length: usize, compression: Compression) -> bool {
    spec.compressed && compression.applies_to(length)
}

/// Says that a body is in gzip. What encoded it before comes first; its length was another one.
fn announce_gzip(headers: &mut HeaderMap) -> Result<(), EncodeError> {
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

impl Shared {
    /// The body in gzip, where the operation allows it: it then is in memory, a stream too.
    pub(super) async fn compress(
        &self,
        spec: &OperationSpec,
        request: &mut RequestParts,
        body: Loaded,
    ) -> Result<Loaded, Box<Failure>> {
        let fail = |cause| Failure::new(spec.name, cause);
        let compression = self.config.compression;
        let bytes = match body {
            Loaded::Bytes(bytes) if is_packed(spec, bytes.len(), compression) => {
                announce_gzip(&mut request.headers).map_err(|error| fail(Cause::Encode(error)))?;
                gzip::long(&bytes).await
            }
            Loaded::Stream { length } if spec.compressed && compression.is_on() => {
                let pieces = request.body.open(length).await;
                let pieces = pieces.map_err(|failure| fail(Cause::Body(failure)))?;
                let bytes = gzip::pieces(Box::pin(Measured::new(pieces, length))).await;
                let bytes = bytes.map_err(|failure| fail(Cause::Body(failure)))?;
                announce_gzip(&mut request.headers).map_err(|error| fail(Cause::Encode(error)))?;
                bytes
            }
            body => return Ok(body),
        };
        Ok(Loaded::Bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        headers.get(name)?.to_str().ok()
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

//! How the body of a call travels: its checksum, its coding, and what the signature says of it.

use http::Method;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};

use super::body::wants_md5;
use super::sums::{CONTENT_MD5, Sums};
use crate::body::{Coding, Loaded};
use crate::checksum::{self, Algorithm, Checksums};
use crate::error::EncodeError;
use crate::header_field::find_header;
use crate::operation::OperationSpec;
use crate::signing::Payload;

const DECODED_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
const TRAILER: HeaderName = HeaderName::from_static("x-amz-trailer");

/// What a client decides by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) request: Checksums,
    pub(crate) response: Checksums,
    /// The connection is safe: what goes over it need not be hashed once more.
    pub(crate) is_secure: bool,
    /// It goes to a directory bucket.
    pub(crate) is_directory: bool,
}

/// How a body goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is; the signature covers it.
    Hashed,
    /// As it is; the signature does not cover it.
    Unsigned,
    /// In chunks.
    Chunked(Coding),
    /// As events, each with its signature.
    Events,
}

impl Form {
    /// What is signed of the body.
    pub(super) fn signed(self, body: &Loaded) -> Payload<'_> {
        match (self, body) {
            (Self::Hashed, Loaded::Bytes(bytes)) => Payload::Bytes(bytes),
            (Self::Hashed | Self::Unsigned, _) => Payload::Hash("UNSIGNED-PAYLOAD"),
            (Self::Events, _) => Payload::Hash("STREAMING-AWS4-HMAC-SHA256-EVENTS"),
            (Self::Chunked(coding), _) => Payload::Hash(match (coding.signed, coding.trailer) {
                (false, _) => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                (true, Some(_)) => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                (true, None) => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            }),
        }
    }

    /// How many bytes go over the wire.
    pub(crate) fn wire_length(self, body: &Loaded) -> u64 {
        match self {
            Self::Chunked(coding) => coding.coded_length(body.length()),
            #[cfg(feature = "event-streams")]
            Self::Events => match body {
                Loaded::Bytes(messages) => crate::event_stream::signed_length(messages),
                Loaded::Stream { length } => *length,
            },
            _ => body.length(),
        }
    }
}

/// What `content-length` says, where it says anything: S3 wants it of empty bodies too.
pub(crate) fn content_length(method: &Method, length: u64) -> Option<HeaderValue> {
    let has_body = length > 0 || matches!(*method, Method::PUT | Method::POST | Method::DELETE);
    has_body.then(|| length.into())
}

/// The length that the request itself names.
pub(crate) fn given_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Decides how a body travels, and writes the headers that say so. What is still to be computed of a
/// body in memory comes back.
pub(crate) fn decide(
    spec: &OperationSpec,
    headers: &mut HeaderMap,
    body: &Loaded,
    terms: Terms,
) -> Result<(Form, Sums), EncodeError> {
    // the length is not signed: it goes out last, as the body then is
    if let Some(value) = headers.remove(CONTENT_LENGTH)
        && value.to_str().ok().and_then(|text| text.parse().ok()) != Some(body.length())
    {
        return Err(EncodeError::header(
            "content-length",
            "is not the length of the body; leave it out",
        ));
    }
    let md5 = wants_md5(spec, headers, body, terms.is_directory)?;
    let is_asked = spec.checksum.is_some() || spec.checksum_required || body.length() > 0;
    let has_md5 = || md5 || headers.contains_key(CONTENT_MD5);
    let is_given = is_asked && (has_md5() || checksum::find(headers).is_some());
    let computed = if is_given {
        None
    } else {
        computed(spec, headers, terms.request)?
    };
    if let Some(name) = spec.verified
        && terms.response == Checksums::WhenSupported
        && find_header(headers, name).is_none()
    {
        let name = HeaderName::from_static(name);
        headers.insert(name, HeaderValue::from_static("ENABLED"));
    }
    match body {
        Loaded::Bytes(bytes) => {
            let checksum = computed;
            // Only S3 has operations whose caller chooses a checksum, and S3 takes their bodies over TLS
            // without a hash, also where checksums are off. Others want the hash, whatever else covers the body.
            let is_unsigned = terms.is_secure && spec.checksum.is_some() && !bytes.is_empty();
            let form = if is_unsigned || spec.unsigned_payload {
                Form::Unsigned
            } else if spec.has_events() {
                Form::Events
            } else {
                Form::Hashed
            };
            Ok((form, Sums { md5, checksum }))
        }
        // only S3 knows chunks, and only where it knows checksums
        Loaded::Stream { .. } if spec.checksum.is_none() && computed.is_none() => {
            Ok((Form::Unsigned, Sums::default()))
        }
        Loaded::Stream { length } => {
            let coding = Coding {
                trailer: computed,
                signed: !terms.is_secure,
            };
            if coding.trailer.is_none() && !coding.signed {
                return Ok((Form::Unsigned, Sums::default()));
            }
            announce(headers, coding, *length)?;
            Ok((Form::Chunked(coding), Sums::default()))
        }
    }
}

/// The checksum that is to be computed: the one asked for, or else CRC32 if there is to be one. A
/// header names it, as the service wants it.
fn computed(
    spec: &OperationSpec,
    headers: &mut HeaderMap,
    request: Checksums,
) -> Result<Option<Algorithm>, EncodeError> {
    let chosen = spec
        .checksum
        .and_then(|name| Some((name, headers.get(name)?)));
    if let Some((name, value)) = chosen {
        let algorithm = value.to_str().ok().and_then(Algorithm::from_name);
        return algorithm.map(Some).ok_or_else(|| {
            EncodeError::header(
                name,
                "names no checksum algorithm that is known here; CRC32, CRC32C, CRC64NVME, SHA1 \
                 and SHA256 are those of directory buckets",
            )
        });
    }
    let is_wanted = match request {
        Checksums::WhenSupported => spec.checksum.is_some() || spec.checksum_required,
        Checksums::WhenRequired => spec.checksum_required,
    };
    if !is_wanted {
        return Ok(None);
    }
    let default = Algorithm::Crc32;
    if let Some(name) = spec.checksum {
        let value = HeaderValue::from_static(default.name());
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(Some(default))
}

/// The headers that say that the body is in chunks.
fn announce(headers: &mut HeaderMap, coding: Coding, length: u64) -> Result<(), EncodeError> {
    const CODING: &str = "aws-chunked";
    let unusable = |_| EncodeError::header("content-encoding", "cannot be extended");
    let value = match headers.get(CONTENT_ENCODING) {
        None => HeaderValue::from_static(CODING),
        Some(given) => {
            let value = [given.as_bytes(), b",", CODING.as_bytes()].concat();
            HeaderValue::from_maybe_shared(value).map_err(unusable)?
        }
    };
    headers.insert(CONTENT_ENCODING, value);
    headers.insert(DECODED_LENGTH, length.into());
    if let Some(algorithm) = coding.trailer {
        let name = HeaderValue::from_static(algorithm.header());
        headers.insert(TRAILER, name);
    }
    Ok(())
}

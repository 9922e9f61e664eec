//! The `aws-chunked` coding: chunks with or without signatures, and trailing fields.

use super::authorization::Authorization;
use super::key::{equal, hex, sha256_hex, signature};
use crate::checksum::{ChecksumAlgorithm, Running};
use crate::data::Data;
use crate::error::S3Error;
use crate::http::{Header, Headers, Request};
use crate::payload::Payload;
use crate::secret::Secret;

/// Every chunk but the last has to be this long.
const MIN_CHUNK: usize = 8 * 1024;
/// Size and signature of a chunk are shorter.
const HEAD_LIMIT: usize = 256;
/// The trailing fields are shorter.
const TRAILER_LIMIT: usize = 64 * 1024;

/// The forms of the coding, by the value of `x-amz-content-sha256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    signed: bool,
    trailer: bool,
}

impl Form {
    pub(crate) fn of(payload_hash: &str) -> Option<Self> {
        let (signed, trailer) = match payload_hash {
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => (false, true),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => (true, false),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => (true, true),
            _ => return None,
        };
        Some(Self { signed, trailer })
    }
}

/// Decodes the body and verifies the signatures in it.
pub(super) fn decode(
    request: &Request,
    form: Form,
    authorization: &Authorization,
    secret: &Secret,
) -> Result<Payload, S3Error> {
    let length = decoded_length(request)?;
    let body = &request.body;
    let mut chain = form.signed.then(|| Chain::new(authorization, secret));
    let mut digest = trailing(request).map(|algorithm| (algorithm, Running::new(algorithm)));
    let mut chunks = Vec::new();
    let mut at = 0;
    let mut short = false;
    loop {
        let start = body.slice(at..at + HEAD_LIMIT).to_bytes()?;
        let (line, _) = split_line(&start).ok_or_else(incomplete)?;
        at += line.len() + 2;
        let (size, signature) = read_head(line)?;
        if size == 0 {
            if let Some(chain) = &mut chain {
                chain.check_chunk(&sha256_hex(b""), signature)?;
            }
            break;
        }
        if short {
            return Err(S3Error::new(
                403,
                "InvalidChunkSizeError",
                "Only the last chunk is allowed to have a size less than 8192 bytes",
            ));
        }
        short = size < MIN_CHUNK;
        let end = at.saturating_add(size);
        if end > body.len() || body.slice(end..end + 2) != "\r\n" {
            return Err(incomplete());
        }
        let chunk = body.slice(at..end);
        // what lies in a file is read once for both
        let mut hash = Running::new(ChecksumAlgorithm::Sha256);
        let is_read = chain.is_some() || digest.is_some();
        for piece in chunk.pieces().take_while(|_| is_read) {
            let piece = piece?;
            if chain.is_some() {
                hash.update(&piece);
            }
            if let Some((_, digest)) = &mut digest {
                digest.update(&piece);
            }
        }
        if let Some(chain) = &mut chain {
            chain.check_chunk(&hex(&hash.finish()), signature)?;
        }
        chunks.push(chunk);
        at = end + 2;
    }
    let data = Data::concat(chunks);
    if data.len() != length {
        return Err(incomplete());
    }
    let rest = body.slice(at..at + TRAILER_LIMIT).to_bytes()?;
    let trailers = read_trailers(&rest)?;
    check_trailers(request, form, &trailers, chain)?;
    Ok(Payload {
        data,
        digest: digest.map(|(algorithm, digest)| (algorithm, digest.encoded())),
        trailers: Headers(trailers),
    })
}

/// The checksum that is to follow the chunks.
fn trailing(request: &Request) -> Option<ChecksumAlgorithm> {
    let announced = request
        .headers
        .single_text("x-amz-trailer")
        .ok()
        .flatten()?;
    ChecksumAlgorithm::of_header(&announced.trim().to_ascii_lowercase())
}

fn decoded_length(request: &Request) -> Result<usize, S3Error> {
    let length = request
        .headers
        .single_text("x-amz-decoded-content-length")
        .ok()
        .flatten();
    let missing = || {
        S3Error::new(
            411,
            "MissingContentLength",
            "You must provide the Content-Length HTTP header.",
        )
    };
    length
        .and_then(|text| text.parse().ok())
        .ok_or_else(missing)
}

fn incomplete() -> S3Error {
    S3Error::new(
        400,
        "IncompleteBody",
        "The request body is not what its chunks and x-amz-decoded-content-length say.",
    )
}

fn malformed_trailer() -> S3Error {
    S3Error::new(
        400,
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    )
}

/// A line without its CRLF, and what follows.
fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    Some((&bytes[..end], &bytes[end + 2..]))
}

/// `SIZE` or `SIZE;chunk-signature=HEX`.
fn read_head(line: &[u8]) -> Result<(usize, Option<&str>), S3Error> {
    let text = std::str::from_utf8(line).map_err(|_| incomplete())?;
    let (size, extension) = match text.split_once(';') {
        Some((size, extension)) => (size, extension.strip_prefix("chunk-signature=")),
        None => (text, None),
    };
    if size.is_empty() || !size.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(incomplete());
    }
    let size = usize::from_str_radix(size, 16).map_err(|_| incomplete())?;
    Ok((size, extension))
}

/// The fields after the last chunk, up to an empty line or the end.
fn read_trailers(mut rest: &[u8]) -> Result<Vec<Header>, S3Error> {
    let mut trailers = Vec::new();
    while let Some((line, after)) = split_line(rest) {
        rest = after;
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let colon = colon.ok_or_else(malformed_trailer)?;
        trailers.push(Header {
            name: String::from_utf8_lossy(&line[..colon]).into_owned(),
            value: line[colon + 1..].trim_ascii().to_vec(),
        });
    }
    if rest.is_empty() {
        Ok(trailers)
    } else {
        Err(malformed_trailer())
    }
}

/// The trailing fields have to be those that `x-amz-trailer` announced, and signed if the chunks are.
fn check_trailers(
    request: &Request,
    form: Form,
    trailers: &[Header],
    chain: Option<Chain<'_>>,
) -> Result<(), S3Error> {
    const SIGNATURE: &str = "x-amz-trailer-signature";
    let announced = request.headers.single_text("x-amz-trailer").ok().flatten();
    let announced = announced.unwrap_or_default().to_ascii_lowercase();
    let mut announced: Vec<&str> = announced.split(',').map(str::trim).collect();
    announced.retain(|name| !name.is_empty());
    announced.sort_unstable();
    let (signatures, fields): (Vec<&Header>, Vec<&Header>) =
        trailers.iter().partition(|field| field.is(SIGNATURE));
    let mut names: Vec<String> = fields
        .iter()
        .map(|field| field.name.to_ascii_lowercase())
        .collect();
    names.sort_unstable();
    if names != announced || (!form.trailer && !names.is_empty()) {
        return Err(malformed_trailer());
    }
    match (chain, signatures.as_slice()) {
        (Some(mut chain), [signature]) if form.trailer => {
            chain.check_trailers(&fields, &signature.value_text())
        }
        (None, []) => Ok(()),
        (Some(_), []) if !form.trailer => Ok(()),
        _ => Err(malformed_trailer()),
    }
}

/// Each signature covers the one before it.
struct Chain<'a> {
    authorization: &'a Authorization,
    secret: &'a Secret,
    previous: String,
}

impl<'a> Chain<'a> {
    fn new(authorization: &'a Authorization, secret: &'a Secret) -> Self {
        Self {
            authorization,
            secret,
            previous: authorization.signature.clone(),
        }
    }

    fn check_chunk(&mut self, hash: &str, provided: Option<&str>) -> Result<(), S3Error> {
        let hashes = format!("{}\n{hash}", sha256_hex(b""));
        self.check("AWS4-HMAC-SHA256-PAYLOAD", &hashes, provided)
    }

    fn check_trailers(&mut self, fields: &[&Header], provided: &str) -> Result<(), S3Error> {
        let mut lines: Vec<String> = fields
            .iter()
            .map(|field| {
                let name = field.name.to_ascii_lowercase();
                format!("{name}:{}\n", field.value_text())
            })
            .collect();
        lines.sort_unstable();
        let hash = sha256_hex(lines.concat().as_bytes());
        self.check("AWS4-HMAC-SHA256-TRAILER", &hash, Some(provided))
    }

    fn check(
        &mut self,
        algorithm: &str,
        hashes: &str,
        provided: Option<&str>,
    ) -> Result<(), S3Error> {
        let Authorization {
            timestamp,
            date,
            region,
            service,
            ..
        } = self.authorization;
        let to_sign = format!(
            "{algorithm}\n{timestamp}\n{date}/{region}/{service}/aws4_request\n{}\n{hashes}",
            self.previous
        );
        let calculated = signature(self.secret, self.authorization, to_sign.as_bytes());
        if !equal(&calculated, provided.unwrap_or_default()) {
            return Err(S3Error::new(
                403,
                "SignatureDoesNotMatch",
                "The signature of a chunk is not the one that was calculated here.",
            )
            .with("StringToSign", to_sign)
            .with("SignatureProvided", provided.unwrap_or_default()));
        }
        self.previous = calculated;
        Ok(())
    }
}

#[cfg(test)]
mod tests;

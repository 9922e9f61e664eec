//! Request bodies: known length and chunked.

use super::headers::{Header, Headers};
use super::limits::Limits;
use super::request::{BodyLength, HttpError, Request};
use super::wire::{Wire, deadline_in};
use crate::data::Writer;
use tokio::time::Instant;

/// Longest chunk-size line and longest trailer section.
const LINE_LIMIT: usize = 8 * 1024;

/// Reads the body of `request`, of `limit` bytes at most, from the wire into it, by way of `writer`.
pub(crate) async fn read_body(
    wire: &mut Wire,
    request: &mut Request,
    mut writer: Writer,
    (length, limit): (BodyLength, u64),
    limits: &Limits,
) -> Result<(), HttpError> {
    let deadline = deadline_in(limits.body_timeout);
    match length {
        BodyLength::Known(length) if length > limit => return Err(HttpError::BodyTooLarge),
        BodyLength::Known(length) => read_exact(wire, &mut writer, length, deadline).await?,
        BodyLength::Chunked => {
            read_chunks(wire, &mut writer, limit, deadline).await?;
            request.trailers = read_trailers(wire, limits, deadline).await?;
        }
    }
    request.body_length = writer.length();
    request.body = writer.finish();
    Ok(())
}

async fn read_exact(
    wire: &mut Wire,
    writer: &mut Writer,
    length: u64,
    deadline: Instant,
) -> Result<(), HttpError> {
    let mut left = usize::try_from(length).map_err(|_| HttpError::BodyTooLarge)?;
    while left > 0 {
        if wire.pending().is_empty() {
            wire.fill(deadline).await?;
        }
        let piece = wire.take(left);
        left -= piece.len();
        writer.push(piece).map_err(|error| {
            tracing::error!(%error, "a body cannot be written to the temporary file");
            HttpError::Disk
        })?;
    }
    Ok(())
}

async fn read_chunks(
    wire: &mut Wire,
    writer: &mut Writer,
    limit: u64,
    deadline: Instant,
) -> Result<(), HttpError> {
    loop {
        let line = read_line(wire, deadline).await?;
        let size = chunk_size(&line)?;
        if size == 0 {
            return Ok(());
        }
        let so_far = u64::try_from(writer.length()).unwrap_or(u64::MAX);
        if so_far.saturating_add(size) > limit {
            return Err(HttpError::BodyTooLarge);
        }
        read_exact(wire, writer, size, deadline).await?;
        if !read_line(wire, deadline).await?.is_empty() {
            return Err(HttpError::Malformed("A chunk is longer than its size."));
        }
    }
}

/// A line without its CRLF.
async fn read_line(wire: &mut Wire, deadline: Instant) -> Result<Vec<u8>, HttpError> {
    loop {
        if let Some(end) = wire.pending().iter().position(|byte| *byte == b'\n') {
            let line = wire.take(end + 1);
            return match line.strip_suffix(b"\r\n") {
                Some(line) => Ok(line.to_vec()),
                None => Err(HttpError::Malformed(
                    "A line of the chunked body does not end in CRLF.",
                )),
            };
        }
        if wire.pending().len() > LINE_LIMIT {
            return Err(HttpError::Malformed(
                "A line of the chunked body is too long.",
            ));
        }
        wire.fill(deadline).await?;
    }
}

fn chunk_size(line: &[u8]) -> Result<u64, HttpError> {
    let digits = line
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default()
        .trim_ascii_end();
    let text = std::str::from_utf8(digits).unwrap_or_default();
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(HttpError::Malformed(
            "A chunk size is not a hexadecimal number.",
        ));
    }
    u64::from_str_radix(text, 16)
        .map_err(|_| HttpError::Malformed("A chunk size is not a hexadecimal number."))
}

async fn read_trailers(
    wire: &mut Wire,
    limits: &Limits,
    deadline: Instant,
) -> Result<Headers, HttpError> {
    let mut trailers = Vec::new();
    let mut bytes = 0;
    loop {
        let line = read_line(wire, deadline).await?;
        if line.is_empty() {
            return Ok(Headers(trailers));
        }
        bytes += line.len();
        if bytes > LINE_LIMIT || trailers.len() >= limits.headers {
            return Err(HttpError::HeadTooLarge);
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let colon = colon.ok_or(HttpError::Malformed("A trailer field has no colon."))?;
        let name = String::from_utf8_lossy(&line[..colon]).into_owned();
        trailers.push(Header {
            name,
            value: line[colon + 1..].trim_ascii().to_vec(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunk_sizes() {
        assert_eq!(chunk_size(b"1aF"), Ok(0x1af));
        assert_eq!(chunk_size(b"10;name=value"), Ok(16));
        for bad in [&b""[..], b"-1", b"+1", b"0x1", b"11111111111111111", b" 1"] {
            assert!(chunk_size(bad).is_err(), "{bad:?}");
        }
    }
}

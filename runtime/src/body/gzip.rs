//! Bodies in gzip.

use std::io::Write as _;

use bytes::Bytes;
use flate2::write::GzEncoder;

use super::measured::next;
use super::{Body, BodyFailure, Pieces};
use crate::pace::{work, yield_now};

/// As many bytes are compressed in one poll, which takes some 2 ms.
pub(crate) const AT_ONCE: usize = 64 * 1024;

/// Few bytes in gzip.
pub(crate) fn bytes(bytes: &[u8]) -> Bytes {
    work(bytes.len());
    let mut encoder = encoder();
    // writing to memory does not fail
    let _ = encoder.write_all(bytes);
    encoder.finish().map(Bytes::from).unwrap_or_default()
}

/// Any number of bytes in gzip. Other tasks run in between.
pub(crate) async fn long(bytes: &[u8]) -> Bytes {
    let mut encoder = encoder();
    write(&mut encoder, bytes).await;
    encoder.finish().map(Bytes::from).unwrap_or_default()
}

async fn write(encoder: &mut GzEncoder<Vec<u8>>, bytes: &[u8]) {
    for slice in bytes.chunks(AT_ONCE) {
        work(slice.len());
        let _ = encoder.write_all(slice);
        yield_now().await;
    }
}

/// A stream in gzip, in memory: nobody knows its length before its end.
pub(crate) async fn pieces(mut pieces: Pieces) -> Result<Bytes, BodyFailure> {
    let mut encoder = encoder();
    while let Some(piece) = next(&mut pieces).await {
        write(&mut encoder, &piece?).await;
        if encoder.get_ref().len() > Body::UNKNOWN_LENGTH_LIMIT {
            return Err(BodyFailure::new(format!(
                "the body is longer than {} bytes even in gzip; switch compression off for it",
                Body::UNKNOWN_LENGTH_LIMIT
            )));
        }
    }
    Ok(encoder.finish().map(Bytes::from).unwrap_or_default())
}

fn encoder() -> GzEncoder<Vec<u8>> {
    GzEncoder::new(Vec::new(), flate2::Compression::default())
}

#[cfg(test)]
pub(crate) fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut text).unwrap();
    text
}

#[cfg(test)]
mod tests {
    use super::super::Measured;
    use super::*;

    async fn packed(bytes: Bytes) -> Result<Bytes, BodyFailure> {
        pieces(Box::pin(Measured::of(bytes))).await
    }

    #[tokio::test]
    async fn a_stream_is_packed_as_far_as_it_fits() {
        let zeros = Bytes::from(vec![0; Body::UNKNOWN_LENGTH_LIMIT * 2]);
        assert_eq!(unpacked(&packed(zeros.clone()).await.unwrap()), zeros);
        let mut state = 1u32;
        let noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        let noise: Vec<u8> = noise.take(Body::UNKNOWN_LENGTH_LIMIT * 2).collect();
        let failure = packed(noise.into()).await.unwrap_err();
        assert!(failure.to_string().contains("compression"), "{failure}");
    }
}

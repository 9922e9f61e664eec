//! Checksums before and after a body, which the server verifies.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use zonal::runtime::Body;
use zonal::runtime::checksum::Algorithm;
use zonal::types::{ChecksumAlgorithm, ChecksumMode};

use crate::lab::{BUCKET, Lab, bytes};

/// Bytes that come as a stream: their checksum goes behind them.
fn streamed(data: &Bytes) -> Body {
    let pieces = data.chunks(70_001).map(Bytes::copy_from_slice);
    Body::from_stream(Pieces(pieces.collect()), Some(data.len() as u64))
}

struct Pieces(VecDeque<Bytes>);

impl Stream for Pieces {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

pub(crate) async fn in_headers_and_trailers(lab: &Lab) {
    let data = bytes(1_000_003);
    for client in [&lab.client, &lab.secured] {
        for name in ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"] {
            for body in [Body::from(data.clone()), streamed(&data)] {
                let about = format!("{name} {body:?}");
                let put = client.put_object(BUCKET, "sum").body(body);
                let put = put.checksum_algorithm(ChecksumAlgorithm::from(name)).await;
                put.unwrap_or_else(|error| panic!("{about}: {error}"));
                let got = client.get_object(BUCKET, "sum");
                let got = got.checksum_mode(ChecksumMode::Enabled).await.unwrap();
                // the client verifies what the server kept
                let ours = Algorithm::from_name(name).unwrap();
                assert_eq!(got.body.verified_by(), Some(ours), "{about}");
                assert!(got.body.collect().await.unwrap() == data, "{about}");
            }
        }
    }
    lab.client.delete_object(BUCKET, "sum").await.unwrap();
}

/// A checksum that is another body's.
pub(crate) async fn wrong(lab: &Lab) {
    let sum = Algorithm::Crc32.checksum(b"another body");
    for client in [&lab.client, &lab.secured] {
        let put = client.put_object(BUCKET, "bad").body(bytes(100));
        let error = put.checksum_crc32(sum.clone()).await.unwrap_err();
        assert_eq!(error.code(), Some("BadDigest"), "{error}");
    }
    assert_eq!(lab.keys().await, [""; 0]);
}

//! Bodies whose length differs from the given one: the call fails with the reason and stores
//! nothing.

use std::error::Error as _;

use bytes::Bytes;
use zonal::runtime::{Body, ErrorKind};

use crate::support::{KEY, Lab, Scheme, bytes, pieces_of, put, stream};

const BOTH: [Scheme; 2] = [Scheme::Http, Scheme::Https];

#[tokio::test]
async fn a_stream_of_another_length_is_refused() {
    let data = bytes(200_000);
    for scheme in BOTH {
        // one body in chunks, one as it is
        for sum in [None, Some("AAAAAA==")] {
            for (length, says) in [
                (200_001, "shorter than its length: 200000 of 200001 bytes"),
                (9_000_000, "shorter than its length"),
                (199_999, "longer than its length, 199999 bytes"),
                (1, "longer than its length"),
                (0, "longer than its length"),
            ] {
                let lab = Lab::new();
                let body = Body::from_stream(pieces_of(&data), Some(length));
                let mut put = put(body);
                put.checksum_crc32 = sum.map(str::to_owned);
                let error = lab.client(scheme).send(put).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::RequestBody, "{error}");
                assert!(error.to_string().contains(says), "{error}");
                assert!(lab.peer.keys(crate::support::BUCKET).is_empty());
            }
        }
    }
}

/// The last piece fills the length, and only the end of the stream would tell that this was all.
#[tokio::test]
async fn a_piece_too_many_is_noticed_before_the_request_is_whole() {
    let lab = Lab::new();
    let pieces = ["12345", "67890", "x"].map(|piece| Ok(Bytes::from(piece)));
    let mut put = put(Body::from_stream(stream(pieces), Some(10)));
    put.checksum_crc32 = Some("JhrlwA==".to_owned());
    let error = lab.client(Scheme::Https).send(put).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::RequestBody);
    assert!(lab.peer.object(crate::support::BUCKET, KEY).is_none());
}

#[tokio::test]
async fn a_stream_that_fails_is_the_cause() {
    for scheme in BOTH {
        for before in [0, 3_000_000] {
            let lab = Lab::new();
            let pieces = [Ok(bytes(before)), Err("the well\nran dry")];
            let body = Body::from_stream(stream(pieces), Some(4_000_000));
            let error = lab.client(scheme).send(put(body)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::RequestBody);
            let text = error.to_string();
            assert!(text.contains("stream failed: the well ran dry"), "{text}");
            let source = error.source().unwrap().to_string();
            assert_eq!(source, "the well\nran dry");
            assert!(lab.peer.keys(crate::support::BUCKET).is_empty());
        }
    }
}

#[tokio::test]
async fn a_stream_is_sent_once() {
    let lab = Lab::new();
    let body = Body::from_stream(pieces_of(&bytes(10)), Some(10));
    lab.put(Scheme::Http, put(body.clone())).await;
    let client = lab.client(Scheme::Http);
    let error = client.send(put(body)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RequestBody);
    assert!(error.to_string().contains("sent already"), "{error}");
    assert!(lab.peer.requests().is_empty());
}

#[tokio::test]
async fn a_long_stream_of_unknown_length_wants_parts() {
    let lab = Lab::new();
    let data = bytes(Body::UNKNOWN_LENGTH_LIMIT + 1);
    let body = Body::from_stream(pieces_of(&data), None);
    let text = lab.refuse(Scheme::Http, body).await;
    assert!(text.contains("multipart upload"), "{text}");
    assert!(lab.peer.requests().is_empty());
}

#[tokio::test]
async fn a_length_that_contradicts_the_body_is_refused() {
    let lab = Lab::new();
    let client = lab.client(Scheme::Http);
    let error = client.send(put("12345").content_length(6_i64)).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("content-length"), "{error}");
}

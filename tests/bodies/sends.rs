//! What goes out: every kind of body, with its checksum, so that the peer accepts it.

use bytes::Bytes;
use zonal::operation::{DeleteObjects, UploadPart};
use zonal::runtime::checksum::Algorithm;
use zonal::runtime::{Body, Checksums, ErrorKind};
use zonal::types::{ChecksumAlgorithm, Delete, ObjectIdentifier};
use zonal_peer::{Fault, Operation, Recorded};

use crate::support::{BUCKET, KEY, Lab, Scheme, bytes, expect_code, pieces_of, put, stream};

const BOTH: [Scheme; 2] = [Scheme::Http, Scheme::Https];
const HASH: &str = "x-amz-content-sha256";
/// More than one chunk of every kind, and no round number.
const LENGTH: usize = 2_500_007;

fn hash(request: &Recorded) -> String {
    request.header(HASH).unwrap()
}

/// The header is there once.
#[track_caller]
fn has(request: &Recorded, name: &str, value: &str) {
    assert_eq!(request.header_values(name), [value], "{name}");
}

#[tokio::test]
async fn bytes_have_their_checksum_in_a_signed_header() {
    let lab = Lab::new();
    for data in [bytes(11), bytes(LENGTH)] {
        for scheme in BOTH {
            let (request, object) = lab.put(scheme, put(data.clone())).await;
            assert_eq!(object.data, data);
            has(
                &request,
                "x-amz-checksum-crc32",
                &Algorithm::Crc32.checksum(&data),
            );
            has(&request, "x-amz-sdk-checksum-algorithm", "CRC32");
            has(&request, "content-length", &data.len().to_string());
            match scheme {
                Scheme::Https => assert_eq!(hash(&request), "UNSIGNED-PAYLOAD"),
                Scheme::Http => assert_eq!(hash(&request).len(), 64),
            }
            for name in ["content-md5", "content-encoding", "transfer-encoding"] {
                assert_eq!(request.header(name), None);
            }
        }
    }
}

#[tokio::test]
async fn an_empty_body_has_a_length_and_a_hash() {
    let lab = Lab::new();
    let empty = || Body::from_stream(stream([Ok(Bytes::new())]), Some(0));
    for body in [
        Body::default(),
        empty(),
        Body::from_stream(stream([]), None),
    ] {
        let (request, object) = lab.put(Scheme::Https, put(body)).await;
        assert!(object.data.is_empty());
        has(&request, "content-length", "0");
        has(&request, "x-amz-checksum-crc32", "AAAAAA==");
        assert!(hash(&request).starts_with("e3b0c442"));
    }
    let delete = zonal::operation::DeleteObject::new(BUCKET, KEY);
    lab.client(Scheme::Http).send(delete).await.unwrap();
    let request = lab.peer.take_requests().pop().unwrap();
    has(&request, "content-length", "0");
}

#[tokio::test]
async fn a_stream_goes_in_chunks_with_its_checksum_behind() {
    let lab = Lab::new();
    for length in [1, 65_536, LENGTH] {
        let data = bytes(length);
        for scheme in BOTH {
            let body = Body::from_stream(pieces_of(&data), Some(length as u64));
            let (request, object) = lab.put(scheme, put(body).content_encoding("gzip")).await;
            assert!(object.data == data, "{length} {scheme:?}");
            let checksum = object.checksum.unwrap();
            assert_eq!(checksum.value, Algorithm::Crc32.checksum(&data));
            has(&request, "content-encoding", "gzip,aws-chunked");
            has(
                &request,
                "x-amz-decoded-content-length",
                &length.to_string(),
            );
            has(&request, "x-amz-trailer", "x-amz-checksum-crc32");
            has(&request, "content-length", &request.body_length.to_string());
            assert_eq!(request.header("transfer-encoding"), None);
            let form = match scheme {
                Scheme::Https => "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                Scheme::Http => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            };
            assert_eq!(hash(&request), form);
        }
    }
}

#[tokio::test]
async fn a_stream_of_unknown_length_is_read_ahead() {
    let lab = Lab::new();
    let data = bytes(LENGTH);
    let body = Body::from_stream(pieces_of(&data), None);
    let (request, object) = lab.put(Scheme::Https, put(body)).await;
    assert!(object.data == data);
    has(&request, "content-length", &LENGTH.to_string());
    assert_eq!(hash(&request), "UNSIGNED-PAYLOAD");
    // unless the request says how long it is
    let body = Body::from_stream(pieces_of(&data), None);
    let put = put(body).content_length(LENGTH as i64);
    let (request, object) = lab.put(Scheme::Https, put).await;
    assert!(object.data == data);
    has(&request, "x-amz-trailer", "x-amz-checksum-crc32");
}

#[tokio::test]
async fn a_factory_makes_a_stream_for_every_request() {
    let lab = Lab::new();
    let data = bytes(LENGTH);
    let source = data.clone();
    let body = Body::from_fn(Some(LENGTH as u64), move || pieces_of(&source));
    assert!(body.is_replayable());
    for scheme in BOTH {
        let (_, object) = lab.put(scheme, put(body.clone())).await;
        assert!(object.data == data);
    }
}

#[tokio::test]
async fn the_caller_chooses_the_checksum() {
    let lab = Lab::new();
    let data = bytes(100_000);
    for algorithm in ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] {
        let ours = Algorithm::from_name(algorithm).unwrap();
        let streamed = Body::from_stream(pieces_of(&data), Some(100_000));
        for (body, is_stream) in [(Body::from(data.clone()), false), (streamed, true)] {
            let put = put(body).checksum_algorithm(ChecksumAlgorithm::from(algorithm));
            let (request, object) = lab.put(Scheme::Https, put).await;
            has(&request, "x-amz-sdk-checksum-algorithm", algorithm);
            assert_eq!(request.header("x-amz-trailer").is_some(), is_stream);
            assert_eq!(object.checksum.unwrap().value, ours.checksum(&data));
        }
    }
    let put = put("x").checksum_algorithm(ChecksumAlgorithm::from("CRC33"));
    let error = lab.client(Scheme::Https).send(put).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let text = error.to_string();
    assert!(text.contains("x-amz-sdk-checksum-algorithm"), "{text}");
}

#[tokio::test]
async fn a_given_checksum_is_sent_as_it_is() {
    let lab = Lab::new();
    let data = bytes(100_000);
    let sum = Algorithm::Sha256.checksum(&data);
    let streamed = || Body::from_stream(pieces_of(&data), Some(100_000));
    for scheme in BOTH {
        for body in [Body::from(data.clone()), streamed()] {
            let put = put(body).checksum_sha256(sum.clone());
            let (request, object) = lab.put(scheme, put).await;
            assert_eq!(object.checksum.unwrap().value, sum);
            assert!(object.data == data);
            for name in ["x-amz-checksum-crc32", "x-amz-trailer"] {
                assert_eq!(request.header(name), None, "{scheme:?}");
            }
        }
    }
    let put = put(bytes(100_001)).checksum_sha256(sum);
    let error = lab.client(Scheme::Https).send(put).await;
    expect_code(&error.unwrap_err(), "BadDigest");
}

#[tokio::test]
async fn checksums_can_be_left_to_where_they_are_required() {
    let lab = Lab::new();
    for scheme in BOTH {
        let builder = lab
            .builder(scheme)
            .request_checksums(Checksums::WhenRequired);
        let client = builder.build().unwrap();
        let data = bytes(100_000);
        let streamed = Body::from_stream(pieces_of(&data), Some(100_000));
        // TLS protects a body; over plain http the signature has to
        let is_hash = |hash: &str| hash.len() == 64;
        let is_chunks = |hash: &str| hash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
        let is_unsigned = |hash: &str| hash == "UNSIGNED-PAYLOAD";
        let forms: [&dyn Fn(&str) -> bool; 2] = match scheme {
            Scheme::Https => [&is_unsigned, &is_unsigned],
            Scheme::Http => [&is_hash, &is_chunks],
        };
        for (body, form) in [Body::from(data.clone()), streamed].into_iter().zip(forms) {
            let (request, object) = lab.put_with(&client, put(body)).await;
            assert!(object.data == data);
            assert!(form(&hash(&request)), "{}", hash(&request));
            let mut headers = request.headers.iter();
            assert!(!headers.any(|header| header.name.contains("checksum")));
            assert_eq!(request.header("x-amz-trailer"), None);
        }
        let delete = Delete::new(vec![ObjectIdentifier::new("a"), ObjectIdentifier::new("b")]);
        let delete = DeleteObjects::new(BUCKET, delete);
        client.send(delete).await.unwrap();
        let request = lab.peer.take_requests().pop().unwrap();
        let sum = Algorithm::Crc32.checksum(&request.body);
        has(&request, "x-amz-checksum-crc32", &sum);
        assert_eq!(request.header("content-md5"), None);
    }
}

#[tokio::test]
async fn parts_are_bodies_like_others() {
    let lab = Lab::new();
    let client = lab.client(Scheme::Https);
    let create = zonal::operation::CreateMultipartUpload::new(BUCKET, KEY);
    let upload = client.send(create).await.unwrap();
    let id = upload.upload_id;
    let data = bytes(LENGTH);
    for (number, body) in [
        (1, Body::from(data.clone())),
        (2, Body::from_stream(pieces_of(&data), Some(LENGTH as u64))),
    ] {
        let part = UploadPart::new(BUCKET, KEY, number, id.clone()).body(body);
        let part = client.send(part).await.unwrap();
        let sum = Algorithm::Crc32.checksum(&data);
        assert_eq!(part.checksum_crc32, Some(sum));
    }
}

#[tokio::test]
async fn what_can_be_sent_again_is() {
    let data = bytes(100_000);
    let source = data.clone();
    let factory = Body::from_fn(Some(100_000), move || pieces_of(&source));
    let buffered = || Body::from_stream(pieces_of(&data), None);
    let streamed = || Body::from_stream(pieces_of(&data), Some(100_000));
    for (body, is_repeated) in [
        (Body::from(data.clone()), true),
        (factory, true),
        (buffered(), true),
        (streamed(), false),
    ] {
        let lab = Lab::new();
        let fault = Fault::error(503, "ServiceUnavailable", "Later.");
        lab.peer.fault(fault.on(Operation::PutObject));
        let result = lab.client(Scheme::Https).send(put(body)).await;
        assert_eq!(result.is_ok(), is_repeated);
        match lab.peer.object(BUCKET, KEY) {
            Some(object) => assert!(object.data == data),
            None => expect_code(&result.unwrap_err(), "ServiceUnavailable"),
        }
    }
}

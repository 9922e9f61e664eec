//! Answers with another range than the requested one, and with checksums of something else.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use zonal::ErrorKind;
use zonal::runtime::Body;
use zonal::types::{ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart};
use zonal_peer::{Fault, Operation, Reply};

use crate::lab::{BUCKET, Lab};

/// An answer with a part of an object.
fn part(range: &str, body: &str) -> Fault {
    let reply = Reply::new(206).header("content-range", range).body(body);
    Fault::reply(reply)
}

fn whole() -> Fault {
    Fault::reply(Reply::new(200).body("0123456789"))
}

#[tokio::test]
async fn another_part_than_the_one_asked_for() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, "k", "0123456789");
    let multipart = Reply::new(206).header("content-type", "multipart/byteranges; boundary=x");
    let multipart = Fault::reply(multipart.body("--x\r\n\r\n56789\r\n--x--"));
    for (range, fault) in [
        ("bytes=5-9", part("bytes 0-4/10", "01234")),
        ("bytes=5-9", part("bytes 5-8/10", "5678")),
        ("bytes=5-9", part("bytes 5-9/10", "5678")),
        ("bytes=5-9", part("5-9", "56789")),
        ("bytes=5-9", multipart),
        ("bytes=5-9", whole()),
        ("bytes=5-", part("bytes 0-4/10", "01234")),
        ("bytes=5-", whole()),
        ("bytes=-3", part("bytes 0-2/10", "012")),
        ("bytes=-3", whole()),
    ] {
        lab.fault(Operation::GetObject, fault);
        lab.count(Operation::GetObject);
        let error = lab.client.get_object(BUCKET, "k").range(range).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{range}: {error}");
        assert_eq!(lab.count(Operation::GetObject), 1, "{range}");
    }
    for fault in [part("bytes 0-4/10", "01234"), part("", "0123456789")] {
        lab.fault(Operation::GetObject, fault);
        let error = lab.client.get_object(BUCKET, "k").await.unwrap_err();
        assert!(
            error.to_string().contains("the request was for all of it"),
            "{error}"
        );
    }
    lab.fault(Operation::HeadObject, part("bytes 0-4/10", ""));
    lab.client.head_object(BUCKET, "k").await.unwrap_err();
}

#[tokio::test]
async fn the_part_that_was_asked_for() {
    let lab = Lab::new();
    lab.peer.put(BUCKET, "k", "0123456789");
    for (range, found) in [
        ("bytes=5-9", "56789"),
        ("bytes=5-99", "56789"),
        ("bytes=9-", "9"),
        ("bytes=-3", "789"),
        ("bytes=-99", "0123456789"),
        // what cannot be read is ignored, as HTTP says
        ("bytes=5-2", "0123456789"),
        ("lines=1-2", "0123456789"),
    ] {
        let got = lab
            .client
            .get_object(BUCKET, "k")
            .range(range)
            .await
            .unwrap();
        assert_eq!(got.body.collect().await.unwrap(), found, "{range}");
        lab.client
            .head_object(BUCKET, "k")
            .range(range)
            .await
            .unwrap();
    }
    // the whole object is what these ask for
    for range in ["bytes=0-", "bytes=0-9", "bytes=-10"] {
        lab.fault(Operation::GetObject, whole());
        let got = lab
            .client
            .get_object(BUCKET, "k")
            .range(range)
            .await
            .unwrap();
        assert_eq!(got.body.collect().await.unwrap(), "0123456789", "{range}");
    }
    // a part by its number, and several parts in one answer
    lab.fault(Operation::GetObject, part("bytes 0-4/10", "01234"));
    lab.client
        .get_object(BUCKET, "k")
        .part_number(1)
        .await
        .unwrap();
    for (number, is_right) in [(1, true), (2, false)] {
        lab.fault(Operation::GetObject, whole());
        let got = lab.client.get_object(BUCKET, "k").part_number(number).await;
        let kind = got.err().map(|error| error.kind());
        assert_eq!(kind, (!is_right).then_some(ErrorKind::Decode), "{number}");
        lab.fault(Operation::HeadObject, whole());
        let head = lab.client.head_object(BUCKET, "k").part_number(number);
        head.await.unwrap();
    }
    lab.fault(
        Operation::GetObject,
        Fault::reply(Reply::new(206).body("--x--")),
    );
    let several = lab.client.get_object(BUCKET, "k").range("bytes=0-1,4-5");
    several.await.unwrap();
}

struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// The checksum of other bytes.
fn other(reply: Reply) -> Reply {
    let reply = reply.without_header("x-amz-checksum-crc32");
    reply.header("x-amz-checksum-crc32", "AAAAAA==")
}

#[tokio::test]
async fn a_checksum_of_something_else_by_any_algorithm() {
    let lab = Lab::new();
    for (algorithm, sum) in [
        (ChecksumAlgorithm::Crc32, "AAAAAA=="),
        (ChecksumAlgorithm::Crc32c, "AAAAAA=="),
        (ChecksumAlgorithm::Crc64nvme, "AAAAAAAAAAA="),
        (ChecksumAlgorithm::Sha1, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        (
            ChecksumAlgorithm::Sha256,
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ),
    ] {
        let name = format!("x-amz-checksum-{}", algorithm.as_str().to_lowercase());
        let other = || {
            let name = name.clone();
            Fault::edit_reply(move |reply| reply.without_header(&name).header(&name, sum))
        };
        let says = format!("another {}", algorithm.as_str());
        let put = || {
            let put = lab.client.put_object(BUCKET, "k").body("content");
            put.checksum_algorithm(algorithm.clone()).into_future()
        };
        lab.fault(Operation::PutObject, other());
        let error = put().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.to_string().contains(&says), "{error}");
        put().await.unwrap();
    }
}

#[tokio::test]
async fn a_checksum_of_something_else() {
    let lab = Lab::new();
    let streamed = || Body::from_stream(Once(Some(Bytes::from_static(b"content"))), Some(7));
    for body in [|| Body::from("content"), streamed] {
        lab.fault(Operation::PutObject, Fault::edit_reply(other));
        let error = lab
            .client
            .put_object(BUCKET, "k")
            .body(body())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.to_string().contains("another CRC32"), "{error}");
        assert!(error.may_have_succeeded(), "{error}");
        lab.client
            .put_object(BUCKET, "k")
            .body(body())
            .await
            .unwrap();
        lab.fault(Operation::UploadPart, Fault::edit_reply(other));
        let upload = lab
            .client
            .create_multipart_upload(BUCKET, "k")
            .await
            .unwrap();
        let part = || {
            lab.client
                .upload_part(BUCKET, "k", 1, &upload.upload_id)
                .body(body())
        };
        assert_eq!(part().await.unwrap_err().kind(), ErrorKind::Decode);
        part().await.unwrap();
    }
    // in the document of an answer
    let complete = |sum: &'static str, kind: Option<ChecksumType>, told: &str| {
        let document = format!(
            "<CompleteMultipartUploadResult><ETag>e</ETag>{told}</CompleteMultipartUploadResult>"
        );
        let reply = Fault::reply(Reply::xml(200, document));
        lab.fault(Operation::CompleteMultipartUpload, reply);
        let part = CompletedPart::default().part_number(1).e_tag("e");
        let parts = CompletedMultipartUpload::default().parts(vec![part]);
        let mut call = lab.client.complete_multipart_upload(BUCKET, "k", "u");
        call = call.multipart_upload(parts).checksum_crc32(sum);
        if let Some(kind) = kind {
            call = call.checksum_type(kind);
        }
        call.into_future()
    };
    for (sum, told, is_right) in [
        ("AAAAAA==", "<ChecksumCRC32>AAAAAA==</ChecksumCRC32>", true),
        ("AAAAAA==", "<ChecksumCRC32>AAAAAQ==</ChecksumCRC32>", false),
        (
            "AAAAAA==",
            "<ChecksumCRC32>AAAAAQ==</ChecksumCRC32><ChecksumType>FULL_OBJECT</ChecksumType>",
            false,
        ),
        // of the parts, which is something else
        (
            "AAAAAA==",
            "<ChecksumCRC32>AAAAAQ==-1</ChecksumCRC32>",
            true,
        ),
        (
            "AAAAAA==",
            "<ChecksumCRC32>AAAAAQ==</ChecksumCRC32><ChecksumType>COMPOSITE</ChecksumType>",
            true,
        ),
        (
            "AAAAAA==-1",
            "<ChecksumCRC32>AAAAAA==-1</ChecksumCRC32><ChecksumType>COMPOSITE</ChecksumType>",
            true,
        ),
        (
            "AAAAAA==-1",
            "<ChecksumCRC32>AAAAAQ==-1</ChecksumCRC32><ChecksumType>COMPOSITE</ChecksumType>",
            false,
        ),
        // none, one that is none, and another algorithm
        ("AAAAAA==", "", true),
        ("AAAAAA==", "<ChecksumCRC32>whatever</ChecksumCRC32>", true),
        (
            "AAAAAA==",
            "<ChecksumCRC32C>AAAAAQ==</ChecksumCRC32C>",
            true,
        ),
    ] {
        for kind in [None, Some(ChecksumType::FullObject)] {
            lab.count(Operation::CompleteMultipartUpload);
            match complete(sum, kind, told).await {
                Ok(_) => assert!(is_right, "{sum} {told}"),
                Err(error) => {
                    assert!(!is_right, "{sum} {told}: {error}");
                    assert!(error.to_string().contains("another CRC32"), "{error}");
                    assert!(error.may_have_succeeded(), "{error}");
                }
            }
            assert_eq!(lab.count(Operation::CompleteMultipartUpload), 1);
        }
    }
    // of the whole object, which has grown
    lab.fault(Operation::PutObject, Fault::edit_reply(other));
    let append = lab.client.put_object(BUCKET, "k").body("more");
    append.write_offset_bytes(7).await.unwrap();
}

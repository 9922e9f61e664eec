//! Checksums, in headers and after chunked bodies.

use crate::support::{Answer, BASE, BUCKET, Call, builder, peer};
use zonal_peer::{ChecksumAlgorithm, Limits, Peer};

const ALL: [ChecksumAlgorithm; 5] = [
    ChecksumAlgorithm::Crc32,
    ChecksumAlgorithm::Crc32c,
    ChecksumAlgorithm::Crc64Nvme,
    ChecksumAlgorithm::Sha1,
    ChecksumAlgorithm::Sha256,
];

#[test]
fn every_algorithm_is_checked_and_kept() {
    let peer = peer();
    for algorithm in ALL {
        let (name, right) = (algorithm.header(), algorithm.encoded(b"hello"));
        let wrong = algorithm.encoded(b"HELLO");
        let put = |value: &str| {
            Call::put("k", "hello")
                .header(name, value)
                .send(&peer, BASE)
        };
        put(&wrong).expect(400, "BadDigest");
        put("x").expect(400, "InvalidRequest");
        let kept = put(&right).ok();
        assert_eq!(kept.header(name), Some(right.as_str()));
        assert_eq!(kept.header("x-amz-checksum-type"), Some("FULL_OBJECT"));
        for method in ["GET", "HEAD"] {
            let plain = Call::at(method, "/k").send(&peer, BASE).ok();
            assert_eq!(plain.header(name), None);
            let call = Call::at(method, "/k").header("x-amz-checksum-mode", "ENABLED");
            assert_eq!(
                call.send(&peer, BASE).ok().header(name),
                Some(right.as_str())
            );
            // The checksum of all says nothing about a range.
            let range = call.header("range", "bytes=0-1").send(&peer, BASE).ok();
            assert_eq!(range.header(name), None);
        }
    }
}

#[test]
fn announcements_and_claims_have_to_fit() {
    let peer = peer();
    let put = |fields: &[(&str, &str)]| {
        let call = Call::put("k", "hello");
        let call = fields
            .iter()
            .fold(call, |call, (name, value)| call.header(name, value));
        call.send(&peer, BASE)
    };
    let crc = ("x-amz-checksum-crc32", "NhCmhg==");
    put(&[crc, ("x-amz-sdk-checksum-algorithm", "CRC32")]).ok();
    for fields in [
        &[("x-amz-sdk-checksum-algorithm", "CRC32")][..],
        &[crc, ("x-amz-sdk-checksum-algorithm", "SHA1")],
        &[crc, ("x-amz-sdk-checksum-algorithm", "MD4")],
        &[crc, ("x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00=")],
        &[("x-amz-checksum-md5", "XUFAKrxLKna5cZ2REBfFkg==")],
    ] {
        put(fields).expect(400, "InvalidRequest");
    }
    put(&[("content-md5", "XUFAKrxLKna5cZ2REBfFkg==")]).expect(501, "NotImplemented");
}

fn trailing(peer: &Peer, body: &str, length: usize) -> Answer {
    Call::put("k", body)
        .payload("STREAMING-UNSIGNED-PAYLOAD-TRAILER")
        .header("content-encoding", "aws-chunked")
        .header("x-amz-decoded-content-length", &length.to_string())
        .header("x-amz-sdk-checksum-algorithm", "CRC32")
        .header("x-amz-trailer", "x-amz-checksum-crc32")
        .send(peer, BASE)
}

#[test]
fn trailers_carry_checksums() {
    let peer = peer();
    let body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    let kept = trailing(&peer, body, 5).ok();
    assert_eq!(kept.header("x-amz-checksum-crc32"), Some("NhCmhg=="));
    let object = peer.object(BUCKET, "k").expect("an object");
    assert_eq!(object.data, "hello");
    assert!(!object.headers.contains_key("content-encoding"));
    trailing(&peer, &body.replace("hello", "HELLO"), 5).expect(400, "BadDigest");
    trailing(&peer, body, 6).expect(400, "IncompleteBody");
    let without = "5\r\nhello\r\n0\r\n\r\n";
    trailing(&peer, without, 5).expect(400, "MalformedTrailerError");
    let chunks = format!(
        "2000\r\n{}\r\n5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{}\r\n\r\n",
        "x".repeat(0x2000),
        ChecksumAlgorithm::Crc32.encoded(format!("{}hello", "x".repeat(0x2000)).as_bytes())
    );
    trailing(&peer, &chunks, 0x2005).ok();
    let small = body.replace("5\r\nhello", "1\r\nh\r\n4\r\nello");
    trailing(&peer, &small, 5).expect(403, "InvalidChunkSizeError");
    Call::put("k", body)
        .payload("STREAMING-UNSIGNED-PAYLOAD-TRAILER")
        .header("x-amz-trailer", "x-amz-checksum-crc32")
        .send(&peer, BASE)
        .expect(411, "MissingContentLength");
    Call::put("k", body)
        .payload("STREAMING-SOMETHING-ELSE")
        .send(&peer, BASE)
        .expect(501, "NotImplemented");
}

/// The limit is that of the data; its framing does not count.
#[test]
fn framed_bodies_are_limited_by_their_data() {
    let mut limits = Limits::default();
    limits.body_bytes = 5;
    let peer = builder().limits(limits).start_blocking().expect("a peer");
    let body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    trailing(&peer, body, 5).ok();
    let longer = body.replace("5\r\nhello", "6\r\nhello!");
    trailing(&peer, &longer, 6).expect(400, "EntityTooLarge");
}

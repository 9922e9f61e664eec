//! Appends: `PutObject` with a write offset.

use crate::support::{Answer, BASE, BUCKET, Call, builder, peer};
use zonal_peer::{ChecksumAlgorithm, Peer};

fn append(peer: &Peer, key: &str, offset: &str, body: &str) -> Answer {
    Call::put(key, body)
        .header("x-amz-write-offset-bytes", offset)
        .send(peer, BASE)
}

#[test]
fn objects_grow_at_their_end() {
    let peer = peer();
    append(&peer, "k", "1", "x").expect(400, "InvalidWriteOffset");
    let first = append(&peer, "k", "0", "abc").ok();
    assert_eq!(first.header("x-amz-object-size"), Some("3"));
    append(&peer, "k", "0", "x").expect(400, "InvalidWriteOffset");
    append(&peer, "k", "4", "x").expect(400, "InvalidWriteOffset");
    append(&peer, "k", "3", "").expect(400, "InvalidRequest");
    append(&peer, "k", "x", "x").expect(400, "InvalidArgument");
    let second = append(&peer, "k", "3", "de").ok();
    assert_eq!(second.header("x-amz-object-size"), Some("5"));
    assert_ne!(first.header("etag"), second.header("etag"));
    let object = peer.object(BUCKET, "k").expect("an object");
    assert_eq!(object.data, "abcde");
    assert_eq!(object.part_count(), 2);
    Call::put("k", "x")
        .header("x-amz-write-offset-bytes", "5")
        .header("x-amz-meta-a", "b")
        .send(&peer, BASE)
        .expect(400, "InvalidRequest");
    let plain = Call::put("k", "new").send(&peer, BASE).ok();
    assert_eq!(plain.header("x-amz-object-size"), None);
}

#[test]
fn checksums_grow_with_the_object() {
    let peer = peer();
    let put = |algorithm: ChecksumAlgorithm, offset: &str, body: &str| {
        Call::put("k", body)
            .header(algorithm.header(), &algorithm.encoded(body.as_bytes()))
            .header("x-amz-write-offset-bytes", offset)
            .send(&peer, BASE)
    };
    let (crc, sha) = (ChecksumAlgorithm::Crc32, ChecksumAlgorithm::Sha256);
    put(crc, "0", "abc").ok();
    put(sha, "3", "d").expect(400, "InvalidRequest");
    let grown = put(crc, "3", "d").ok();
    assert_eq!(
        grown.header(crc.header()),
        Some(crc.encoded(b"abcd").as_str())
    );
    peer.delete_bucket(BUCKET);
    peer.create_bucket(BUCKET);
    put(sha, "0", "abc").ok();
    assert_eq!(put(sha, "3", "d").ok().header(sha.header()), None);
}

#[test]
fn the_number_of_parts_has_a_limit() {
    let peer = builder().max_parts(2).start_blocking().expect("a peer");
    append(&peer, "k", "0", "a").ok();
    append(&peer, "k", "1", "b").ok();
    append(&peer, "k", "2", "c").expect(400, "TooManyParts");
    Call::at("PUT", "/copy")
        .header("x-amz-copy-source", &format!("{BUCKET}/k"))
        .send(&peer, BASE)
        .ok();
    append(&peer, "copy", "2", "c").ok();
}

#[test]
fn local_zones_have_no_appends() {
    let peer = peer();
    peer.create_bucket("b--usw2-lax1-az1--x-s3");
    let put = |name: &str, value: &str| {
        Call::new("PUT", "/b--usw2-lax1-az1--x-s3/k")
            .body("x")
            .header(name, value)
            .send(&peer, BASE)
    };
    put("x-amz-write-offset-bytes", "0").expect(501, "NotImplemented");
    put("x-amz-storage-class", "EXPRESS_ONEZONE").expect(400, "InvalidStorageClass");
    put("x-amz-storage-class", "ONEZONE_IA").ok();
}

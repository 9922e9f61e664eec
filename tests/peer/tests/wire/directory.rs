//! A peer that keeps its buckets on the disk.

use crate::support::{BASE, BUCKET, Call, builder};
#[test]
fn objects_outlive_the_peer() {
    let scratch = tempfile::tempdir().expect("a directory");
    let start = || {
        builder()
            .directory(scratch.path())
            .start_blocking()
            .expect("a peer")
    };
    let peer = start();
    Call::put("../a//b", "hello")
        .header("x-amz-meta-a", "b c")
        .header("x-amz-checksum-crc32", "NhCmhg==")
        .send(&peer, BASE)
        .ok();
    peer.put(BUCKET, "gone", "x");
    peer.put(BUCKET, "moved", "y");
    peer.put("third--usw2-az1--x-s3", "k", "z");
    peer.delete_bucket("third--usw2-az1--x-s3");
    Call::at("DELETE", "/gone").send(&peer, BASE).ok();
    Call::at("PUT", "/new?renameObject=")
        .header("x-amz-rename-source", "moved")
        .send(&peer, BASE)
        .ok();
    let before = peer.object(BUCKET, "../a//b").expect("an object");
    drop(peer);
    let peer = start();
    assert_eq!(peer.keys(BUCKET), ["../a//b", "new"]);
    let after = peer.object(BUCKET, "../a//b").expect("an object");
    assert_eq!(format!("{before:?}"), format!("{after:?}"));
    assert_eq!(after.data, "hello");
    assert_eq!(after.metadata["a"], "b c");
    assert!(peer.keys("third--usw2-az1--x-s3").is_empty());
    Call::at("DELETE", "")
        .send(&peer, BASE)
        .expect(409, "BucketNotEmpty");
}

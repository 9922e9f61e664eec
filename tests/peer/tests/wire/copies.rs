//! `CopyObject`.

use crate::support::{Answer, BASE, BUCKET, Call, Signer, peer};
use zonal_peer::{ChecksumAlgorithm, Fault, Operation, Peer};

fn copy(peer: &Peer, from: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
    let call = Call::at("PUT", &format!("/{to}")).header("x-amz-copy-source", from);
    let call = fields
        .iter()
        .fold(call, |call, (name, value)| call.header(name, value));
    call.send(peer, BASE)
}

#[test]
fn copies_keep_or_replace_metadata() {
    let peer = peer();
    Call::put("a%20b", "hello")
        .header("content-type", "text/plain")
        .header("x-amz-meta-x", "1")
        .send(&peer, BASE)
        .ok();
    let source = format!("{BUCKET}/a%20b");
    let answer = copy(&peer, &source, "copy", &[("x-amz-meta-x", "ignored")]).ok();
    let made = peer.object(BUCKET, "copy").expect("an object");
    assert_eq!(
        answer.element("ETag"),
        Some(made.etag.replace('"', "&quot;").as_str())
    );
    assert_eq!(made.data, "hello");
    assert_eq!(made.metadata["x"], "1");
    assert_eq!(made.headers["content-type"], "text/plain");
    let fields = [
        ("x-amz-metadata-directive", "REPLACE"),
        ("x-amz-meta-y", "2"),
    ];
    copy(&peer, &format!("/{source}?versionId=null"), "copy", &fields).ok();
    let made = peer.object(BUCKET, "copy").expect("an object");
    assert_eq!((made.metadata.len(), made.metadata["y"].as_str()), (1, "2"));
    copy(&peer, &source, "a%20b", &[]).expect(400, "InvalidRequest");
    copy(&peer, &source, "a%20b", &fields).ok();
    let other = copy(&peer, &source, "c", &[("x-amz-checksum-algorithm", "SHA1")]).ok();
    let sum = ChecksumAlgorithm::Sha1.encoded(b"hello");
    assert_eq!(other.element("ChecksumSHA1"), Some(sum.as_str()));
}

#[test]
fn sources_have_to_be_there_and_as_expected() {
    let peer = peer();
    let etag = peer.put(BUCKET, "a", "x").etag;
    let source = format!("{BUCKET}/a");
    copy(&peer, &format!("{BUCKET}/none"), "b", &[]).expect(404, "NoSuchKey");
    copy(&peer, "none--usw2-az1--x-s3/a", "b", &[]).expect(404, "NoSuchBucket");
    for bad in [
        "a",
        "/",
        &format!("{BUCKET}/"),
        "%zz/a",
        &format!("{source}?versionId=1"),
    ] {
        copy(&peer, bad, "b", &[]).expect(400, "InvalidArgument");
    }
    for (name, value) in [
        ("x-amz-copy-source-if-match", "\"other\""),
        ("x-amz-copy-source-if-none-match", etag.as_str()),
        (
            "x-amz-copy-source-if-modified-since",
            "Fri, 01 Jan 2100 00:00:00 GMT",
        ),
        (
            "x-amz-copy-source-if-unmodified-since",
            "Sat, 01 Jan 2000 00:00:00 GMT",
        ),
    ] {
        copy(&peer, &source, "b", &[(name, value)]).expect(412, "PreconditionFailed");
    }
    copy(&peer, &source, "b", &[("if-none-match", "*")]).ok();
    copy(&peer, &source, "b", &[("if-none-match", "*")]).expect(412, "PreconditionFailed");
    copy(&peer, &source, "b", &[("content-encoding", "gzip")]).expect(400, "InvalidArgument");
    copy(&peer, &source, "b", &[("x-amz-metadata-directive", "x")]).expect(400, "InvalidArgument");
    copy(&peer, &source, "b", &[("x-amz-tagging", "")]).ok();
    copy(&peer, &source, "b", &[("x-amz-tagging", "a=b")]).expect(501, "NotImplemented");
    copy(
        &peer,
        &source,
        "b",
        &[("x-amz-object-annotation-directive", "COPY")],
    )
    .expect(501, "NotImplemented");
    copy(
        &peer,
        &source,
        "b",
        &[("x-amz-object-annotation-directive", "EXCLUDE")],
    )
    .ok();
}

#[test]
fn copies_take_no_session() {
    let peer = peer();
    peer.put(BUCKET, "a", "x");
    Call::create_session().send(&peer, BASE).ok();
    let session = peer.issued_sessions().pop().expect("a session");
    Call::at("PUT", "/b")
        .header("x-amz-copy-source", &format!("{BUCKET}/a"))
        .send(&peer, Signer::of_session(&session))
        .expect(403, "AccessDenied");
}

#[test]
fn errors_come_late() {
    let peer = peer();
    peer.put(BUCKET, "a", "x");
    let late = Fault::late_error(7, "SlowDown", "later").on(Operation::CopyObject);
    peer.fault(late);
    peer.fault(Fault::leading_blanks(5).on(Operation::CopyObject));
    let source = format!("{BUCKET}/a");
    let error = copy(&peer, &source, "b", &[]);
    error.expect(200, "SlowDown");
    assert!(error.body.starts_with(" \r\n \r\n <?xml"), "{error:?}");
    assert_eq!(peer.keys(BUCKET), ["a"]);
    let fine = copy(&peer, &source, "b", &[]).ok();
    assert!(fine.body.starts_with(" \r\n \r<?xml"), "{fine:?}");
    assert_eq!(peer.keys(BUCKET), ["a", "b"]);
}

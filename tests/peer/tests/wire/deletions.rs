//! `DeleteObjects`.

use crate::support::{Answer, BASE, BUCKET, Call, peer};
use zonal_peer::{ChecksumAlgorithm, Peer};

fn delete(peer: &Peer, objects: &str) -> Answer {
    let body = format!(
        "<?xml version=\"1.0\"?><Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{objects}</Delete>"
    );
    let algorithm = ChecksumAlgorithm::Crc32;
    Call::at("POST", "?delete=")
        .body(&body)
        .header(algorithm.header(), &algorithm.encoded(body.as_bytes()))
        .send(peer, BASE)
}

#[test]
fn objects_are_deleted_together() {
    let peer = peer();
    for key in ["a", "b & c", "d", "e", "f"] {
        peer.put(BUCKET, key, "12345");
    }
    let answer = delete(
        &peer,
        "<Object><Key>a</Key></Object><Object><Key>b &amp; c</Key><Size>5</Size></Object>\
         <Object><Key>none</Key><ETag>x</ETag></Object><Object><Key>d</Key><ETag>x</ETag></Object>\
         <Object><Key>e</Key><LastModifiedTime>Sat, 01 Jan 2000 00:00:00 GMT</LastModifiedTime></Object>",
    );
    let answer = answer.ok();
    let (deleted, errors) = answer.body.split_once("<Error>").expect("errors");
    assert_eq!(deleted.matches("<Deleted>").count(), 3, "{answer:?}");
    assert!(deleted.contains("<Key>b &amp; c</Key>") && errors.contains("<Key>e</Key>"));
    assert_eq!(
        answer.elements("Code"),
        ["PreconditionFailed", "PreconditionFailed"]
    );
    assert_eq!(peer.keys(BUCKET), ["d", "e", "f"]);
    let quiet = delete(&peer, "<Quiet>true</Quiet><Object><Key>d</Key></Object>").ok();
    assert!(!quiet.body.contains("Deleted"), "{quiet:?}");
    assert_eq!(peer.keys(BUCKET), ["e", "f"]);
}

#[test]
fn a_bad_request_deletes_nothing() {
    let peer = peer();
    peer.put(BUCKET, "a", "x");
    let object = "<Object><Key>a</Key></Object>";
    let long = format!("{object}<Object><Key>{}</Key></Object>", "x".repeat(1025));
    for (objects, status, code) in [
        (String::new(), 400, "MalformedXML"),
        (object.repeat(1001), 400, "MalformedXML"),
        (
            format!("{object}<Object><Key> \n</Key></Object>"),
            400,
            "MalformedXML",
        ),
        (format!("{object}<Object></Object>"), 400, "MalformedXML"),
        (
            format!("{object}<Object><Key>\u{1}</Key></Object>"),
            400,
            "MalformedXML",
        ),
        (format!("{object}<Object>"), 400, "MalformedXML"),
        (
            format!("{object}<Object><Key>b</Key><Size>x</Size></Object>"),
            400,
            "MalformedXML",
        ),
        (long, 400, "KeyTooLongError"),
        (
            format!("{object}<Object><Key>b</Key><VersionId>1</VersionId></Object>"),
            501,
            "NotImplemented",
        ),
    ] {
        delete(&peer, &objects).expect(status, code);
    }
    let plain = Call::at("POST", "?delete=").body("<Delete/>");
    plain
        .clone()
        .send(&peer, BASE)
        .expect(400, "InvalidRequest");
    plain
        .header("x-amz-checksum-crc32", "AAAAAA==")
        .send(&peer, BASE)
        .expect(400, "BadDigest");
    assert_eq!(peer.keys(BUCKET), ["a"]);
    let thousand: String = (0..1000)
        .map(|n| format!("<Object><Key>{n}</Key></Object>"))
        .collect();
    assert_eq!(delete(&peer, &thousand).ok().elements("Key").len(), 1000);
}

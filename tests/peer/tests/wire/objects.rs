//! Objects: what is put comes back, whole and in ranges, under every key.

use crate::support::{BASE, BUCKET, Call, Signer, connect, peer};
use std::io::{Read, Write};
use std::time::Duration;
use zonal_peer::{Fault, Operation, SessionMode};

#[test]
fn what_is_put_comes_back() {
    let peer = peer();
    let put = Call::put("k", "hello")
        .header("content-type", "text/plain")
        .header("content-encoding", "gzip,aws-chunked")
        .header("expires", "never")
        .header("x-amz-meta-one", "1 é")
        .header("x-amz-storage-class", "EXPRESS_ONEZONE")
        .send(&peer, BASE)
        .ok();
    let got = Call::get("k").send(&peer, BASE).ok();
    assert_eq!(got.body, "hello");
    for (name, value) in [
        ("content-type", "text/plain"),
        ("content-encoding", "gzip"),
        ("content-length", "5"),
        ("expires", "never"),
        ("x-amz-meta-one", "1 é"),
        ("accept-ranges", "bytes"),
        ("x-amz-storage-class", "EXPRESS_ONEZONE"),
        ("x-amz-server-side-encryption", "AES256"),
        ("x-amz-expiration", "NotImplemented"),
    ] {
        assert_eq!(got.header(name), Some(value), "{name}");
    }
    assert_eq!(got.header("etag"), put.header("etag"));
    let head = Call::at("HEAD", "/k").send(&peer, BASE).ok();
    for name in ["content-length", "etag", "last-modified", "x-amz-meta-one"] {
        assert_eq!(head.header(name), got.header(name), "{name}");
    }
    let object = peer.object(BUCKET, "k").expect("an object");
    assert_eq!(object.data, "hello");
    assert_eq!(object.metadata["one"], "1 é");
    assert_eq!(object.headers["content-encoding"], "gzip");
    Call::get("other")
        .send(&peer, BASE)
        .expect(404, "NoSuchKey");
    assert_eq!(Call::at("HEAD", "/other").send(&peer, BASE).status, 404);
    Call::new("PUT", "/none--usw2-az1--x-s3/k")
        .body("x")
        .send(&peer, BASE)
        .expect(404, "NoSuchBucket");
}

#[test]
fn keys_are_kept_as_they_are() {
    let peer = peer();
    let long = "x".repeat(1024);
    let keys = [
        ("//a//", "//a//"),
        ("a/./b/../c", "a/./b/../c"),
        ("a%2Fb", "a/b"),
        ("a%252Fb", "a%2Fb"),
        ("%20%2B%3F%23%25", " +?#%"),
        ("%C3%A9%F0%9F%A6%80", "é🦀"),
        (&long, &long),
    ];
    for (raw, key) in keys {
        // What SigV4 signs has plain slashes.
        let signed = Call::put(&raw.replace("%2F", "/"), key).signed(BASE);
        let sent = String::from_utf8(signed).expect("text");
        let sent = match raw {
            "a%2Fb" => sent.replacen("/a/b ", "/a%2Fb ", 1),
            _ => sent,
        };
        assert_eq!(
            crate::support::exchange(&peer, sent.as_bytes()).status,
            200,
            "{raw}"
        );
        assert_eq!(peer.object(BUCKET, key).expect(raw).data, key);
        let last = peer.requests().pop().expect("a request");
        assert_eq!(last.key.as_deref(), Some(key));
    }
    assert_eq!(peer.keys(BUCKET).len(), keys.len());
    let hosted = Call::new("GET", "//a//")
        .header("host", &format!("{BUCKET}.localhost"))
        .send(&peer, BASE);
    hosted.expect(404, "NoSuchKey");
    let hosted = Call::new("GET", "///a//")
        .header("host", &format!("{BUCKET}.localhost"))
        .send(&peer, BASE);
    assert_eq!(hosted.ok().body, "//a//");
    let too_long = "x".repeat(1025);
    Call::put(&too_long, "x")
        .send(&peer, BASE)
        .expect(400, "KeyTooLongError");
    Call::put("%FF", "x")
        .send(&peer, BASE)
        .expect(400, "InvalidURI");
}

#[test]
fn ranges_and_parts() {
    let peer = peer();
    peer.put(BUCKET, "k", "0123456789");
    let get = |range: &str| Call::get("k").header("range", range).send(&peer, BASE);
    for (range, body, told) in [
        ("bytes=0-0", "0", "bytes 0-0/10"),
        ("bytes=8-", "89", "bytes 8-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=5-99", "56789", "bytes 5-9/10"),
    ] {
        let got = get(range);
        assert_eq!((got.status, got.body.as_str()), (206, body), "{range}");
        assert_eq!(got.header("content-range"), Some(told));
    }
    assert_eq!(get("bytes=0-1,3-4").status, 200);
    let beyond = get("bytes=10-");
    beyond.expect(416, "InvalidRange");
    assert_eq!(beyond.element("ActualObjectSize"), Some("10"));
    let head = Call::at("HEAD", "/k").header("range", "bytes=1-2");
    let head = head.send(&peer, BASE);
    assert_eq!(
        (head.status, head.header("content-length")),
        (206, Some("2"))
    );
    let part = Call::get("k?partNumber=1").send(&peer, BASE);
    assert_eq!((part.status, part.body.as_str()), (206, "0123456789"));
    Call::get("k?partNumber=2")
        .send(&peer, BASE)
        .expect(416, "InvalidPartNumber");
    Call::get("k?partNumber=1")
        .header("range", "bytes=0-1")
        .send(&peer, BASE)
        .expect(400, "InvalidRequest");
    peer.put(BUCKET, "empty", "");
    assert_eq!(Call::get("empty").send(&peer, BASE).ok().body, "");
    Call::get("empty")
        .header("range", "bytes=0-")
        .send(&peer, BASE)
        .expect(416, "InvalidRange");
}

#[test]
fn headers_of_the_answer_can_be_replaced() {
    let peer = peer();
    peer.put(BUCKET, "k", "x");
    let got = Call::get("k?response-cache-control=no-store&response-content-type=text%2Fcsv");
    let got = got.send(&peer, BASE).ok();
    assert_eq!(got.header("content-type"), Some("text/csv"));
    assert_eq!(got.header("cache-control"), Some("no-store"));
    assert_eq!(got.head.matches("content-type").count(), 1);
}

#[test]
fn read_only_sessions_read() {
    let peer = peer();
    peer.put(BUCKET, "k", "x");
    Call::create_session()
        .header("x-amz-create-session-mode", "ReadOnly")
        .send(&peer, BASE)
        .ok();
    let session = peer.issued_sessions().pop().expect("a session");
    assert_eq!(session.mode(), SessionMode::ReadOnly);
    let reader = Signer::of_session(&session);
    for call in [
        Call::get("k"),
        Call::at("HEAD", "/k"),
        Call::at("GET", "?list-type=2"),
        Call::at("GET", "?uploads="),
        Call::get("k?attributes=").header("x-amz-object-attributes", "ETag"),
    ] {
        call.send(&peer, reader).ok();
    }
    for call in [
        Call::put("k", "y"),
        Call::at("DELETE", "/k"),
        Call::at("POST", "/k?uploads="),
        Call::at("PUT", "/k?renameObject=").header("x-amz-rename-source", "a"),
        Call::at("PUT", "/c").header("x-amz-copy-source", &format!("{BUCKET}/k")),
    ] {
        call.send(&peer, reader).expect(403, "AccessDenied");
    }
    assert_eq!(peer.keys(BUCKET), ["k"]);
}

#[test]
fn a_denied_writer_has_no_way_around_sessions() {
    let peer = peer();
    peer.deny_read_write(true);
    Call::put("k", "x")
        .send(&peer, BASE)
        .expect(403, "AccessDenied");
    Call::get("k").send(&peer, BASE).expect(404, "NoSuchKey");
    peer.deny_read_write(false);
    Call::put("k", "x").send(&peer, BASE).ok();
}

#[test]
fn sessions_carry_the_encryption() {
    const KEY_ID: &str = "x-amz-server-side-encryption-aws-kms-key-id";
    let peer = peer();
    Call::create_session()
        .header("x-amz-server-side-encryption", "aws:kms")
        .header(KEY_ID, "1234")
        .send(&peer, BASE)
        .ok();
    let session = peer.issued_sessions().pop().expect("a session");
    let writer = Signer::of_session(&session);
    let put = Call::put("k", "x").send(&peer, writer).ok();
    assert_eq!(put.header("x-amz-server-side-encryption"), Some("aws:kms"));
    assert_eq!(put.header(KEY_ID), Some("1234"));
    Call::put("k", "x")
        .header("x-amz-server-side-encryption", "AES256")
        .send(&peer, writer)
        .expect(400, "InvalidRequest");
    Call::put("k", "x")
        .header("x-amz-write-offset-bytes", "1")
        .send(&peer, BASE)
        .expect(400, "EncryptionTypeMismatch");
}

#[test]
fn large_bodies_go_both_ways() {
    let peer = peer();
    let size = 64 * 1024 * 1024;
    let data: Vec<u8> = (0..size).map(|at: usize| at.to_le_bytes()[1]).collect();
    let call = Call::at("PUT", "/large")
        .payload("UNSIGNED-PAYLOAD")
        .header("content-length", &size.to_string())
        .header("expect", "100-continue")
        .header("connection", "close");
    let mut stream = connect(&peer);
    stream.write_all(&call.signed(BASE)).expect("sent");
    assert_eq!(
        crate::support::read_answer(&mut stream)
            .expect("continue")
            .status,
        100
    );
    stream.write_all(&data).expect("sent");
    assert_eq!(
        crate::support::read_answer(&mut stream)
            .expect("an answer")
            .status,
        200
    );
    let get = Call::get("large").header("connection", "close");
    let mut stream = connect(&peer);
    stream.write_all(&get.signed(BASE)).expect("sent");
    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("an answer");
    let start = received.len() - size;
    assert!(received[..start].ends_with(b"\r\n\r\n"));
    assert!(received[start..] == data[..]);
    let put = &peer.requests()[0];
    assert_eq!(put.body_length, u64::try_from(size).expect("a size"));
    assert_eq!(put.body.len(), 64 * 1024);
}

#[test]
fn objects_come_broken_where_a_fault_says_so() {
    let peer = peer();
    peer.put(BUCKET, "k", "0123456789");
    let get = |fault: Fault| {
        peer.fault(fault.on(Operation::GetObject));
        let mut stream = connect(&peer);
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .expect("a timeout");
        let call = Call::get("k").header("connection", "close");
        stream.write_all(&call.signed(BASE)).expect("sent");
        let mut received = Vec::new();
        let _ = stream.read_to_end(&mut received);
        String::from_utf8(received).expect("text")
    };
    let long = get(Fault::genuine().declared_length(20));
    assert!(
        long.contains("content-length: 20\r\n") && long.ends_with("\r\n0123456789"),
        "{long}"
    );
    let short = get(Fault::truncated(3));
    assert!(
        short.contains("content-length: 3\r\n") && short.ends_with("\r\n012"),
        "{short}"
    );
    let cut = get(Fault::genuine().close_after(4));
    assert!(
        cut.contains("content-length: 10\r\n") && cut.ends_with("\r\n0123"),
        "{cut}"
    );
}

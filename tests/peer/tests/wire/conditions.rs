//! Conditional requests.

use crate::support::{BASE, BUCKET, Call, peer};
use std::time::{Duration, SystemTime};

const PAST: &str = "Sat, 01 Jan 2000 00:00:00 GMT";
const FUTURE: &str = "Fri, 01 Jan 2100 00:00:00 GMT";

#[test]
fn reads_answer_304_and_412() {
    let peer = peer();
    let etag = peer.put(BUCKET, "k", "x").etag;
    for method in ["GET", "HEAD"] {
        let status = |name: &str, value: &str| {
            let call = Call::at(method, "/k").header(name, value);
            call.send(&peer, BASE).status
        };
        assert_eq!(status("if-match", &etag), 200);
        assert_eq!(status("if-match", "*"), 200);
        assert_eq!(status("if-match", "\"other\""), 412);
        assert_eq!(status("if-none-match", &etag), 304);
        assert_eq!(status("if-none-match", "\"other\""), 200);
        assert_eq!(status("if-modified-since", PAST), 200);
        assert_eq!(status("if-modified-since", FUTURE), 304);
        assert_eq!(status("if-unmodified-since", PAST), 412);
        assert_eq!(status("if-unmodified-since", FUTURE), 200);
    }
    let unchanged = Call::get("k").header("if-none-match", &etag);
    let unchanged = unchanged.send(&peer, BASE);
    assert_eq!(
        (unchanged.body.as_str(), unchanged.header("etag")),
        ("", Some(etag.as_str()))
    );
}

#[test]
fn writes_answer_412() {
    let peer = peer();
    let put = |name: &str, value: &str| Call::put("k", "x").header(name, value).send(&peer, BASE);
    put("if-match", "\"other\"").expect(404, "NoSuchKey");
    let etag = put("if-none-match", "*")
        .ok()
        .header("etag")
        .map(str::to_owned);
    put("if-none-match", "*").expect(412, "PreconditionFailed");
    put("if-none-match", "\"other\"").expect(501, "NotImplemented");
    put("if-match", "\"other\"").expect(412, "PreconditionFailed");
    put("if-match", &etag.expect("a tag")).ok();
}

#[test]
fn deletions_answer_412() {
    let peer = peer();
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let delete = |key: &str, fields: &[(&str, &str)]| {
        let call = Call::at("DELETE", &format!("/{key}"));
        let call = fields
            .iter()
            .fold(call, |call, (name, value)| call.header(name, value));
        call.send(&peer, BASE)
    };
    peer.clock().freeze(at);
    let etag = peer.put(BUCKET, "k", "hello").etag;
    peer.clock().reset();
    let modified = "Sun, 09 Sep 2001 01:46:40 GMT";
    for (name, value) in [
        ("if-match", "\"other\""),
        ("x-amz-if-match-size", "4"),
        ("x-amz-if-match-last-modified-time", PAST),
    ] {
        delete("k", &[(name, value)]).expect(412, "PreconditionFailed");
        assert_eq!(delete("none", &[(name, value)]).status, 204);
    }
    delete("k", &[("x-amz-if-match-size", "x")]).expect(400, "InvalidArgument");
    delete("k", &[("x-amz-if-match-last-modified-time", "x")]).expect(400, "InvalidArgument");
    let right = [
        ("if-match", etag.as_str()),
        ("x-amz-if-match-size", "5"),
        ("x-amz-if-match-last-modified-time", modified),
    ];
    assert_eq!(delete("k", &right).status, 204);
    assert!(peer.keys(BUCKET).is_empty());
}

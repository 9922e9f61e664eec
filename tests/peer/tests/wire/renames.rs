//! `RenameObject`.

use crate::support::{Answer, BASE, BUCKET, Call, peer};
use zonal_peer::Peer;

fn rename(peer: &Peer, from: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
    let call = Call::at("PUT", &format!("/{to}?renameObject="));
    let call = call.header("x-amz-rename-source", from);
    let call = fields
        .iter()
        .fold(call, |call, (name, value)| call.header(name, value));
    call.send(peer, BASE)
}

#[test]
fn objects_move_with_everything() {
    let peer = peer();
    let before = peer.put(BUCKET, "a é+", "data");
    rename(&peer, &format!("/{BUCKET}/a%20%C3%A9%2B"), "b", &[]).ok();
    assert_eq!(peer.keys(BUCKET), ["b"]);
    let after = peer.object(BUCKET, "b").expect("an object");
    assert_eq!(
        (before.etag, before.last_modified),
        (after.etag, after.last_modified)
    );
    rename(&peer, "b", "c/d", &[]).ok();
    rename(&peer, &format!("{BUCKET}/c/d"), "e", &[]).ok();
    assert_eq!(peer.keys(BUCKET), ["e"]);
    peer.put(BUCKET, "f", "other");
    rename(&peer, "e", "f", &[]).ok();
    assert_eq!(peer.object(BUCKET, "f").expect("an object").data, "data");
}

#[test]
fn what_cannot_be_renamed() {
    let peer = peer();
    peer.put(BUCKET, "a", "1");
    peer.put(BUCKET, "dir/", "1");
    rename(&peer, "none", "b", &[]).expect(404, "NoSuchKey");
    rename(&peer, "dir/", "b", &[]).expect(400, "InvalidRequest");
    rename(&peer, "a", "b/", &[]).expect(400, "InvalidRequest");
    rename(&peer, "other--usw2-az1--x-s3/a", "b", &[]).expect(400, "InvalidArgument");
    rename(&peer, "%zz", "b", &[]).expect(400, "InvalidArgument");
    Call::at("PUT", "/b?renameObject=")
        .send(&peer, BASE)
        .expect(400, "InvalidRequest");
    assert_eq!(peer.keys(BUCKET), ["a", "dir/"]);
}

#[test]
fn conditions_on_both_ends() {
    let peer = peer();
    let a = peer.put(BUCKET, "a", "1").etag;
    peer.put(BUCKET, "b", "2");
    let late = "Fri, 01 Jan 2100 00:00:00 GMT";
    for (name, value) in [
        ("if-none-match", "*"),
        ("if-match", "\"other\""),
        ("if-modified-since", late),
        ("if-unmodified-since", "Sat, 01 Jan 2000 00:00:00 GMT"),
        ("x-amz-rename-source-if-match", "\"other\""),
        ("x-amz-rename-source-if-none-match", &a),
        ("x-amz-rename-source-if-modified-since", late),
        (
            "x-amz-rename-source-if-unmodified-since",
            "Sat, 01 Jan 2000 00:00:00 GMT",
        ),
    ] {
        rename(&peer, "a", "b", &[(name, value)]).expect(412, "PreconditionFailed");
    }
    rename(&peer, "a", "new", &[("if-match", "*")]).expect(412, "PreconditionFailed");
    let fine = [("if-none-match", "*"), ("x-amz-rename-source-if-match", &a)];
    rename(&peer, "a", "new", &fine).ok();
    assert_eq!(peer.keys(BUCKET), ["b", "new"]);
}

#[test]
fn client_tokens_make_it_happen_once() {
    let peer = peer();
    peer.put(BUCKET, "a", "1");
    let token = [("x-amz-client-token", "token-1")];
    rename(&peer, "a", "b", &token).ok();
    rename(&peer, "a", "b", &token).ok();
    rename(&peer, "a", "b", &[]).expect(404, "NoSuchKey");
    rename(&peer, "b", "c", &token).expect(400, "IdempotencyParameterMismatch");
    for bad in ["x".repeat(65), "a b".to_owned()] {
        rename(&peer, "b", "c", &[("x-amz-client-token", &bad)]).expect(400, "InvalidArgument");
    }
    assert_eq!(peer.keys(BUCKET), ["b"]);
}

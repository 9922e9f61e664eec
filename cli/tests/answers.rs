//! Answers of success that are not what they say, and answers that never came, as a user of the program sees them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use support::{BUCKET, peer, text, zonal};
use zonal_peer::{Fault, Operation, Peer, Reply};

/// Runs a command that fails; what it says.
#[track_caller]
fn fails(peer: &Peer, words: &[&str]) -> String {
    let mut command = zonal(peer);
    let output = command.args(words).env("AWS_MAX_ATTEMPTS", "2").output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(255), "{words:?}: {output:?}");
    assert_eq!(text(&output.stdout), "", "{words:?}");
    text(&output.stderr)
}

#[test]
fn a_write_that_may_have_succeeded_says_so() {
    let peer = peer();
    let lost = || Fault::genuine().reset_before_head();
    let put = [
        "put-object",
        "--bucket",
        BUCKET,
        "--key",
        "k",
        "--if-none-match",
        "*",
    ];
    peer.fault(lost().on(Operation::PutObject));
    let says = fails(&peer, &put);
    assert!(says.contains("(PreconditionFailed)"), "{says}");
    assert!(says.contains("may have succeeded"), "{says}");
    // now it is certain
    let says = fails(&peer, &put);
    assert!(!says.contains("may have succeeded"), "{says}");
    // no answer at all
    peer.fault(lost().on(Operation::PutObject).times(2));
    let says = fails(&peer, &put);
    assert!(says.contains("Connection was closed"), "{says}");
    assert!(says.contains("may have succeeded"), "{says}");
    peer.fault(lost().on(Operation::HeadObject).times(2));
    let says = fails(&peer, &["head-object", "--bucket", BUCKET, "--key", "k"]);
    assert!(!says.contains("may have succeeded"), "{says}");
}

#[test]
fn writes_that_collide_are_tried_again() {
    let peer = peer();
    let fault = Fault::error(409, "ConditionalRequestConflict", "wait");
    peer.fault(fault.on(Operation::PutObject));
    let mut put = zonal(&peer);
    put.args(["put-object", "--bucket", BUCKET, "--key", "k"]);
    let output = put.env("AWS_MAX_ATTEMPTS", "2").output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_success_that_is_none() {
    let peer = peer();
    let object = ["--bucket", BUCKET, "--key", "k"];
    let source = format!("{BUCKET}/k");
    let upload = [&object[..], &["--upload-id", "u"]].concat();
    let part = [&upload[..], &["--part-number", "1"]].concat();
    let copy = [&object[..], &["--copy-source", &source]].concat();
    let part_copy = [&part[..], &["--copy-source", &source]].concat();
    let parts = ["--multipart-upload", "Parts=[{ETag=e,PartNumber=1}]"];
    let complete = [&upload[..], &parts].concat();
    let keys = ["--bucket", BUCKET, "--delete", "Objects=[{Key=k}]"];
    for (command, operation, words, has_document) in [
        ("put-object", Operation::PutObject, &object[..], false),
        ("upload-part", Operation::UploadPart, &part, false),
        ("copy-object", Operation::CopyObject, &copy, true),
        (
            "upload-part-copy",
            Operation::UploadPartCopy,
            &part_copy,
            true,
        ),
        (
            "complete-multipart-upload",
            Operation::CompleteMultipartUpload,
            &complete,
            true,
        ),
        (
            "create-multipart-upload",
            Operation::CreateMultipartUpload,
            &object,
            true,
        ),
        ("delete-objects", Operation::DeleteObjects, &keys, true),
        (
            "list-objects-v2",
            Operation::ListObjectsV2,
            &keys[..2],
            true,
        ),
        (
            "list-multipart-uploads",
            Operation::ListMultipartUploads,
            &keys[..2],
            true,
        ),
        (
            "list-directory-buckets",
            Operation::ListDirectoryBuckets,
            &[],
            true,
        ),
    ] {
        let words = [&[command], words].concat();
        let answer = |body: &str| {
            peer.clear_faults();
            let fault = Fault::reply(Reply::xml(200, body)).on(operation).always();
            peer.fault(fault);
        };
        answer("<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
        let says = fails(&peer, &words);
        assert!(says.contains("(AccessDenied)"), "{says}");
        answer("<html><body>Log in</body></html>");
        let says = fails(&peer, &words);
        assert!(says.contains("answered with `<html>`"), "{says}");
        if has_document {
            for body in [" \n", "<?xml version=\"1.0\"?>", "<a/>"] {
                answer(body);
                fails(&peer, &words);
            }
        }
    }
}

#[test]
fn another_part_or_another_checksum_than_was_asked_for() {
    let peer = peer();
    peer.put(BUCKET, "k", "0123456789");
    let get = ["get-object", "--bucket", BUCKET, "--key", "k", "/dev/null"];
    let part = || Reply::new(206).header("content-range", "bytes 0-4/10");
    let fault =
        |reply: Reply| peer.fault(Fault::reply(reply.body("01234")).on(Operation::GetObject));
    fault(part());
    let says = fails(&peer, &get);
    assert!(says.contains("no part was asked for"), "{says}");
    let ranged = [&get[..], &["--range", "bytes=5-9"]].concat();
    fault(part());
    let says = fails(&peer, &ranged);
    assert!(says.contains("another range"), "{says}");
    fault(Reply::new(200));
    let says = fails(&peer, &ranged);
    assert!(says.contains("the whole object"), "{says}");
    let wrong = Fault::edit_reply(|reply| {
        let reply = reply.without_header("x-amz-checksum-crc32");
        reply.header("x-amz-checksum-crc32", "AAAAAQ==")
    });
    peer.fault(wrong.on(Operation::PutObject));
    let says = fails(&peer, &["put-object", "--bucket", BUCKET, "--key", "k"]);
    assert!(says.contains("another CRC32"), "{says}");
}

#[test]
fn an_empty_upload_id_is_not_sent() {
    let peer = peer();
    let abort = [
        "abort-multipart-upload",
        "--bucket",
        BUCKET,
        "--key",
        "k",
        "--upload-id",
        "",
    ];
    let says = fails(&peer, &abort);
    assert!(says.contains("`uploadId` must not be empty"), "{says}");
    assert!(peer.requests().is_empty());
}

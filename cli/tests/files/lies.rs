//! Answers under the status of a success that say something else, as the commands about files meet them.

use std::fs;

use zonal_peer::{Fault, Operation, Reply};

use crate::desk::Desk;
use crate::support::{BUCKET, count};

const DENIED: &str = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>";
const PAGE: &str = "<html><body>Log in</body></html>";

fn xml(body: &str) -> Fault {
    Fault::reply(Reply::xml(200, body)).always()
}

#[test]
fn a_success_that_is_none_is_a_failure() {
    use Operation as O;
    let part = Reply::new(206).header("content-range", "bytes 0-3/9");
    let part = || Fault::reply(part.clone().body("data"));
    for (operation, fault, line, code, says) in [
        (
            O::PutObject,
            xml(DENIED),
            "cp f s3://B/new",
            1,
            "upload failed: ./f",
        ),
        (O::PutObject, xml(PAGE), "cp f s3://B/new", 1, "`<html>`"),
        (
            O::PutObject,
            xml(DENIED),
            "mv f s3://B/new",
            1,
            "move failed: ./f",
        ),
        (
            O::PutObject,
            xml(DENIED),
            "sync in s3://B/new",
            1,
            "upload failed: in/g",
        ),
        (
            O::GetObject,
            part(),
            "cp s3://B/k got",
            1,
            "download failed",
        ),
        (O::GetObject, part(), "mv s3://B/k got", 1, "move failed"),
        (
            O::CopyObject,
            xml("<a/>"),
            "cp s3://B/k s3://B/new",
            1,
            "`<a>`",
        ),
        (
            O::CopyObject,
            xml(DENIED),
            "cp s3://B/k s3://B/new",
            1,
            "(AccessDenied)",
        ),
        (
            O::RenameObject,
            xml(DENIED),
            "mv s3://B/k s3://B/new",
            1,
            "(AccessDenied)",
        ),
        (
            O::RenameObject,
            xml(PAGE),
            "mv s3://B/k s3://B/new",
            1,
            "`<html>`",
        ),
        (
            O::DeleteObject,
            xml(DENIED),
            "rm s3://B/k",
            1,
            "delete failed: s3://B/k",
        ),
        (
            O::DeleteObjects,
            xml("<a/>"),
            "rm s3://B/p --recursive",
            1,
            "`<a>`",
        ),
        (
            O::DeleteObjects,
            xml("<DeleteResult><Deleted><Key>p/1</Key></Deleted></DeleteResult>"),
            "rm s3://B/p --recursive",
            1,
            "delete failed: s3://B/p/2",
        ),
        (O::ListObjectsV2, xml(PAGE), "ls s3://B/", 255, "`<html>`"),
        (O::ListObjectsV2, xml(" \n"), "ls s3://B/", 255, "is empty"),
        (
            O::ListObjectsV2,
            xml(DENIED),
            "du s3://B/",
            255,
            "(AccessDenied)",
        ),
        (O::ListDirectoryBuckets, xml("<a/>"), "ls", 255, "`<a>`"),
        // what is there and not listed is deleted on neither side
        (
            O::ListObjectsV2,
            xml(PAGE),
            "sync s3://B/p in --delete",
            1,
            "`<html>`",
        ),
        (
            O::ListObjectsV2,
            xml(PAGE),
            "sync in s3://B/p --delete",
            1,
            "`<html>`",
        ),
    ] {
        let desk = Desk::new();
        desk.put(&["k", "p/1", "p/2"]);
        desk.write("f", "file");
        desk.write("in/g", "file");
        desk.peer.fault(fault.on(operation));
        let ended = desk.run(line);
        assert_eq!(ended.code, code, "{line}: {}", ended.err);
        assert!(ended.err.contains(says), "{line}: {}", ended.err);
        let is_done = |line: &&str| line.contains(": ") && !line.contains(" failed: ");
        let done: Vec<_> = ended.out.lines().filter(is_done).collect();
        let expected: &[&str] = if says.ends_with("p/2") {
            &["delete: s3://B/p/1"]
        } else {
            &[]
        };
        assert_eq!(done, expected, "{line}");
        assert_eq!(desk.files(), ["f", "in/g"], "{line}");
        assert_eq!(desk.keys(), ["k", "p/1", "p/2"], "{line}");
    }
}

/// One part of many that the service has received as something else: the upload is given up and nothing is left of it.
#[test]
fn a_part_that_came_as_something_else_fails_the_upload() {
    let desk = Desk::new();
    let file = fs::File::create(desk.path().join("large")).unwrap();
    file.set_len(40 << 20).unwrap();
    let other = Fault::edit_reply(|reply| {
        let name = "x-amz-checksum-crc64nvme";
        reply.without_header(name).header(name, "AAAAAAAAAAE=")
    });
    desk.peer.fault(other.on(Operation::UploadPart).always());
    let ended = desk.run("cp large s3://B/large");
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(ended.err.contains("another CRC64NVME"), "{}", ended.err);
    assert!(desk.keys().is_empty());
    assert_eq!(count(&desk.peer, Operation::CompleteMultipartUpload), 0);
    let uploads = desk.run(&format!(
        "list-multipart-uploads --bucket {BUCKET} --query length(Uploads||`[]`)"
    ));
    assert_eq!(&*uploads.out, "0", "{}", uploads.err);
}

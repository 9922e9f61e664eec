//! Objects and buckets.

use crate::shell::{BUCKET, Shell, member};
use serde_json::Value;

#[test]
fn objects_go_there_and_back() {
    let Some(shell) = Shell::new() else { return };
    shell.file("in", b"hello world");
    let key = "a b/h\u{e9}+%.txt";
    let fields = [
        "--body",
        "in",
        "--metadata",
        "a=b",
        "--content-type",
        "text/plain",
    ];
    let put = shell.api("put-object", key, &fields).expect("put");
    assert_eq!(member(&put, "/ChecksumCRC32"), "DUoRhQ==");
    assert_eq!(shell.data(key), b"hello world");
    let got = shell.api("get-object", key, &["out"]).expect("got");
    assert_eq!(shell.read("out"), b"hello world");
    assert_eq!(member(&got, "/Metadata/a"), "b");
    assert_eq!(member(&got, "/ETag"), member(&put, "/ETag"));
    let range = ["--range", "bytes=6-8", "out"];
    let part = shell.api("get-object", key, &range).expect("got");
    assert_eq!(
        (shell.read("out"), member(&part, "/ContentRange")),
        (b"wor".to_vec(), "bytes 6-8/11".to_owned())
    );
    let head = shell
        .api("head-object", key, &["--checksum-mode", "ENABLED"])
        .expect("told");
    assert_eq!(member(&head, "/ChecksumCRC32"), "DUoRhQ==");
    assert_eq!(member(&head, "/ContentLength"), "11");
    let wrong = ["--body", "in", "--checksum-crc32", "AAAAAA=="];
    assert_eq!(
        shell.api("put-object", "bad", &wrong),
        Err("BadDigest".to_owned())
    );
    let acl = ["--body", "in", "--acl", "private"];
    assert_eq!(
        shell.api("put-object", "bad", &acl),
        Err("NotImplemented".to_owned())
    );
    let sha = ["--body", "in", "--checksum-algorithm", "SHA256"];
    shell.api("put-object", "sha", &sha).expect("put");
    assert!(shell.peer.object(BUCKET, "bad").is_none());
}

#[test]
fn objects_are_copied_renamed_and_appended_to() {
    let Some(shell) = Shell::new() else { return };
    shell.peer.put(BUCKET, "a \u{e9}+", "hello");
    shell.file("more", b" world");
    let source = format!("{BUCKET}/a \u{e9}+");
    let copy = shell
        .api("copy-object", "copy", &["--copy-source", &source])
        .expect("copied");
    assert_eq!(member(&copy, "/CopyObjectResult/ChecksumCRC32"), "NhCmhg==");
    let source = format!("{BUCKET}/copy");
    shell
        .api("rename-object", "moved", &["--rename-source", &source])
        .expect("renamed");
    assert_eq!(shell.peer.keys(BUCKET), ["a \u{e9}+", "moved"]);
    let append = ["--body", "more", "--write-offset-bytes", "5"];
    let grown = shell.api("put-object", "moved", &append).expect("appended");
    assert_eq!(
        (member(&grown, "/Size"), shell.data("moved")),
        ("11".to_owned(), b"hello world".to_vec())
    );
    assert_eq!(
        shell.api("put-object", "moved", &append),
        Err("InvalidWriteOffset".to_owned())
    );
    let names = ["--object-attributes", "ETag", "Checksum", "ObjectSize"];
    let told = shell
        .api("get-object-attributes", "moved", &names)
        .expect("told");
    assert_eq!(
        (
            member(&told, "/ObjectSize"),
            member(&told, "/Checksum/ChecksumCRC32")
        ),
        ("11".to_owned(), "DUoRhQ==".to_owned())
    );
}

#[test]
fn buckets_are_listed_and_emptied() {
    let Some(shell) = Shell::new() else { return };
    for key in ["a", "b", "d/1", "d/2", "d/e/3", "x y/+"] {
        shell.peer.put(BUCKET, key, "x");
    }
    let list = ["s3api", "list-objects-v2", "--bucket", BUCKET];
    let keys = |json: &str| {
        let value: Value = serde_json::from_str(json).expect("JSON");
        let contents = value["Contents"].as_array().cloned().unwrap_or_default();
        let mut keys: Vec<String> = contents
            .iter()
            .map(|item| item["Key"].as_str().unwrap_or_default().to_owned())
            .collect();
        keys.sort();
        keys
    };
    let paged = shell
        .run(&[&list[..], &["--page-size", "2"]].concat())
        .expect("listed");
    assert_eq!(keys(&paged), shell.peer.keys(BUCKET));
    let rolled = shell
        .run(&[&list[..], &["--delimiter", "/"]].concat())
        .expect("listed");
    assert_eq!(keys(&rolled), ["a", "b"]);
    assert!(
        rolled.contains("\"x y/\"") && rolled.contains("\"d/\""),
        "{rolled}"
    );
    let partial = shell.run(&[&list[..], &["--prefix", "d"]].concat());
    assert_eq!(partial, Err("InvalidArgument".to_owned()));
    let directory = format!("s3://{BUCKET}/d/");
    let shown = shell.run(&["s3", "ls", &directory]).expect("listed");
    assert!(
        shown.contains("PRE e/") && shown.contains(" 1\n"),
        "{shown}"
    );
    let doomed =
        "{\"Objects\":[{\"Key\":\"a\"},{\"Key\":\"none\"},{\"Key\":\"b\",\"ETag\":\"x\"}]}";
    let deleted = [
        "s3api",
        "delete-objects",
        "--bucket",
        BUCKET,
        "--delete",
        doomed,
    ];
    let deleted = shell.run(&deleted).expect("deleted");
    assert_eq!(member(&deleted, "/Errors/0/Code"), "PreconditionFailed");
    shell
        .run(&["s3", "rm", &directory, "--recursive"])
        .expect("removed");
    assert_eq!(shell.peer.keys(BUCKET), ["b", "x y/+"]);
}

#[test]
fn large_files_go_in_parts() {
    let Some(shell) = Shell::new() else { return };
    let data: Vec<u8> = (0..9_000_000_u32).map(|at| at.to_le_bytes()[1]).collect();
    shell.file("big", &data);
    let (one, two) = (
        format!("s3://{BUCKET}/big/one"),
        format!("s3://{BUCKET}/two"),
    );
    shell
        .run(&["s3", "cp", "big", &one, "--no-progress"])
        .expect("uploaded");
    let object = shell.peer.object(BUCKET, "big/one").expect("an object");
    assert_eq!((object.part_count(), object.data == data), (2, true));
    shell
        .run(&["s3", "mv", &one, &two, "--no-progress"])
        .expect("moved");
    assert_eq!(shell.peer.keys(BUCKET), ["two"]);
    shell
        .run(&["s3", "cp", &two, "back", "--no-progress"])
        .expect("downloaded");
    assert!(shell.read("back") == data);
    shell.file("part", b"alone");
    let begun = shell
        .api("create-multipart-upload", "k", &[])
        .expect("begun");
    let id = member(&begun, "/UploadId");
    let number = ["--upload-id", &id, "--part-number", "1", "--body", "part"];
    let part = shell.api("upload-part", "k", &number).expect("uploaded");
    let parts = shell
        .api("list-parts", "k", &["--upload-id", &id])
        .expect("listed");
    assert_eq!(member(&parts, "/Parts/0/ETag"), member(&part, "/ETag"));
    let listed = format!(
        "Parts=[{{PartNumber=2,ETag={}}}]",
        member(&part, "/ETag").replace('"', "")
    );
    let gap = ["--upload-id", &id, "--multipart-upload", &listed];
    assert_eq!(
        shell.api("complete-multipart-upload", "k", &gap),
        Err("InvalidPartOrder".to_owned())
    );
    shell
        .api("abort-multipart-upload", "k", &["--upload-id", &id])
        .expect("aborted");
    assert!(shell.peer.uploads(BUCKET).is_empty());
}

#[test]
fn buckets_are_created_and_deleted() {
    const NEW: &str = "new--usw2-az1--x-s3";
    let Some(shell) = Shell::new() else { return };
    let configuration = "Location={Type=AvailabilityZone,Name=usw2-az1},\
        Bucket={DataRedundancy=SingleAvailabilityZone,Type=Directory}";
    let create = [
        "s3api",
        "create-bucket",
        "--bucket",
        NEW,
        "--create-bucket-configuration",
        configuration,
    ];
    let made = shell.run_without_session(&create).expect("created");
    assert!(member(&made, "/BucketArn").ends_with(NEW), "{made}");
    assert_eq!(
        shell.run_without_session(&create),
        Err("BucketAlreadyOwnedByYou".to_owned())
    );
    let listed = shell
        .run(&["s3api", "list-directory-buckets"])
        .expect("listed");
    assert_eq!(member(&listed, "/Buckets/1/Name"), NEW);
    shell.peer.put(NEW, "k", "x");
    let delete = ["s3api", "delete-bucket", "--bucket", NEW];
    assert_eq!(
        shell.run_without_session(&delete),
        Err("BucketNotEmpty".to_owned())
    );
    let key = ["s3api", "delete-object", "--bucket", NEW, "--key", "k"];
    shell.run_without_session(&key).expect("deleted");
    shell.run_without_session(&delete).expect("deleted");
}

//! `ls`, `du`, `cp`, `mv`, `rm`, `cat` and `presign`.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use zonal_peer::{Fault, Operation};

use crate::desk::{Desk, check, ended};
use crate::support::{BUCKET, count, zonal};

#[test]
fn files_go_to_a_bucket_and_come_back() {
    let desk = Desk::new();
    desk.write("a.txt", "one");
    desk.write("d/b.bin", "two");
    desk.write("d/e/c.txt", "three");
    check(
        &desk,
        &[
            ("cp a.txt s3://B/x", 0, "upload: ./a.txt to s3://B/x"),
            ("cp a.txt s3://B", 0, "upload: ./a.txt to s3://B/a.txt"),
            (
                "s3 cp a.txt s3://B/y/",
                0,
                "upload: ./a.txt to s3://B/y/a.txt",
            ),
            (
                "cp a.txt s3://B/no --dryrun",
                0,
                "(dryrun) upload: ./a.txt to s3://B/no",
            ),
            (
                "cp d s3://B/t --recursive",
                0,
                "upload: d/b.bin to s3://B/t/b.bin\nupload: d/e/c.txt to s3://B/t/e/c.txt",
            ),
            ("cp d s3://B/u --recursive --only-show-errors", 0, ""),
            (
                "cp d s3://B/v --recursive --quiet --exclude * --include *.txt",
                0,
                "",
            ),
            ("cp s3://B/x s3://B/z", 0, "copy: s3://B/x to s3://B/z"),
            ("cp s3://B/x new/", 0, "download: s3://B/x to new/x"),
            ("cp s3://B/x .", 0, "download: s3://B/x to ./x"),
            (
                "cp s3://B/x deep/er/name",
                0,
                "download: s3://B/x to deep/er/name",
            ),
            (
                "cp s3://B/t back --recursive",
                0,
                "download: s3://B/t/b.bin to back/b.bin\ndownload: s3://B/t/e/c.txt to back/e/c.txt",
            ),
            (
                "cp s3://B/t s3://B/w/ --recursive --exclude e/*",
                0,
                "copy: s3://B/t/b.bin to s3://B/w/b.bin",
            ),
        ],
    );
    let expected = [
        "a.txt",
        "t/b.bin",
        "t/e/c.txt",
        "u/b.bin",
        "u/e/c.txt",
        "v/e/c.txt",
        "w/b.bin",
        "x",
        "y/a.txt",
        "z",
    ];
    assert_eq!(desk.keys(), expected);
    assert_eq!(
        (desk.data("z"), desk.data("t/e/c.txt")),
        ("one".into(), "three".into())
    );
    assert_eq!(desk.read("back/e/c.txt").unwrap(), "three");
    assert_eq!(desk.read("deep/er/name").unwrap(), "one");
    let object = desk.peer.object(BUCKET, "t/e/c.txt").unwrap();
    assert_eq!(object.headers["content-type"], "text/plain");
    let modified = fs::metadata(desk.path().join("back/e/c.txt")).unwrap();
    assert_eq!(modified.modified().unwrap(), object.last_modified);
}

#[test]
fn standard_input_and_output_are_a_dash() {
    let desk = Desk::new();
    let mut child = desk.command("cp - s3://B/k");
    let mut child = child
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"from a pipe\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty());
    assert_eq!(desk.data("k"), "from a pipe\n");
    check(
        &desk,
        &[
            ("cp s3://B/k -", 0, "from a pipe"),
            ("cat s3://B/k s3://B/k", 0, "from a pipe\nfrom a pipe"),
        ],
    );
    let ended = desk.run("cat s3://B/none");
    assert_eq!((ended.code, &*ended.out), (1, ""));
    assert!(
        ended
            .err
            .starts_with("download failed: s3://B/none to - An error occurred"),
        "{}",
        ended.err
    );
    assert_eq!(desk.run("cp - s3://B/d/ ").code, 255);
    assert_eq!(desk.run("cp - s3://B/d --recursive").code, 255);
}

#[test]
fn listings_have_the_form_of_the_aws_cli() {
    let desk = Desk::new();
    desk.put(&["a", "d/b", "d/e/c", "d2/x"]);
    let run = |line: &str| {
        let ended = desk.run(line);
        let lines = ended.out.lines().map(|line| match line.get(..19) {
            // the time of an object
            Some(time) if time.starts_with("20") => line.replace(time, "TIME"),
            _ => line.to_owned(),
        });
        (ended.code, lines.collect::<Vec<_>>().join("\n"))
    };
    let directory = |name: &str| format!("{:>30} {name}/", "PRE");
    let listed = [
        directory("d"),
        directory("d2"),
        "TIME          9 a".to_owned(),
    ]
    .join("\n");
    for line in ["ls s3://B", "ls s3://B/", "ls B", "s3 ls s3://B/"] {
        assert_eq!(run(line), (0, listed.clone()), "{line}");
    }
    assert_eq!(
        run("ls s3://B/d"),
        (0, [directory("d"), directory("d2")].join("\n"))
    );
    let inside = [directory("e"), "TIME         11 b".to_owned()].join("\n");
    assert_eq!(run("ls s3://B/d/"), (0, inside));
    let all = "TIME         11 d/b\nTIME         13 d/e/c";
    assert_eq!(run("ls s3://B/d/ --recursive"), (0, all.to_owned()));
    assert_eq!(run("ls s3://B/none"), (1, String::new()));
    assert_eq!(run("ls").1, "TIME B");
    let (_, summary) = run("ls s3://B/d/ --recursive --summarize --human-readable");
    assert!(summary.contains("Total Objects: 2"), "{summary}");
    assert!(summary.contains("   Total Size: 24 Bytes"), "{summary}");
    assert_eq!(run("du s3://B/d/"), (0, "24\ts3://B/d/".to_owned()));
    let deep = "13\ts3://B/d/e/\n24\ts3://B/d/\n45\ts3://B/\n";
    let (code, sums) = run("du s3://B --max-depth 2");
    assert_eq!(code, 0);
    for line in deep.lines() {
        assert!(sums.lines().any(|sum| sum == line), "{sums}");
    }
    let other = ended(
        zonal(&desk.peer)
            .args(["ls", "s3://other--usw2-az1--x-s3"])
            .output()
            .unwrap(),
    );
    assert_eq!(other.code, 255);
    assert!(
        other.err.contains("An error occurred (NoSuchBucket)"),
        "{}",
        other.err
    );
}

#[test]
fn deletions_are_said_by_key() {
    let desk = Desk::new();
    desk.put(&["a", "d/b", "d/c.txt", "d/e/f", "dd/x"]);
    check(
        &desk,
        &[
            ("rm s3://B/a --dryrun", 0, "(dryrun) delete: s3://B/a"),
            ("rm s3://B/a", 0, "delete: s3://B/a"),
            ("rm s3://B/a", 0, "delete: s3://B/a"),
            (
                "rm s3://B/d --recursive --exclude *.txt",
                0,
                "delete: s3://B/d/b\ndelete: s3://B/d/e/f",
            ),
        ],
    );
    assert_eq!(desk.keys(), ["d/c.txt", "dd/x"]);
    assert_eq!(desk.run("rm s3://B").code, 255);
    assert_eq!(desk.keys().len(), 2);
    assert_eq!(desk.run("rm s3://B --recursive").code, 0);
    assert!(desk.keys().is_empty());
}

#[test]
fn a_move_within_a_bucket_renames_and_others_delete_what_is_there() {
    let desk = Desk::new();
    desk.put(&["a", "d/b", "d/e/c"]);
    desk.write("up.txt", "up");
    count(&desk.peer, Operation::RenameObject);
    check(
        &desk,
        &[
            ("mv s3://B/a s3://B/z", 0, "move: s3://B/a to s3://B/z"),
            (
                "mv s3://B/d s3://B/d/in --recursive",
                0,
                "move: s3://B/d/b to s3://B/d/in/b\nmove: s3://B/d/e/c to s3://B/d/in/e/c",
            ),
        ],
    );
    let requests = desk.peer.take_requests();
    let of = |operation| {
        requests
            .iter()
            .filter(|it| it.operation == operation)
            .count()
    };
    assert_eq!(of(Operation::RenameObject), 3);
    assert_eq!(
        (of(Operation::CopyObject), of(Operation::DeleteObject)),
        (0, 0)
    );
    check(
        &desk,
        &[
            (
                "mv up.txt s3://B/up.txt",
                0,
                "move: ./up.txt to s3://B/up.txt",
            ),
            ("mv s3://B/z down", 0, "move: s3://B/z to ./down"),
        ],
    );
    assert_eq!(desk.keys(), ["d/in/b", "d/in/e/c", "up.txt"]);
    assert_eq!(desk.files(), ["down"]);
    assert_eq!(desk.read("down").unwrap(), "data of a");
    let other = "other--usw2-az1--x-s3";
    desk.peer.create_bucket(other);
    let ended = desk.run(&format!("mv s3://B/up.txt s3://{other}/there"));
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(desk.keys(), ["d/in/b", "d/in/e/c"]);
    assert_eq!(desk.peer.keys(other), ["there"]);
    for line in [
        "mv s3://B/d/in/b s3://B/d/in/b",
        "mv s3://B/d/in/b s3://B/d/in/",
        "mv s3://B/d s3://B/d/ --recursive",
    ] {
        let ended = desk.run(line);
        assert_eq!(ended.code, 255, "{line}");
        assert!(
            ended.err.contains("Cannot mv a file onto itself"),
            "{}",
            ended.err
        );
    }
    // what cannot be written stays where it was
    desk.write("file", "");
    let ended = desk.run("mv s3://B/d/in/b file/x");
    assert_eq!(ended.code, 1, "{}", ended.out);
    assert_eq!(desk.keys(), ["d/in/b", "d/in/e/c"]);
}

/// A directory that goes into itself, or up: the new key of one object is the key of another one.
#[test]
fn objects_that_take_the_places_of_others_replace_none_of_them() {
    let keys =
        |depths: std::ops::Range<usize>| depths.map(|depth| format!("{}f", "x/".repeat(depth)));
    for (line, moved) in [
        ("mv s3://B s3://B/x --recursive", 1..31),
        ("cp s3://B s3://B/x --recursive", 1..31),
        ("mv s3://B/x/ s3://B --recursive", 0..29),
        ("cp s3://B/x/ s3://B --recursive", 0..29),
    ] {
        let desk = Desk::new();
        for key in keys(0..30) {
            desk.put(&[&key]);
        }
        let sources = keys(if moved.start == 0 { 1..30 } else { 0..30 });
        let ended = desk.run(line);
        assert_eq!(ended.code, 0, "{line}: {}", ended.err);
        for (source, target) in sources.zip(keys(moved.clone())) {
            assert_eq!(desk.data(&target), format!("data of {source}"), "{line}");
        }
        if line.starts_with("mv") {
            assert_eq!(desk.peer.keys(BUCKET).len(), moved.len(), "{line}");
        }
    }
    // one that cannot be moved is not replaced either
    let desk = Desk::new();
    desk.put(&["f", "x/f"]);
    let denied = Fault::error(403, "AccessDenied", "no").on(Operation::RenameObject);
    desk.peer.fault(denied);
    let ended = desk.run("mv s3://B s3://B/x --recursive");
    assert_eq!(ended.code, 1, "{}", ended.out);
    assert!(
        ended.err.contains("the other objects stay"),
        "{}",
        ended.err
    );
    assert_eq!(
        (&*desk.data("f"), &*desk.data("x/f")),
        ("data of f", "data of x/f")
    );
}

/// Options of `aws s3` that are about the objects.
#[test]
fn objects_get_what_the_options_say() {
    let desk = Desk::new();
    desk.write("page.html", "hello");
    let said = "--metadata author=mira,state=draft --cache-control max-age=9 --content-language de --expires 2030-01-01 \
                --sse --storage-class EXPRESS_ONEZONE --checksum-algorithm SHA256 --page-size 5 --request-payer";
    assert_eq!(desk.run(&format!("cp page.html s3://B/a {said}")).code, 0);
    let head = |key: &str| {
        let line = format!(
            "head-object --bucket B --key {key} --checksum-mode ENABLED --output text --query \
                            [ContentType,CacheControl,ContentLanguage,ExpiresString,Metadata.author,ChecksumSHA256]"
        );
        desk.run(&line).out.trim().to_owned()
    };
    let sum = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    let all = format!("text/html\tmax-age=9\tde\tTue, 01 Jan 2030 00:00:00 GMT\tmira\t{sum}");
    assert_eq!(head("a"), all);
    // copies keep it, unless other metadata is given; then the type is guessed again
    assert_eq!(desk.run("cp s3://B/a s3://B/b.txt").code, 0);
    assert_eq!(head("b.txt"), all);
    assert_eq!(
        desk.run("cp s3://B/b.txt s3://B/b.txt --metadata author=noa")
            .code,
        0
    );
    assert_eq!(
        head("b.txt"),
        format!("text/plain\tNone\tNone\tNone\tnoa\t{sum}")
    );
    // a rename would change nothing
    assert_eq!(
        desk.run("mv s3://B/a s3://B/c --metadata-directive REPLACE --content-type a/b")
            .code,
        0
    );
    assert_eq!(head("c"), format!("a/b\tNone\tNone\tNone\tNone\t{sum}"));
    assert_eq!(desk.keys(), ["b.txt", "c"]);
}

#[test]
fn options_that_make_no_sense_say_what_to_do() {
    let desk = Desk::new();
    desk.write("f", "hello");
    for (line, code, words) in [
        (
            "cp f s3://B/f --acl private",
            255,
            "--acl: Directory buckets have no access control lists. Leave the option out.",
        ),
        ("cp f s3://B/f --sse-c", 255, "--sse-c: "),
        ("sync . s3://B/f --grants read=id=1", 255, "--grants: "),
        ("cp f s3://B/f --sse nope", 2, "AES256"),
        (
            "cp f s3://B/f --storage-class STANDARD",
            255,
            "valid values are: ONEZONE_IA, EXPRESS_ONEZONE",
        ),
        (
            "cp f s3://B/f --expires tomorrow",
            255,
            "'tomorrow' is not a time that can be read in one way only; write 20",
        ),
        (
            "cp f s3://B/f --metadata author",
            255,
            "Error parsing parameter '--metadata': Expected: '='",
        ),
        (
            "cp f s3://B/f --page-size many",
            255,
            "Error parsing parameter '--page-size': 'many' is not a whole number",
        ),
        (
            "presign s3://B/f --expires-in 0",
            255,
            "'--expires-in': give a number from 1 to 604800",
        ),
        ("presign s3://B", 255, "Write s3://BUCKET/KEY"),
        ("s3 mb s3://B", 2, "  * create-bucket"),
        ("cp f s3://B/f --profle x", 255, "Maybe you meant --profile"),
    ] {
        let ended = desk.run(line);
        assert_eq!(ended.code, code, "{line}: {}", ended.err);
        assert!(ended.err.contains(words), "{line}: {}", ended.err);
    }
    desk.put(&["f"]);
    let ended = desk.run("cp s3://B/f s3://B/f");
    assert_eq!(ended.code, 1);
    assert!(
        ended.err.contains("give another key, or change something"),
        "{}",
        ended.err
    );
}

#[test]
fn a_presigned_url_is_printed() {
    let desk = Desk::new();
    let ended = desk.run("presign s3://B/a/b --expires-in 60");
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(
        ended.out.contains("/a/b?") && ended.out.contains("X-Amz-Expires=60"),
        "{}",
        ended.out
    );
    assert!(!ended.out.contains("MARKER"));
}

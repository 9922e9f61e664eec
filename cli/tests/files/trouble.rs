//! Hostile keys, errors, and signals.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::desk::{Desk, ended};
use crate::support::{BUCKET, interruptible, text, zonal};

#[test]
fn keys_that_do_not_fit_are_refused_by_name_and_nothing_leaves_the_target() {
    let desk = Desk::new();
    let hostile = [
        "../up",
        "a/../../up",
        "/abs",
        "a//b",
        "./dot",
        "x/.",
        "..",
        "link/out",
        "dir",
    ];
    let keys: Vec<_> = hostile.iter().map(|key| format!("p/{key}")).collect();
    for key in keys
        .iter()
        .map(|key| &**key)
        .chain(["p/good", "p/also/..good", "p/f/under"])
    {
        desk.put(&[key]);
    }
    let elsewhere = tempfile::tempdir().unwrap();
    desk.write("in/target/f", "a file where a directory must be");
    desk.write("in/target/dir/x", "a directory where a file must be");
    std::os::unix::fs::symlink(elsewhere.path(), desk.path().join("in/target/link")).unwrap();
    for command in ["cp --recursive", "sync"] {
        let ended = desk.run(&format!("{command} s3://B/p in/target"));
        assert_eq!(ended.code, 1, "{command}");
        for key in &keys {
            let line = format!("download failed: s3://B/{key} to ");
            assert_eq!(
                ended.err.matches(&line).count(),
                1,
                "{command} {key}: {}",
                ended.err
            );
        }
        assert!(
            ended.err.contains("10 objects were not written"),
            "{}",
            ended.err
        );
    }
    let expected = [
        "in/target/also/..good",
        "in/target/dir/x",
        "in/target/f",
        "in/target/good",
        "in/target/link",
    ];
    assert_eq!(desk.files(), expected);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    assert_eq!(
        desk.read("in/target/f").unwrap(),
        "a file where a directory must be"
    );
    let ended = desk.run("mv s3://B/p in/target --recursive --include * --quiet");
    assert_eq!((ended.code, &*ended.out, &*ended.err), (1, "", ""));
    assert_eq!(desk.keys().len(), keys.len() + 1);
    // the name alone is hostile, too
    assert_eq!(desk.run("cp s3://B/p/.. in/").code, 1);
}

#[test]
fn what_goes_wrong_has_the_codes_of_the_aws_cli() {
    let desk = Desk::new();
    desk.write("d/a", "a");
    std::os::unix::fs::symlink("nowhere", desk.path().join("d/broken")).unwrap();
    std::os::unix::fs::symlink(".", desk.path().join("d/loop")).unwrap();
    let ended = desk.run("cp d s3://B/d --recursive");
    assert_eq!((ended.code, &*ended.out), (2, "upload: d/a to s3://B/d/a"));
    assert!(
        ended.err.contains("d/broken. File does not exist."),
        "{}",
        ended.err
    );
    assert!(
        ended.err.contains("d/loop. It is a link to a directory"),
        "{}",
        ended.err
    );
    let quiet = desk.run("cp d s3://B/d --recursive --no-follow-symlinks");
    assert_eq!((quiet.code, &*quiet.err), (0, ""));
    for (line, code, text) in [
        ("cp d s3://B/d", 1, "upload failed: ./d to s3://B/d"),
        ("cp s3://B/none x", 1, "Key \"none\" does not exist"),
        (
            "mv s3://B/none/ x",
            1,
            "Key \"none/\" does not exist: add --recursive",
        ),
        (
            "cp none s3://B/x",
            255,
            "The user-provided path none does not exist.",
        ),
        ("cp a b", 255, "Error: Invalid argument type"),
        (
            "cp s3://B/x",
            2,
            "the following arguments are required: paths",
        ),
        (
            "cp d s3://B/d --recursiv --nothing",
            255,
            "Unknown options: --nothing",
        ),
        ("cp s3://B x", 255, "names no object"),
        ("cp s3:/// x", 255, "no bucket is given"),
        ("rm d", 255, "Invalid argument type"),
        (
            "cp d/a s3://none--usw2-az1--x-s3/a",
            1,
            "An error occurred (NoSuchBucket)",
        ),
        (
            "presign s3://B/x --expires-in many",
            255,
            "is not a whole number",
        ),
        ("s3 frob", 2, "Invalid choice"),
    ] {
        let ended = desk.run(line);
        assert_eq!(ended.code, code, "{line}: {}", ended.err);
        assert!(ended.err.contains(text), "{line}: {}", ended.err);
    }
    assert_eq!(desk.files(), ["d/a", "d/broken", "d/loop"]);
}

#[test]
fn events_are_lines_of_json() {
    let desk = Desk::new();
    desk.write("a", "one");
    desk.put(&["p/../x", "p/y"]);
    let lines = |line: &str| {
        let ended = desk.run(line);
        assert_eq!(ended.err, "");
        let lines = ended
            .out
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        (ended.code, lines.collect::<Vec<_>>())
    };
    let (code, events) = lines("cp a s3://B/a --json");
    assert_eq!((code, events.len()), (0, 2));
    assert_eq!(events[1]["event"], "upload");
    assert_eq!(
        (&events[1]["status"], &events[1]["bytes"]),
        (&"done".into(), &3.into())
    );
    assert_eq!(events[0]["done"], 1);
    let (code, events) = lines("cp s3://B/p . --recursive --json");
    assert_eq!(code, 1);
    let refused = events
        .iter()
        .find(|event| event["status"] == "refused")
        .unwrap();
    assert!(refused["error"].as_str().unwrap().contains(".."));
    assert!(
        events
            .iter()
            .any(|event| event["refused"] == 1 && event["done"] == 1)
    );
}

#[test]
fn an_interrupted_upload_leaves_nothing() {
    let desk = Desk::new();
    let mut command = interruptible(&desk.command("cp - s3://B/k"));
    let mut child = command
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&vec![1; 20 << 20]).unwrap();
    while desk.peer.uploads(BUCKET).is_empty() {
        assert!(child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("cancelled: ctrl-c received"),
        "{output:?}"
    );
    assert!(desk.peer.uploads(BUCKET).is_empty() && desk.keys().is_empty());
    drop(stdin);
}

#[test]
fn what_a_killed_upload_leaves_is_removed() {
    let desk = Desk::new();
    let create = |key: &str| {
        let mut command = zonal(&desk.peer);
        command.args(["create-multipart-upload", "--bucket", BUCKET, "--key", key]);
        assert!(command.output().unwrap().status.success());
    };
    for key in ["p/a", "p/b", "q"] {
        create(key);
    }
    assert_eq!(desk.run("rm s3://B/p --uploads --older-than 3600").out, "");
    let dry = desk.run("rm s3://B/p --uploads --dryrun");
    assert_eq!((dry.code, desk.peer.uploads(BUCKET).len()), (0, 3));
    assert!(
        dry.out.starts_with("(dryrun) delete: s3://B/p/a (upload "),
        "{}",
        dry.out
    );
    let removed = desk.run("rm s3://B/p/ --uploads");
    assert_eq!(
        (removed.code, removed.out.lines().count()),
        (0, 2),
        "{}",
        removed.err
    );
    assert_eq!(desk.peer.uploads(BUCKET).len(), 1);
    assert_eq!(desk.run("rm s3://B --uploads").code, 0);
    assert!(desk.peer.uploads(BUCKET).is_empty());
}

#[test]
fn buckets_of_two_regions_are_named_before_anything_is_sent() {
    let desk = Desk::new();
    let run = |line: &str| {
        let mut command = desk.command(line);
        command.env_remove("AWS_ENDPOINT_URL_S3");
        ended(command.output().unwrap())
    };
    for (line, words) in [
        (
            "cp s3://a--usw2-az1--x-s3/k s3://b--use1-az4--x-s3/k",
            "a--usw2-az1--x-s3 is in us-west-2, and b--use1-az4--x-s3 in us-east-1: a command reaches one region",
        ),
        (
            "sync s3://a--use1-az4--x-s3 s3://b--usw2-az1--x-s3",
            "a--use1-az4--x-s3 is in us-east-1, and b--usw2-az1--x-s3 in us-west-2",
        ),
        (
            "cp s3://a--use1-az4--x-s3/k s3://b--use1-az5--x-s3/k",
            "use --region us-east-1",
        ),
    ] {
        let ended = run(line);
        assert_eq!(ended.code, 1, "{line}: {}", ended.err);
        assert!(ended.err.contains(words), "{line}: {}", ended.err);
    }
}

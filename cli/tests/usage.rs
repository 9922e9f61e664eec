//! Command lines that lack something or have too much, and values that can be written in several ways.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use support::{BUCKET, peer, run, text, words, zonal};
use zonal_peer::Peer;

/// The exit code and what is said, as a version of the AWS CLI.
fn fails(peer: &Peer, version: &str, line: &str) -> (Option<i32>, String) {
    let mut command = zonal(peer);
    command.args(words(line)).env("ZONAL_AWS_CLI", version);
    let output = command.output().unwrap();
    assert_eq!(text(&output.stdout), "", "{line}");
    (output.status.code(), text(&output.stderr))
}

#[test]
fn a_command_line_without_what_it_needs_shows_the_usage_and_what_is_missing() {
    let peer = peer();
    for (line, missing) in [
        ("", "required: command"),
        (
            "s3",
            "too few arguments: one of these has to follow: cat, cp,",
        ),
        ("s3api", "required: operation"),
        (
            "wait",
            "too few arguments: one of these has to follow: bucket-exists,",
        ),
        (
            "s3api wait",
            "too few arguments: one of these has to follow: bucket-exists,",
        ),
        ("wait bucket-exists", "required: --bucket"),
        ("wait object-exists", "required: --bucket, --key"),
        ("s3api wait object-exists --bucket B", "required: --key"),
        (
            "session",
            "too few arguments: one of these has to follow: forget,",
        ),
        ("session open", "required: --bucket"),
        ("exec", "required: a program behind --"),
        ("exec --", "required: a program behind --"),
        (
            "exec aws s3 ls",
            "required: a program behind --, as in: zonal exec -- aws s3 ls\n",
        ),
        ("exec env A=$B -- env", "as in: zonal exec -- env …\n"),
        (
            "exec aws s3 ls --recursive",
            "as in: zonal exec -- aws s3 ls …\n",
        ),
        (
            "create-session --bucket B --exec",
            "required: a command behind --",
        ),
        (
            "create-session --bucket B --exec env",
            "required: a command behind --",
        ),
        ("cp", "required: paths"),
        (
            "cp a",
            "required: paths, as in:\n\n  zonal cp FILE s3://BUCKET/KEY\n  zonal cp s3://BUCKET/KEY FILE\n",
        ),
        ("cp -a s3://B/k", "required: paths"),
        ("s3 mv a", "required: paths"),
        ("sync a --delete", "required: paths"),
        ("rm --recursive", "required: paths"),
        ("cat", "required: paths"),
        ("du", "required: path"),
        ("presign", "required: path"),
        ("completions", "required: shell"),
        ("get-object --bucket B --key k", "required: outfile"),
        (
            "get-object --bucket B --key",
            "argument --key: expected one argument",
        ),
        (
            "upload-part --bucket B",
            "required: --key, --part-number, --upload-id",
        ),
        ("--region", "argument --region: expected one argument"),
    ] {
        let (code, says) = fails(&peer, "1", line);
        assert!(says.starts_with("usage: zonal [options]"), "{line}: {says}");
        assert!(says.contains("\nzonal: error: "), "{line}: {says}");
        assert!(says.contains(missing), "{line}: {says}");
        let one = if missing.starts_with("too few") {
            255
        } else {
            2
        };
        assert_eq!(code, Some(one), "{line}");
        let (code, says) = fails(&peer, "2", line);
        let start = "\nzonal: [ERROR]: An error occurred (ParamValidation): ";
        assert!(says.starts_with(start), "{line}: {says}");
        assert!(
            says.contains("\n\nusage: zonal [options]"),
            "{line}: {says}"
        );
        assert_eq!(code, Some(252), "{line}");
    }
    assert!(peer.take_requests().is_empty());
}

#[test]
fn what_no_command_takes_is_refused() {
    let peer = peer();
    for (line, code, says) in [
        ("cp a s3://B/k c", 255, "Unknown options: c"),
        ("ls s3://B a", 255, "Unknown options: a"),
        ("presign s3://B/k a", 255, "Unknown options: a"),
        (
            "list-objects-v2 --bucket B a b",
            255,
            "Unknown options: b, a",
        ),
        (
            "get-object --bucket B --key k out a",
            255,
            "Unknown options: a",
        ),
        ("wait bucket-exists --bucket B a", 255, "Unknown options: a"),
        ("session status a", 255, "Unknown options: a"),
        ("help cp a", 255, "Unknown options: a"),
        ("man cp a", 255, "Unknown options: a"),
        ("completions bash a", 255, "Unknown options: a"),
        ("exec --shell -- true", 255, "Unknown options: --shell"),
        ("--bucket B", 2, "Unknown options: --bucket"),
        ("cpp", 2, "maybe you meant:\n\n  * cp"),
        ("s3 cpp", 2, "maybe you meant:\n\n  * cp"),
        ("wait object-exist", 2, "maybe you meant:"),
        ("session opens", 2, "maybe you meant:\n\n  * open"),
        ("completions zssh", 2, "maybe you meant:\n\n  * zsh"),
        ("man cpp", 2, "maybe you meant:\n\n  * cp"),
    ] {
        let (found, said) = fails(&peer, "1", line);
        assert!(said.contains(says), "{line}: {said}");
        assert_eq!(found, Some(code), "{line}");
        let (found, said) = fails(&peer, "2", line);
        let says = says.replace("maybe", "Maybe");
        assert!(said.contains(&says), "{line}: {said}");
        assert_eq!(found, Some(252), "{line}");
    }
    assert!(peer.take_requests().is_empty());
}

#[test]
fn sources_name_one_object_however_they_are_written() {
    let peer = peer();
    for key in ["a b", "a%20b", "50%", "\u{fc}+"] {
        peer.put(BUCKET, key, key);
    }
    let renamed = |source: &str| {
        let source = source.replace("B/", &format!("{BUCKET}/"));
        let line = [
            "rename-object",
            "--bucket",
            BUCKET,
            "--key",
            "new",
            "--rename-source",
            &source,
        ];
        let output = zonal(&peer).args(line).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let body = run(&peer, &["cat", &format!("s3://{BUCKET}/new")]);
        peer.put(BUCKET, &body, body.clone());
        (body, text(&output.stderr))
    };
    for (source, key) in [
        ("B/a b", "a b"),
        ("/B/50%", "50%"),
        ("B/\u{fc}+", "\u{fc}+"),
    ] {
        assert_eq!(renamed(source), (key.to_owned(), String::new()), "{source}");
    }
    for (source, key) in [
        ("B/a%20b", "a b"),
        ("/B/a%2520b", "a%20b"),
        ("B/%C3%bc+", "\u{fc}+"),
    ] {
        let (body, says) = renamed(source);
        assert_eq!(body, key, "{source}");
        assert!(
            says.contains(&format!(
                "is percent-encoded and names {}",
                source_of(source, key)
            )),
            "{says}"
        );
    }
    let (code, says) = fails(
        &peer,
        "1",
        "rename-object --bucket B --key n --rename-source B/50%/a%20b",
    );
    assert_eq!(code, Some(255));
    assert!(says.contains("write `%25` for each percent sign"), "{says}");
    // the source of a copy is the key itself, as for the AWS CLI
    let parts = format!(
        r#"{{"Bucket":"{BUCKET}","Key":"k","CopySource":{{"Bucket":"{BUCKET}","Key":"a%20b"}}}}"#
    );
    let text = format!("/{BUCKET}/a%20b");
    for line in [
        &["copy-object", "--cli-input-json", &parts][..],
        &[
            "copy-object",
            "--bucket",
            BUCKET,
            "--key",
            "k",
            "--copy-source",
            &text,
        ],
    ] {
        run(&peer, line);
        assert_eq!(
            run(&peer, &["cat", &format!("s3://{BUCKET}/k")]),
            "a%20b",
            "{line:?}"
        );
    }
}

/// The source as it is shown when its escapes are gone.
fn source_of(source: &str, key: &str) -> String {
    let slash = if source.starts_with('/') { "/" } else { "" };
    format!("{slash}{BUCKET}/{key}")
}

#[test]
fn times_are_sent_in_one_form_however_they_are_written() {
    let peer = peer();
    let line = |time: &str| {
        let time = format!("--expires={time}");
        let line = ["put-object", "--bucket", BUCKET, "--key", "k", &time];
        zonal(&peer).args(line).output().unwrap()
    };
    for time in [
        "30 Jan 2030",
        "20300130T000000Z",
        "2030-01-30 02:00 +0200",
        "Wed, 30 Jan 2030 00:00:00 GMT",
        "1895961600.5",
    ] {
        let output = line(time);
        assert!(output.status.success(), "{time}: {output:?}");
        let requests = peer.take_requests();
        let sent = requests.last().unwrap().header("expires");
        assert_eq!(
            sent.as_deref(),
            Some("Wed, 30 Jan 2030 00:00:00 GMT"),
            "{time}"
        );
    }
    for time in [
        "01/02/2030",
        "2030",
        "20300130",
        "Jan 2030",
        "2030-01-30 EST",
    ] {
        let says = text(&line(time).stderr);
        assert!(says.contains("2030-01-15T10:00:00Z"), "{time}: {says}");
    }
}

//! `zonal create-session` as a process, against a server that checks every signature.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::process::Output;

use support::{BUCKET, SECRET, peer, text};
use zonal_peer::{Fault, Operation, Peer};

fn zonal(peer: &Peer, words: &[&str]) -> Output {
    support::zonal(peer).args(words).output().unwrap()
}

#[test]
fn a_session_is_printed_exported_and_handed_to_a_child() {
    let peer = peer();
    let run = |words: &[&str]| {
        let all = [&["create-session", "--bucket", BUCKET], words].concat();
        let output = zonal(&peer, &all);
        assert!(output.status.success(), "{words:?}: {output:?}");
        text(&output.stdout)
    };
    let token = run(&["--query", "Credentials.SessionToken", "--output", "text"]);
    assert!(token.trim().len() > 10, "{token}");
    let exports = run(&["--output", "env"]);
    assert!(exports.contains("export S3_SESSION_TOKEN='"), "{exports}");
    let script = "printf '%s %s' \"$S3_SESSION_ACCESS_KEY_ID\" \"$1\"";
    let child = run(&["--exec", "--", "sh", "-c", script, "sh", "--output"]);
    assert!(
        child.starts_with("ASIA") && child.ends_with(" --output"),
        "{child}"
    );
}

#[test]
fn a_child_gives_its_exit_code() {
    let peer = peer();
    let words = [
        "create-session",
        "--bucket",
        BUCKET,
        "--exec",
        "--",
        "sh",
        "-c",
        "exit 7",
    ];
    assert_eq!(zonal(&peer, &words).status.code(), Some(7));
}

#[test]
fn debug_tells_everything_but_secrets() {
    let peer = peer();
    let words = [
        "create-session",
        "--bucket",
        BUCKET,
        "--debug",
        "--query",
        "Credentials.[SecretAccessKey,SessionToken]",
        "--output",
        "text",
    ];
    let output = zonal(&peer, &words);
    let (out, log) = (text(&output.stdout), text(&output.stderr));
    assert!(
        log.contains("DEBUG request: GET") && log.contains("DEBUG answer: 200"),
        "{log}"
    );
    let mut secrets: Vec<_> = out.split_whitespace().collect();
    assert_eq!(secrets.len(), 2, "{out}");
    secrets.extend([SECRET, "Signature="]);
    for secret in secrets {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn errors_have_the_words_and_codes_of_the_aws_cli() {
    let peer = peer();
    let other = "none--usw2-az1--x-s3";
    for (words, code, message) in [
        (
            &["create-session", "--bucket", other][..],
            255,
            "An error occurred (NoSuchBucket) when calling the CreateSession operation: ",
        ),
        (
            &["create-session"],
            2,
            "the following arguments are required: --bucket",
        ),
        (
            &["create-sesion"],
            2,
            "maybe you meant:\n\n  * create-session",
        ),
        (
            &["create-session", "--bucket", BUCKET, "x"],
            255,
            "Unknown options: x",
        ),
        (
            &["create-session", "--bucket", BUCKET, "--query", "["],
            255,
            "Bad value for --query [",
        ),
        (
            &[
                "create-session",
                "--bucket",
                BUCKET,
                "--session-mode",
                "readonly",
            ],
            255,
            "valid values are: ReadOnly, ReadWrite",
        ),
        (
            &[
                "put-object",
                "--bucket",
                BUCKET,
                "--key",
                "k",
                "--output",
                "env",
            ],
            255,
            "is for create-session, not for put-object",
        ),
    ] {
        let output = zonal(&peer, words);
        assert_eq!(output.status.code(), Some(code), "{words:?}");
        assert!(
            text(&output.stderr).contains(message),
            "{words:?}: {output:?}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_session_that_could_not_be_opened_is_asked_for_again() {
    let peer = peer();
    for fault in [Fault::slow_down(0), Fault::genuine().reset_before_head()] {
        peer.fault(fault.on(Operation::CreateSession));
        let words = ["list-objects-v2", "--bucket", BUCKET];
        let mut command = support::zonal(&peer);
        let output = command.args(words).env("AWS_MAX_ATTEMPTS", "2").output();
        assert!(output.unwrap().status.success());
        assert_eq!(peer.pending_faults(), 0);
    }
}

#[test]
fn a_session_is_asked_for_as_often_as_the_settings_say() {
    let peer = peer();
    peer.fault(Fault::slow_down(0).on(Operation::CreateSession).always());
    let mut command = support::zonal(&peer);
    command.env("AWS_MAX_ATTEMPTS", "2");
    command.args(["--debug", "list-objects-v2", "--bucket", BUCKET]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    for text in [
        "attempt 1 of CreateSession: ",
        "; again in ",
        "when calling the CreateSession operation (reached max retries: 1)",
    ] {
        assert!(said.contains(text), "no {text:?} in {said}");
    }
    let requests = peer.take_requests();
    let mut operations = requests.iter().map(|request| request.operation);
    assert!(operations.all(|it| it == Operation::CreateSession));
    assert_eq!(requests.len(), 2);
}

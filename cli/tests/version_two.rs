//! What the program does as version 2 of the AWS CLI, and not as version 1.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::process::Output;

use support::{BUCKET, peer, text, words, zonal};
use zonal_peer::{Fault, Operation, Peer};

fn run(peer: &Peer, version: &str, line: &str) -> Output {
    let mut command = zonal(peer);
    command.args(words(line)).env("ZONAL_AWS_CLI", version);
    command.output().unwrap()
}

/// The requests of a command, without those that open sessions, as the peer has seen them.
fn sent(peer: &Peer, version: &str, line: &str) -> Vec<zonal_peer::Recorded> {
    peer.take_requests();
    run(peer, version, line);
    let requests = peer.take_requests().into_iter();
    requests
        .filter(|request| request.query("session").is_none())
        .collect()
}

#[test]
fn errors_have_the_form_that_was_chosen() {
    let peer = peer();
    let line = "get-object --bucket B --key gone out --cli-error-format";
    let said = |version: &str, form: &str| {
        let output = run(&peer, version, &format!("{line} {form}"));
        text(&output.stderr)
    };
    let json: serde_json::Value = serde_json::from_str(&said("2", "json")).unwrap();
    assert_eq!(json["Code"], "NoSuchKey");
    assert!(
        json["Message"]
            .as_str()
            .is_some_and(|said| !said.is_empty())
    );
    assert!(said("2", "yaml").starts_with("Code: NoSuchKey\nMessage: "));
    assert!(said("2", "text").starts_with("NoSuchKey\t"));
    for (version, form) in [("2", "legacy"), ("2", "enhanced"), ("1", "json")] {
        let said = said(version, form);
        assert!(
            said.contains("An error occurred (NoSuchKey) when"),
            "{version} {form}: {said}"
        );
    }
    // a mistake on the line is told in the same form
    let output = run(&peer, "2", "get-object out --cli-error-format=json");
    let json: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(json["Code"], "ParamValidation");
}

#[test]
fn options_that_directory_buckets_lack_are_sent() {
    let peer = peer();
    let line = "put-object --bucket B --key k --tagging a=b --acl private --no-bucket-key-enabled";
    let requests = sent(&peer, "2", line);
    assert_eq!(requests[0].header("x-amz-tagging").as_deref(), Some("a=b"));
    assert_eq!(requests[0].header("x-amz-acl").as_deref(), Some("private"));
    assert!(sent(&peer, "1", line).is_empty());
    let json =
        r#"put-object --bucket B --key k --cli-input-json {"GrantRead":"id=x","ChecksumMD5":"m"}"#;
    let requests = sent(&peer, "2", json);
    assert_eq!(
        requests[0].header("x-amz-grant-read").as_deref(),
        Some("id=x")
    );
    assert_eq!(
        requests[0].header("x-amz-checksum-md5").as_deref(),
        Some("m")
    );
    // members of items are not, for nobody would notice that they were left out
    let line = r#"delete-objects --bucket B --delete {"Objects":[{"Key":"k","VersionId":"v"}]}"#;
    let output = run(&peer, "2", line);
    assert_eq!(output.status.code(), Some(252), "{output:?}");
    assert!(text(&output.stderr).contains("\"VersionId\""), "{output:?}");
}

#[test]
fn values_are_not_checked_and_queries_fail_late() {
    let peer = peer();
    peer.put(BUCKET, "k", "x");
    let line = "get-object-attributes --bucket B --key k --object-attributes ETag,Foo";
    let requests = sent(&peer, "2", line);
    let names = requests[0].header("x-amz-object-attributes");
    assert_eq!(names.as_deref(), Some("\"ETag,Foo\""));
    assert!(sent(&peer, "1", line).is_empty());
    let line = "head-object --bucket B --key k --query nosuch(@)";
    assert_eq!(sent(&peer, "2", line).len(), 1);
    assert_eq!(run(&peer, "2", line).status.code(), Some(255));
    assert!(sent(&peer, "1", line).is_empty());
}

#[test]
fn a_session_that_is_rejected_is_not_replaced() {
    let peer = peer();
    peer.put(BUCKET, "k", "x");
    for (version, code) in [("1", 0), ("2", 254)] {
        peer.fault(
            Fault::error(400, "ExpiredToken", "It has ended.").on(Operation::GetObjectAttributes),
        );
        let output = run(
            &peer,
            version,
            "get-object-attributes --bucket B --key k --object-attributes ETag",
        );
        assert_eq!(output.status.code(), Some(code), "{version}: {output:?}");
    }
}

#[test]
fn a_bucket_that_would_vanish_from_the_path_has_no_objects() {
    let peer = peer();
    peer.take_requests();
    let output = run(&peer, "2", "delete-object --bucket .. --key b/k");
    assert!(!output.status.success(), "{output:?}");
    assert!(peer.take_requests().is_empty());
}

#[test]
fn a_dash_is_a_file_like_any_other() {
    let peer = peer();
    peer.put(BUCKET, "k", "body");
    let folder = tempfile::tempdir().unwrap();
    let mut command = zonal(&peer);
    command.args(words("get-object --bucket B --key k -"));
    command.env("ZONAL_AWS_CLI", "2").current_dir(folder.path());
    let output = command.output().unwrap();
    assert!(text(&output.stdout).contains("ETag"), "{output:?}");
    assert_eq!(std::fs::read(folder.path().join("-")).unwrap(), b"body");
}

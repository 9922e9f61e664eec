//! Requests that the program does not send, and what it does not believe.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use support::{BUCKET, command, fails, peer, text};
use zonal_peer::Fault;

#[test]
fn what_must_not_be_empty_is_not_sent() {
    let peer = peer();
    let upload = "--bucket B --key k --upload-id ''";
    for (line, expected) in [
        (
            format!("abort-multipart-upload {upload}"),
            "Invalid length for parameter UploadId",
        ),
        (
            format!("list-parts {upload}"),
            "Invalid length for parameter UploadId",
        ),
        (
            format!("upload-part --part-number 1 {upload}"),
            "Invalid length for parameter UploadId",
        ),
        (
            format!(
                "complete-multipart-upload {upload} --multipart-upload Parts=[{{ETag=e,PartNumber=1}}]"
            ),
            "Invalid length for parameter UploadId",
        ),
        (
            "delete-object --bucket B --key ''".to_owned(),
            "Invalid length for parameter Key",
        ),
        (
            "copy-object --bucket B --key k --copy-source ''".to_owned(),
            "Invalid length for parameter CopySource",
        ),
        (
            "rename-object --bucket B --key k --rename-source ''".to_owned(),
            "Invalid length for parameter RenameSource",
        ),
        (
            "get-object-attributes --bucket B --key k --cli-input-json {\"ObjectAttributes\":[]}"
                .to_owned(),
            "Invalid length for parameter ObjectAttributes",
        ),
    ] {
        let says = fails(&peer, &line);
        assert!(says.contains(expected), "{line}: {says}");
        // version 2 checks no values; the library does
        let output = command(&peer, &line, 2).env("ZONAL_AWS_CLI", "2").output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(252), "{line}: {output:?}");
    }
    assert!(peer.requests().is_empty());
}

#[test]
fn a_key_that_xml_cannot_carry_costs_itself_alone() {
    let peer = peer();
    let delete = |json: &str| {
        let mut command = command(&peer, "delete-objects --bucket B --delete", 2);
        command.arg(json).output().unwrap()
    };
    for key in ["a", "b"] {
        peer.put(BUCKET, key, "content");
    }
    for quiet in [false, true] {
        peer.put(BUCKET, "a\u{1}", "content");
        let keys = r#"[{"Key": "a"}, {"Key": "a\u0001"}, {"Key": "b"}, {"Key": "\uffff"}]"#;
        let output = delete(&format!(r#"{{"Objects": {keys}, "Quiet": {quiet}}}"#));
        // as with any key that is not deleted: the list is what tells
        assert!(output.status.success(), "{output:?}");
        let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let errors = printed["Errors"].as_array().unwrap();
        let reported: Vec<_> = errors
            .iter()
            .map(|error| error["Key"].as_str().unwrap())
            .collect();
        assert_eq!(reported, ["a\u{1}", "\u{ffff}"]);
        assert_eq!(errors[0]["Code"], "UnwritableKey");
        let message = errors[0]["Message"].as_str().unwrap();
        assert!(message.contains("delete it with DeleteObject"), "{message}");
        assert_eq!(printed.get("Deleted").is_some(), !quiet);
        assert_eq!(peer.keys(BUCKET), ["a\u{1}"]);
        let mut single = command(&peer, "delete-object --bucket B --key", 2);
        assert!(single.arg("a\u{1}").output().unwrap().status.success());
    }
    peer.take_requests();
    let output = delete(r#"{"Objects": [{"Key": "a\u0001"}]}"#);
    assert_eq!(output.status.code(), Some(255), "{output:?}");
    let says = text(&output.stderr);
    assert!(
        says.contains("`Key` has a character that XML cannot carry"),
        "{says}"
    );
    assert!(peer.requests().is_empty());
}

/// Whatever a server says the time is, requests are signed for that of this machine and its neighbours.
#[test]
fn no_request_is_signed_for_another_year() {
    let peer = peer();
    for date in [
        "Thu, 01 Jan 2099 00:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT",
    ] {
        for mode in ["legacy", "standard"] {
            let skewed = Fault::error(403, "RequestTimeTooSkewed", "no").with_header("date", date);
            peer.fault(skewed.always());
            let mut list = command(&peer, "list-objects-v2 --bucket B", 3);
            let output = list.env("AWS_RETRY_MODE", mode).output().unwrap();
            assert_eq!(output.status.code(), Some(255), "{output:?}");
            let says = text(&output.stderr);
            assert!(says.contains("(RequestTimeTooSkewed)"), "{says}");
            peer.clear_faults();
            let requests = peer.take_requests();
            let hour = |time: SystemTime| {
                let time = DateTime::from(time).fmt(Format::DateTime).unwrap();
                time.replace(['-', ':'], "")[..11].to_owned()
            };
            // each answer may move the clock by an hour
            let hours = Duration::from_secs(3600 * requests.len() as u64);
            let (first, last) = (SystemTime::now() - hours, SystemTime::now() + hours);
            for sent in requests {
                let signed = sent.header("x-amz-date").unwrap();
                assert!(
                    (hour(first)..=hour(last)).contains(&signed[..11].to_owned()),
                    "{signed}"
                );
            }
        }
    }
}

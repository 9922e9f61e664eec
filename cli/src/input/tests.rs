//! Inputs of commands, put together and checked.

use serde_json::{Value, json};
use zonal_commands::{COMMANDS, Command};

use super::*;
use crate::args::arguments;
use crate::failure::Failure;
use zonal_config::Env;

fn command(name: &str) -> &'static Command {
    COMMANDS
        .iter()
        .find(|command| command.name == name)
        .unwrap()
}

fn input(name: &str, line: &[&str]) -> Result<Value, Failure> {
    let command = command(name);
    let arguments = arguments(command, line)?;
    let (mut input, _) = gather(command, &arguments, &Env::default())?;
    validate(&mut input, &command.input, Unknown::Refused)?;
    Ok(input)
}

#[test]
fn options_count_more_than_json() {
    let json = r#"{"Bucket": "a", "SessionMode": "ReadOnly", "BucketKeyEnabled": true}"#;
    let line = [
        "--cli-input-json",
        json,
        "--bucket",
        "b",
        "--no-bucket-key-enabled",
    ];
    let expected = json!({"Bucket": "b", "SessionMode": "ReadOnly", "BucketKeyEnabled": false});
    assert_eq!(input("create-session", &line).unwrap(), expected);
}

#[test]
fn structures_come_as_shorthand_or_json() {
    let short = "Objects=[{Key=a},{Key='b,c'}],Quiet=true";
    let long = r#"{"Objects":[{"Key":"a"},{"Key":"b,c"}],"Quiet":true}"#;
    for delete in [short, long] {
        let found = input("delete-objects", &["--bucket", "b", "--delete", delete]).unwrap();
        let expected = json!({"Objects": [{"Key": "a"}, {"Key": "b,c"}], "Quiet": true});
        assert_eq!(found["Delete"], expected);
    }
    let parts = "Parts=[{ETag=x,PartNumber=1},{ETag=y,PartNumber=2}]";
    let line = [
        "--bucket",
        "b",
        "--key",
        "k",
        "--upload-id",
        "u",
        "--multipart-upload",
        parts,
    ];
    let found = input("complete-multipart-upload", &line).unwrap();
    assert_eq!(found["MultipartUpload"]["Parts"][1]["PartNumber"], 2);
}

#[test]
fn lists_take_several_words() {
    let words = [
        "--bucket",
        "b",
        "--key",
        "k",
        "--object-attributes",
        "ETag",
        "ObjectSize",
    ];
    let found = input("get-object-attributes", &words).unwrap();
    assert_eq!(found["ObjectAttributes"], json!(["ETag", "ObjectSize"]));
}

#[test]
fn moments_are_taken_in_any_form() {
    for (text, moment) in [
        ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z"),
        ("2026-01-15 12:00:00+02:00", "2026-01-15T10:00:00Z"),
        ("2026-01-15", "2026-01-15T00:00:00Z"),
        ("1768471200", "2026-01-15T10:00:00Z"),
        ("Thu, 15 Jan 2026 10:00:00 GMT", "2026-01-15T10:00:00Z"),
    ] {
        let line = ["--bucket", "b", "--key", "k", "--if-modified-since", text];
        let found = input("head-object", &line).unwrap();
        assert_eq!(found["IfModifiedSince"], moment, "{text}");
    }
    assert_eq!(
        iso8601("2030-01-02T03:04:05.5+02:00").as_deref(),
        Some("2030-01-02T03:04:05.500000+02:00")
    );
    assert_eq!(iso8601("not a date"), None);
}

#[test]
fn all_problems_are_told_at_once_and_no_secret_is() {
    let json = r#"{"Nope": 1, "SSEKMSKeyId": ["MARKER"], "SessionMode": "x"}"#;
    let failure = input("create-session", &["--cli-input-json", json]).unwrap_err();
    for words in [
        "Missing required parameter in input: \"Bucket\"",
        "Unknown parameter in input: \"Nope\", must be one of: SessionMode, Bucket, ",
        "Invalid type for parameter SSEKMSKeyId: *** is a list; expected a string",
        "Unknown value for parameter SessionMode: 'x', valid values are: ReadOnly, ReadWrite",
    ] {
        assert!(failure.text.contains(words), "{}", failure.text);
    }
    assert!(!failure.text.contains("MARKER"));
    let broken = input("create-session", &["--cli-input-json", "{MARKER"]).unwrap_err();
    assert!(!broken.text.contains("MARKER"), "{}", broken.text);
}

#[test]
fn a_header_that_makes_the_call_is_not_empty() {
    let command = command("copy-object");
    let mut input = json!({"Bucket": "b--usw2-az1--x-s3", "Key": "k", "CopySource": ""});
    let failure = validate(&mut input, &command.input, Unknown::Refused).unwrap_err();
    let words = "Invalid length for parameter CopySource, value: 0";
    assert!(failure.text.contains(words), "{}", failure.text);
}

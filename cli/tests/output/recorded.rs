//! Runs of the AWS CLI that were recorded, where the recordings are: in the folder that `ZONAL_SHARED` names, or beside
//! the repository.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use zonal_cli::output::query::{self, QueryError};
use zonal_cli::output::{Format, Style, Terminal};

use crate::printed;

/// Where ours differs on purpose, or what is not a matter of output.
const OTHER: [&str; 12] = [
    "output-bad-case",
    "output-bad-value",
    "output-env-bad",
    "output-timestamp-iso8601",
    "output-timestamp-iso8601-offset",
    "output-timestamp-unknown",
    "output-pythonioencoding-latin1",
    "color-bad",
    // JSON has no infinity
    "query-big-exp",
    // a list of a number, a list and an object: the AWS CLI crashes
    "query-literal-list-text",
    // tables of one value: the AWS CLI leaves it out
    "query-scalar-table",
    "query-length-table",
];

fn cases() -> Option<Vec<Value>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("ZONAL_SHARED").map_or(beside, PathBuf::from);
    let text = fs::read_to_string(shared.join("oracle/cases.jsonl")).ok()?;
    Some(
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

/// What the scripted server of the recordings answered.
fn answer(scenario: &str) -> Option<Value> {
    let mut answer = json!({
        "Credentials": {
            "AccessKeyId": "ASIAEXAMPLESESSIONKEY",
            "SecretAccessKey": "sessSecret/EXAMPLE+KEYabcdefghijklmnopqrst",
            "SessionToken": "TESTSESSIONTOKEN//////////AbCdEf0123456789+/==",
            "Expiration": "2030-01-02T03:04:05Z",
        }
    });
    let credentials = &mut answer["Credentials"];
    match scenario {
        "ok" => {}
        "ok-bad-exp" => credentials["Expiration"] = json!("not-a-date"),
        "ok-frac" => credentials["Expiration"] = json!("2030-01-02T03:04:05.678Z"),
        "ok-unicode" => credentials["SessionToken"] = json!("tok-é-日本-😀"),
        "ok-ws-token" => credentials["SessionToken"] = json!("  spaced\ttab\nnl  "),
        "ok-long-token" => credentials["SessionToken"] = json!("T".repeat(1500)),
        "ok-partial" => {
            *credentials = json!({
                "AccessKeyId": "ASIAEXAMPLESESSIONKEY",
                "Expiration": "2030-01-02T03:04:05Z",
            });
        }
        "ok-empty-creds" => *credentials = json!({}),
        "ok-no-creds" => answer = json!({}),
        "ok-sse-aes" => {
            let credentials = credentials.take();
            answer = json!({
                "ServerSideEncryption": "AES256",
                "BucketKeyEnabled": false,
                "Credentials": credentials,
            });
        }
        "ok-sse-kms" => {
            let credentials = credentials.take();
            answer = json!({
                "ServerSideEncryption": "aws:kms",
                "SSEKMSKeyId": "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                "SSEKMSEncryptionContext": "eyJhIjoiYiJ9",
                "BucketKeyEnabled": true,
                "Credentials": credentials,
            });
        }
        _ => return None,
    }
    Some(answer)
}

fn option<'a>(case: &'a Value, name: &str) -> Option<&'a str> {
    let arguments = case["argv"].as_array()?;
    let at = arguments.iter().rposition(|argument| argument == name)?;
    arguments.get(at + 1)?.as_str()
}

fn style(case: &Value) -> Style<'_> {
    let configured = case["env"]["AWS_DEFAULT_OUTPUT"].as_str();
    let format = option(case, "--output").or(configured).unwrap_or("json");
    let columns = case["tty"]["cols"].as_u64();
    let mut style = Style::new(Format::from_name(format).unwrap(), "CreateSession");
    style.color = match option(case, "--color") {
        Some("on") => true,
        Some("off") => false,
        _ => columns.is_some(),
    };
    if columns.is_some() {
        style.terminal = Terminal::Yes;
    }
    style.columns = columns.map_or(style.columns, |columns| columns as usize);
    style
}

fn run(case: &Value, answer: Value) -> Result<String, QueryError> {
    let value = match option(case, "--query") {
        Some(expression) => query::compile(expression)?.apply(&answer)?,
        None => answer,
    };
    Ok(printed(&value, &style(case)))
}

#[test]
fn recorded_runs_give_the_same_bytes() {
    let Some(cases) = cases() else {
        println!(
            "skipped: no ../shared/oracle, and ZONAL_SHARED names no folder with oracle/cases.jsonl"
        );
        return;
    };
    let mut compared = 0;
    for case in &cases {
        let (id, group) = (
            case["id"].as_str().unwrap(),
            case["group"].as_str().unwrap(),
        );
        let is_output = ["output", "color", "query"].contains(&group);
        let is_complete = case["stdout_kind"] == "pipe" && id != "color-missing-value";
        if !is_output || !is_complete || OTHER.contains(&id) {
            continue;
        }
        let Some(answer) = answer(case["server_scenario"].as_str().unwrap()) else {
            continue;
        };
        match run(case, answer) {
            Ok(stdout) => assert_eq!(stdout, case["stdout"].as_str().unwrap(), "{id}"),
            Err(error) => assert_eq!(
                format!("\n{error}\n"),
                case["stderr"].as_str().unwrap(),
                "{id}"
            ),
        }
        compared += 1;
    }
    assert!(compared > 70, "only {compared} cases");
    println!("{compared} recorded runs compared");
}

//! Output equals the AWS CLI's, byte for byte.

use std::fs;
use std::path::Path;

use serde_json::Value;
use zonal_cli::output::{self, Format, Style, Terminal};

fn printed(value: &Value, style: &Style<'_>) -> String {
    let mut out = Vec::new();
    output::write(value, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// `golden.jsonl` was written by the AWS CLI's formatter; `golden.py` says how.
#[test]
fn random_values_are_printed_as_the_aws_cli_prints_them() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden.jsonl");
    let file = std::env::var_os("ZONAL_GOLDEN").map_or(committed, Into::into);
    let mut compared = 0;
    for (number, line) in fs::read_to_string(file).unwrap().lines().enumerate() {
        let case: Value = serde_json::from_str(line).unwrap();
        let style = Style {
            format: Format::from_name(case["format"].as_str().unwrap()).unwrap(),
            title: "CreateSession",
            color: case["color"].as_bool().unwrap(),
            columns: case["columns"].as_u64().unwrap() as usize,
            terminal: Terminal::No,
        };
        let ours = printed(&case["value"], &style);
        // null: the AWS CLI crashed
        if let Some(theirs) = case["stdout"].as_str() {
            assert_eq!(ours, theirs, "line {}: {}", number + 1, case["value"]);
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} cases");
}

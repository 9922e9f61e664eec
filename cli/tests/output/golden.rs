//! Random values and expressions, and what the AWS CLI's own formatter and JMESPath made of them. `golden.py` and
//! `queries.py` wrote the files and say how.

use std::fs;
use std::path::Path;

use serde_json::Value;
use zonal_cli::output::query;
use zonal_cli::output::{Format, Style};

use crate::printed;

/// The lines of a file beside this one, or of the file that a variable names.
fn lines(name: &str, variable: &str) -> Vec<Value> {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/output");
    let file = std::env::var_os(variable).map_or(committed.join(name), Into::into);
    let text = fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn values_are_printed_as_the_aws_cli_prints_them() {
    let mut compared = 0;
    for case in lines("golden.jsonl", "ZONAL_GOLDEN") {
        let style = Style {
            color: case["color"].as_bool().unwrap(),
            columns: case["columns"].as_u64().unwrap() as usize,
            ..Style::new(
                Format::from_name(case["format"].as_str().unwrap()).unwrap(),
                "CreateSession",
            )
        };
        let ours = printed(&case["value"], &style);
        // null: the AWS CLI crashed
        if let Some(theirs) = case["stdout"].as_str() {
            assert_eq!(ours, theirs, "{}", case["value"]);
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} cases");
}

#[test]
fn queries_find_what_the_aws_cli_finds() {
    let lines = lines("queries.jsonl", "ZONAL_QUERIES");
    let document = &lines[0]["document"];
    let (mut found, mut refused, mut same_words) = (0, 0, 0);
    for case in &lines[1..] {
        let expression = case["query"].as_str().unwrap();
        let ours = query::compile(expression).and_then(|query| query.apply(document));
        match (ours, case.get("result")) {
            // as text, since 1 and 1.0 are not printed alike
            (Ok(ours), Some(theirs)) => {
                assert_eq!(ours.to_string(), theirs.to_string(), "{expression}");
                found += 1;
            }
            (Ok(ours), None) => panic!("{expression}: found {ours}, but {}", case["error"]),
            // the AWS CLI takes much that is nearly an expression, and a list for an object
            (Err(ours), Some(_)) => {
                let may_differ = case["broken"] == true || ours.to_string().contains("merge()");
                assert!(may_differ, "{expression}: {ours}");
            }
            (Err(ours), None) => {
                refused += 1;
                same_words += usize::from(case["error"] == ours.to_string().as_str());
            }
        }
    }
    assert!(
        found > 100 && refused > 50,
        "{found} found, {refused} refused"
    );
    // an error that is no Python exception is nearly always in the same words
    assert!(same_words * 100 > refused * 95, "{same_words} of {refused}");
}

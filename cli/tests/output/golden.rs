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
        let value = &case["value"];
        let is_single = !value.is_object() && !value.is_array() && !value.is_null();
        let ours = printed(value, &style);
        if style.format == Format::Table && is_single && value != "" {
            // of a single value the AWS CLI prints the title only
            assert!(ours.contains("|  "), "{ours}");
            continue;
        }
        // null: the AWS CLI crashed
        if let Some(theirs) = case["stdout"].as_str() {
            assert_eq!(ours, theirs, "{}", case["value"]);
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} cases");
}

/// An error of a function without the value that it complains about: ours does not show it, for it may be a secret.
fn without_value(message: &str) -> String {
    let (before, after) = message.split_once("for value: ").unwrap_or((message, ""));
    let after = after
        .rsplit_once(", expected one of")
        .map_or("", |(_, after)| after);
    format!("{before}{after}")
}

#[test]
fn queries_find_what_the_aws_cli_finds() {
    let lines = lines("queries.jsonl", "ZONAL_QUERIES");
    let document = &lines[0]["document"];
    let json = Style::new(Format::Json, "CreateSession");
    let (mut found, mut refused, mut same_words) = (0, 0, 0);
    for case in &lines[1..] {
        let expression = case["query"].as_str().unwrap();
        let ours = query::compile(expression).and_then(|query| query.apply(document));
        match (ours, case.get("result")) {
            // as text, since 1 and 1.0 are not printed alike
            (Ok(ours), Some(theirs)) => {
                assert_eq!(
                    printed(&ours, &json),
                    printed(theirs, &json),
                    "{expression}"
                );
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
                let theirs = without_value(case["error"].as_str().unwrap());
                same_words += usize::from(theirs == without_value(&ours.to_string()));
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

#[test]
fn no_value_of_an_answer_is_in_an_error() {
    let secret = serde_json::json!({ "Credentials": { "SecretAccessKey": "s3cr3t" } });
    for expression in [
        "abs(Credentials.SecretAccessKey)",
        "sum([Credentials.SecretAccessKey])",
        "sum(values(Credentials))",
        "sort_by([Credentials], &@)",
        "max_by([Credentials, `1`], &@)",
        "keys([Credentials])",
        "merge(Credentials, Credentials.SecretAccessKey)",
        "contains(Credentials.SecretAccessKey, `1`)",
        "Credentials.SecretAccessKey < `1`",
    ] {
        let query = query::compile(expression).unwrap();
        let error = query.apply(&secret).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
    }
}

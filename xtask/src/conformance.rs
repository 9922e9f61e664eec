//! `cargo xtask conformance`: generates clients from test models that others wrote, and runs the tests that
//! stand in them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::prelude::*;
use zonal_codegen::emit::{Options, Runtime};
use zonal_codegen::generate::generate;
use zonal_codegen::model::load;
use zonal_codegen::select::{Operations, Selection};
use zonal_codegen::source::Sources;

use crate::project::{read, root, shared};
use crate::{Failure, Result};

/// A test model and the service in it.
struct Suite {
    name: &'static str,
    files: &'static [&'static str],
    service: &'static str,
}

const SUITES: &[Suite] = &[
    Suite {
        name: "restxml",
        files: &["restxml.json"],
        service: "aws.protocoltests.restxml#RestXml",
    },
    Suite {
        name: "restxml-namespace",
        files: &["restxml-namespace.json"],
        service: "aws.protocoltests.restxml.xmlns#RestXmlWithNamespace",
    },
    Suite {
        name: "restxml-unwrapped-errors",
        files: &["restxml-unwrapped-errors.json"],
        service: "aws.protocoltests.restxmlunwrapped#RestXmlExtrasUnwrappedErrors",
    },
    Suite {
        name: "restxml-s3",
        files: &["restxml-s3.json"],
        service: "com.amazonaws.s3#AmazonS3",
    },
];

const GZIP: &str = "request compression is not generated yet";
const ADDRESSING: &str = "the model has no endpoint rules; these tests need those of S3";
const DOTS: &str = "a key with a `.` or `..` segment is refused: HTTP clients and proxies rewrite it, and then it \
                    is another key";

/// The tests that fail, and why. One that is listed and passes fails the run.
const EXPECTED_FAILURES: &[(&str, &str, &str)] = &[
    (
        "restxml",
        "put_with_content_encoding_sdk_appended_gzip",
        GZIP,
    ),
    (
        "restxml",
        "put_with_content_encoding_sdk_applied_content_encoding",
        GZIP,
    ),
    (
        "restxml-s3",
        "delete_object_tagging_s3_escape_object_key",
        ADDRESSING,
    ),
    (
        "restxml-s3",
        "delete_object_tagging_s3_escape_path_object_key",
        ADDRESSING,
    ),
    (
        "restxml-s3",
        "list_objects_v2_s3_default_addressing",
        ADDRESSING,
    ),
    (
        "restxml-s3",
        "list_objects_v2_s3_virtual_host_addressing",
        ADDRESSING,
    ),
    (
        "restxml-s3",
        "list_objects_v2_s3_virtual_host_dualstack_addressing",
        ADDRESSING,
    ),
    (
        "restxml-s3",
        "list_objects_v2_s3_virtual_host_accelerate_addressing",
        ADDRESSING,
    ),
    (
        "restxml-s3",
        "list_objects_v2_s3_virtual_host_dualstack_accelerate_addressing",
        ADDRESSING,
    ),
    (
        "restxml-s3",
        "list_objects_v2_s3_operation_addressing_preferred",
        ADDRESSING,
    ),
    (
        "restxml-s3",
        "get_object_s3_preserves_leading_dot_segment",
        DOTS,
    ),
    (
        "restxml-s3",
        "get_object_s3_preserves_embedded_dot_segment",
        DOTS,
    ),
];

pub(crate) fn run(mut parser: lexopt::Parser) -> Result<String> {
    let mut only = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Value(name) if only.is_none() => only = Some(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let folder = shared().join("conformance");
    if !folder.is_dir() {
        return Ok(format!(
            "skipped: there are no test models at {}\n",
            folder.display()
        ));
    }
    let (mut passed, mut failed, mut text) = (0, 0, String::new());
    for suite in SUITES
        .iter()
        .filter(|suite| only.as_deref().is_none_or(|only| only == suite.name))
    {
        let outcome = run_suite(suite, &folder)?;
        let _ = writeln!(text, "{}: {} tests", suite.name, outcome.len());
        for (test, good) in &outcome {
            let expected = expectation(suite, test);
            match (good, expected) {
                (true, None) => passed += 1,
                (false, Some(reason)) => {
                    let _ = writeln!(text, "  not passing, as listed: {test}: {reason}");
                }
                (false, None) => {
                    failed += 1;
                    let _ = writeln!(text, "  FAILED: {test}");
                }
                (true, Some(_)) => {
                    failed += 1;
                    let _ = writeln!(text, "  passes, and is listed as failing: {test}");
                }
            }
        }
    }
    let _ = writeln!(text, "{passed} passed, {failed} failed");
    if failed > 0 {
        Err(Failure::Failed(text))
    } else {
        Ok(text)
    }
}

fn expectation(suite: &Suite, test: &str) -> Option<&'static str> {
    let found = EXPECTED_FAILURES
        .iter()
        .find(|(name, part, _)| *name == suite.name && test.contains(part));
    found.map(|(_, _, reason)| *reason)
}

/// Generates a crate and runs its tests; gives back which of them pass.
fn run_suite(suite: &Suite, folder: &Path) -> Result<BTreeMap<String, bool>> {
    let mut sources = Sources::new();
    for file in suite.files {
        sources.add(*file, read(&folder.join(file))?);
    }
    let model = load(&sources)?;
    let selection = Selection {
        operations: Operations::All,
        service: Some(suite.service.to_owned()),
    };
    let options = Options {
        crate_name: format!("conformance-{}", suite.name),
        runtime: Runtime::Path(root().join("runtime").display().to_string()),
        command_line: false,
    };
    let out = root().join("target/conformance").join(suite.name);
    let fail =
        |error: std::io::Error| Failure::Failed(format!("error: {}: {error}", out.display()));
    generate(&model, &selection, &options)?
        .files
        .write(&out)
        .map_err(fail)?;
    std::fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).map_err(fail)?;
    test(&out)
}

fn test(out: &Path) -> Result<BTreeMap<String, bool>> {
    let target: PathBuf = root().join("target/conformance/target");
    let run = Command::new(env!("CARGO"))
        .args(["test", "--lib", "--no-fail-fast", "--manifest-path"])
        .arg(out.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", target)
        .output()
        .map_err(|error| Failure::Failed(format!("error: cargo does not start: {error}")))?;
    let text = String::from_utf8_lossy(&run.stdout);
    let mut outcome = BTreeMap::new();
    for line in text.lines() {
        let Some((test, result)) = line
            .strip_prefix("test ")
            .and_then(|line| line.split_once(" ... "))
        else {
            continue;
        };
        outcome.insert(
            test.trim_start_matches("protocol_tests::").to_owned(),
            result == "ok",
        );
    }
    if outcome.is_empty() {
        let errors = String::from_utf8_lossy(&run.stderr);
        return Err(Failure::Failed(format!(
            "error: {} does not build\n{errors}",
            out.display()
        )));
    }
    Ok(outcome)
}

//! `cargo xtask conformance`: generates clients from the test models of Smithy, and runs the tests in them.

mod rules;
mod suites;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::prelude::*;
use zonal_codegen::command::{load_with_partitions, read};
use zonal_codegen::diagnostics::{Code, Diagnostics};
use zonal_codegen::emit::{Options, Runtime};
use zonal_codegen::generate::generate;
use zonal_codegen::model::{Model, Shape};
use zonal_codegen::select::{Operations, Selection, operations_of};
use zonal_codegen::source::Sources;
use zonal_codegen::traits::rules::EndpointTests;
use zonal_codegen::traits::testing::{HttpRequestTests, HttpResponseTests};

use crate::project::{root, shared};
use crate::{Failure, Result};
use suites::{SUITES, Suite, expectation};

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
    if let Some(only) = only
        .as_deref()
        .filter(|only| SUITES.iter().all(|suite| suite.name != *only))
    {
        let names: Vec<_> = SUITES.iter().map(|suite| suite.name).collect();
        let names = names.join(", ");
        return Err(Failure::Failed(format!(
            "error: there is no suite `{only}`; there are {names}\n"
        )));
    }
    let (mut passed, mut failed, mut text) = (0, 0, String::new());
    for suite in SUITES
        .iter()
        .filter(|suite| only.as_deref().is_none_or(|only| only == suite.name))
    {
        let outcome = run_suite(suite)?;
        let _ = writeln!(text, "{}: {} tests", suite.name, outcome.len());
        if suite.name == suites::ENDPOINTS {
            let _ = writeln!(text, "  {} of them are calls", called(&outcome));
        }
        for (test, reason) in suites::never_run(suite, &outcome) {
            failed += 1;
            let _ = writeln!(
                text,
                "  listed as failing, but not a test: {test}: {reason}"
            );
        }
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
                    let _ = writeln!(text, "  passes, but is listed as failing: {test}");
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

/// Generates a crate and runs its tests. Returns the tests that pass.
fn run_suite(suite: &Suite) -> Result<BTreeMap<String, bool>> {
    let mut sources = Sources::new();
    for file in suite.files {
        sources.add(*file, read(&shared().join(file))?);
    }
    if suite.with_rules {
        let test_model = read(&shared().join(suite.files[0]))?;
        let official = read(&shared().join(rules::OFFICIAL))?;
        sources.add("rules.json", rules::overlay(&test_model, &official)?);
    }
    let model = load_with_partitions(&mut sources, Some(root()))?;
    let mut outcome = BTreeMap::new();
    let mut selection = Selection {
        operations: Operations::All,
        service: Some(suite.service.to_owned()),
        ..Selection::all()
    };
    let options = Options {
        crate_name: format!("conformance-{}", suite.name),
        runtime: Runtime::Path(root().join("runtime").display().to_string()),
        command_line: None,
        package: None,
    };
    if !suite.operations.is_empty() {
        let names = suite.operations.iter().map(|name| (*name).to_owned());
        selection.operations = Operations::Named(names.collect());
    }
    if suite.tested_only {
        let mut names = Vec::new();
        for name in tested(&model, suite) {
            selection.operations = Operations::Named(vec![name.clone()]);
            match generate(&model, &selection, &options) {
                Ok(_) => names.push(name),
                Err(problems) if is_unsupported(&problems) => {
                    outcome.insert(format!("{name} cannot be generated"), false);
                }
                Err(problems) => return Err(problems.into()),
            }
        }
        selection.operations = Operations::Named(names);
    }
    let out = root().join("target/conformance").join(suite.name);
    let fail =
        |error: std::io::Error| Failure::Failed(format!("error: {}: {error}", out.display()));
    generate(&model, &selection, &options)?
        .files
        .write(&out)
        .map_err(fail)?;
    std::fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).map_err(fail)?;
    outcome.extend(test(&out, suite.module)?);
    if suite.name == suites::ENDPOINTS {
        let (called, calls) = (called(&outcome), calls(&model, suite));
        if called != calls {
            return Err(Failure::Failed(format!(
                "error: the endpoint tests make {calls} calls, and {called} of them are tests\n"
            )));
        }
    }
    Ok(outcome)
}

/// How many endpoint tests make a call. Tests of parameters only are one test together.
fn called(outcome: &BTreeMap<String, bool>) -> usize {
    let calls = outcome.keys().filter(|name| !name.starts_with("the_rules"));
    calls.count()
}

/// How many calls the endpoint tests of the suite's service make.
fn calls(model: &Model<'_>, suite: &Suite) -> usize {
    let mut services = model.services();
    let service = services.find(|shape| shape.id.as_str() == suite.service);
    let tests = service.and_then(|service| service.traits.get::<EndpointTests>());
    let cases = tests.into_iter().flat_map(|tests| tests.test_cases);
    cases.map(|case| case.operation_inputs.len()).sum()
}

/// The operations of the suite's service that have tests, or whose errors have.
fn tested(model: &Model<'_>, suite: &Suite) -> Vec<String> {
    let has_tests = |shape: &Shape<'_>| {
        shape.traits.has::<HttpRequestTests>() || shape.traits.has::<HttpResponseTests>()
    };
    let service = model
        .services()
        .find(|shape| shape.id.as_str() == suite.service);
    let operations = service.map(|service| operations_of(model, service));
    let tested = operations.into_iter().flatten().filter(|shape| {
        let errors = shape
            .as_operation()
            .into_iter()
            .flat_map(|operation| &operation.errors);
        has_tests(shape)
            || errors
                .into_iter()
                .any(|error| has_tests(model.target(error)))
    });
    tested.map(|shape| shape.id.name().to_owned()).collect()
}

/// Whether the model is valid and only uses features that the generator lacks.
fn is_unsupported(problems: &Diagnostics) -> bool {
    let mut problems = problems.iter();
    problems.all(|problem| problem.code == Code::UnsupportedShape)
}

fn test(out: &Path, module: &str) -> Result<BTreeMap<String, bool>> {
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
        if let Some(test) = test.strip_prefix(module) {
            let name = test.rsplit("::").next().unwrap_or(test);
            outcome.insert(name.to_owned(), result == "ok");
        }
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

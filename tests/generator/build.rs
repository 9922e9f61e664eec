//! What is generated builds, tests, examples and documentation included, without a warning.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use zonal_codegen::files::Files;
use zonal_codegen::select::Selection;

use crate::{documentation, models, official, on_its_own, root, run};

/// The crates whose models have tests of the protocol.
#[rustfmt::skip]
const WITH_TESTS: &[&str] = &[
    "-p", "demo-protocol-tests", "-p", "demo-host-prefix", "-p", "demo-ids-in-paths", "-p", "demo-lists-with-quantity", "-p", "demo-checksum-and-compression", "-p", "demo-defaults",
    "-p", "demo-enum-of-integers", "-p", "demo-expires", "-p", "demo-operation-context-params", "-p", "demo-settings",
    "-p", "demo-sparse", "-p", "demo-endpoint-tests", "-p", "demo-token-in-body", "-p", "demo-union-flattened", "-p", "demo-xml-attributes",
];

/// Builds the crates of all tiny models, and that of the official model where it is there.
#[test]
#[ignore = "it builds some forty crates"]
fn generated_crates_build() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated");
    let mut members = Vec::new();
    for name in models::names() {
        let krate = format!("demo-{name}");
        let files = run(
            &models::sources(&name),
            &Selection::all(),
            &on_its_own(&krate),
        )
        .files;
        write(&files, &folder.join(&name));
        members.push(name);
    }
    write(
        &documentation::output("demo-documentation"),
        &folder.join("documentation"),
    );
    members.push("documentation".to_owned());
    if let Some(files) = official::output_of_all_supported() {
        write(&files, &folder.join("official"));
        members.push("official".to_owned());
    }
    let members: Vec<_> = members
        .iter()
        .map(|name| format!("\"{name}/client\""))
        .collect();
    let workspace = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
        members.join(", ")
    );
    fs::write(folder.join("Cargo.toml"), workspace).unwrap();
    // The versions that the repository builds with.
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    cargo(
        &folder,
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--keep-going",
        ],
    );
    cargo(&folder, &["test", "--workspace", "--doc"]);
    cargo(&folder, &[&["test", "--lib"], WITH_TESTS].concat());
    let test = folder.join("event-stream/client/tests/events.rs");
    fs::create_dir_all(test.parent().unwrap()).unwrap();
    fs::write(&test, include_str!("in_generated/event_stream.rs")).unwrap();
    cargo(
        &folder,
        &["test", "--package", "demo-event-stream", "--test", "events"],
    );
    // It is not for the generator to remove.
    fs::remove_file(&test).unwrap();
    cargo(
        &folder,
        &["doc", "--workspace", "--no-deps", "--keep-going"],
    );
}

fn write(files: &Files, folder: &Path) {
    files.write(folder).unwrap();
    // A package belongs to one workspace only, and here that is the one around all of them.
    fs::remove_file(folder.join("Cargo.toml")).unwrap();
}

pub(crate) fn cargo(folder: &Path, arguments: &[&str]) {
    let cargo = std::env::var_os("CARGO").unwrap_or(OsString::from("cargo"));
    // That of the repository, which has most of the dependencies already.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut command = Command::new(cargo);
    command.arg("--quiet").args(arguments);
    if arguments.first() == Some(&"clippy") {
        command.args(["--", "-D", "warnings"]);
    }
    let output = command
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTDOCFLAGS", "-D warnings")
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "cargo {} in {}\n{}",
        arguments.join(" "),
        folder.display(),
        String::from_utf8_lossy(&printed)
    );
}

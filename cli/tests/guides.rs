//! Runs the commands of the documentation. Those that are too large for a test are run by another step of CI, which is
//! looked up.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{BUCKET, peer, zonal};

/// Documents whose commands of `zonal` are run.
const RUN: [&str; 2] = ["README.md", "cli/README.md"];

/// The beginning of a command that is not run here, a file, and what in that file runs the same.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "cargo xtask peer",
        "tests/peer/tests/program.rs",
        "CARGO_BIN_EXE_zonal-peer",
    ),
    (
        "zonal-peer",
        "tests/peer/tests/program.rs",
        "CARGO_BIN_EXE_zonal-peer",
    ),
    ("zonal exec -- ", "cli/tests/exec.rs", "aws s3 ls"),
    (
        "cargo install",
        ".ci/stranger",
        "cargo check --quiet --workspace",
    ),
    (
        "cargo xtask codegen --all",
        "tests/generator/build.rs",
        "output_of_all_supported",
    ),
    ("cargo xtask codegen", ".ci/run", "cargo xtask codegen"),
    (
        "cargo xtask conformance",
        ".ci/run",
        "cargo xtask conformance",
    ),
    ("cargo xtask engines", ".ci/long", "cargo xtask engines"),
    (
        "cargo test -p zonal-tests -- --ignored",
        ".ci/run",
        "--test webassembly -- --ignored",
    ),
    ("cargo test", ".ci/run", "cargo test --quiet"),
    (
        "cargo bench",
        ".ci/run",
        "cargo test --quiet -p zonal-bench",
    ),
    (
        "cargo run -p zonal-examples",
        "examples/tests/run.rs",
        "lock::run",
    ),
    (
        "zonal-codegen",
        "tests/generator/embedded.rs",
        "name: \"zonal-codegen\"",
    ),
];

/// Commands that nothing runs: they accept snapshots, show a change, or are CI itself.
const NOT_RUN: &[&str] = &["INSTA_UPDATE=always cargo test", "git diff", ".ci/"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The lines of a document's blocks of shell commands, without their comments.
fn commands(document: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    // a command may go on on the next line
    let text = text.replace("\\\n", " ");
    let blocks = text.split("```sh\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines());
    let lines = lines.map(|line| {
        line.split("  #")
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// Every document that a reader is led to, but the guides of engines, which have no commands.
fn documents() -> Vec<String> {
    let names = "README.md CONTRIBUTING.md SECURITY.md cli/README.md codegen/README.md config/README.md \
                 examples/README.md model/README.md object_store/README.md runtime/README.md \
                 tests/peer/README.md transfer/README.md";
    let mut documents: Vec<_> = names.split_whitespace().map(str::to_owned).collect();
    let guides = fs::read_dir(root().join("docs")).unwrap();
    let guides = guides.map(|entry| format!("docs/{}", entry.unwrap().file_name().display()));
    documents.extend(guides.filter(|name| name.ends_with(".md")));
    documents
}

fn is_run_here(document: &str, command: &str) -> bool {
    let is_zonal = command.starts_with("zonal ") || command.contains("| zonal ");
    let is_elsewhere = ELSEWHERE
        .iter()
        .any(|(start, ..)| command.starts_with(start));
    RUN.contains(&document) && is_zonal && !is_elsewhere
}

#[test]
fn commands_are_run_here_or_by_another_step() {
    let mut seen = 0;
    for document in documents() {
        for command in commands(&document) {
            seen += 1;
            let is_left_out = NOT_RUN.iter().any(|start| command.starts_with(start));
            if is_left_out || is_run_here(&document, &command) {
                continue;
            }
            let of_it = ELSEWHERE
                .iter()
                .find(|(start, ..)| command.starts_with(start));
            let (_, file, text) =
                of_it.unwrap_or_else(|| panic!("{document}: nothing runs `{command}`"));
            let file = fs::read_to_string(root().join(file)).unwrap();
            assert!(file.contains(text), "{document}: nothing runs `{command}`");
        }
    }
    assert!(seen > 30, "{seen}");
}

/// A folder with what the commands take: a few files.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in [
        "today.txt",
        "report.pdf",
        "photos/a.jpg",
        "photos/b.tmp",
        "data/1",
        "docs/a.md",
    ] {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    folder
}

#[test]
fn commands_of_the_program_succeed() {
    for document in RUN {
        let (peer, folder) = (peer(), folder());
        peer.put(BUCKET, "in/1", "one");
        let mut script = String::from("set -eu\n");
        for command in commands(document) {
            if is_run_here(document, &command) {
                script += &format!("{command}\n");
            }
        }
        let program = zonal(&peer);
        let path = Path::new(program.get_program()).parent().unwrap();
        let mut shell = Command::new("sh");
        for (name, value) in program.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        let output = shell
            .args(["-c", &script])
            .current_dir(folder.path())
            .env("PATH", format!("{}:/usr/bin:/bin", path.display()))
            .env("ZONAL_BUCKET", BUCKET)
            .output()
            .unwrap();
        assert!(output.status.success(), "{document}:\n{script}{output:?}");
        assert!(script.lines().count() > 4, "{script}");
        assert!(!peer.keys(BUCKET).is_empty());
    }
}

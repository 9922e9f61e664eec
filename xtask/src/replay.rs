//! `cargo xtask replay`: runs the command line over recorded runs of the AWS CLI and says where it differs.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output};

use crate::project::{root, shared};
use crate::{Failure, Result};

/// Recordings: the tool that reads them, how their commands are called here, and what version of the AWS CLI was recorded.
const RECORDINGS: [(&str, &str, &[&str]); 5] = [
    ("replay.py", ONE, &[]),
    ("ops/replay.py", ALL, &[]),
    (
        "replay.py",
        ONE,
        &["--against", "v2.jsonl", "--setenv", "ZONAL_AWS_CLI=2"],
    ),
    (
        "ops/replay.py",
        ALL,
        &["--against", "v2", "--setenv", "ZONAL_AWS_CLI=2"],
    ),
    ("ops/replay.py", FILES, &["--cases", OURS]),
];
/// The runs of `aws s3`, which we recorded ourselves. A path from the root of the project.
const OURS: &str = "cli/tests/s3/recorded.jsonl";
const ONE: &str = "aws s3api create-session=>zonal create-session";
const ALL: &str = "aws s3api=>zonal";
const FILES: &str = "aws s3=>zonal s3";

/// What the tool says of an entry of the table that no run has used.
const UNUSED: &str = "difference entry ";

pub(crate) fn run(mut parser: lexopt::Parser) -> Result<String> {
    let folder = shared().join("oracle");
    let tools = RECORDINGS.map(|(tool, map, version)| (folder.join(tool), map, version));
    if let Some((tool, ..)) = tools.iter().find(|(tool, ..)| !tool.is_file()) {
        return Ok(format!(
            "skipped: there are no recorded runs at {}\n",
            tool.display()
        ));
    }
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "zonal-cli"])
        .current_dir(root())
        .status()
        .map_err(|error| no_start("cargo", &error))?;
    if !build.success() {
        return Err(Failure::Failed("error: zonal does not build".to_owned()));
    }
    let words: Vec<_> = parser.raw_args()?.collect();
    let mut text = String::new();
    let mut differs = false;
    let mut unused: HashMap<String, usize> = HashMap::new();
    for (tool, map, version) in &tools {
        text.push_str(&format!("{} {}\n", tool.display(), version.join(" ")));
        let output = replay(tool, map, version, &words)?;
        differs |= !output.status.success();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            match line.starts_with(UNUSED) {
                true => *unused.entry(line.to_owned()).or_default() += 1,
                false => text.push_str(&format!("{line}\n")),
            }
        }
    }
    // an entry is about the runs of one of the recordings
    let mut unused: Vec<_> = unused
        .into_iter()
        .filter(|(_, times)| *times == tools.len())
        .map(|(line, _)| line)
        .collect();
    unused.sort();
    match (differs, unused.is_empty()) {
        (false, true) => Ok(text),
        (true, _) => Err(Failure::Failed(format!(
            "{text}error: zonal differs from the recorded runs"
        ))),
        (false, false) => Err(Failure::Failed(format!(
            "{text}error: cli/differences.toml lists what no recorded run shows:\n{}",
            unused.join("\n")
        ))),
    }
}

fn replay(tool: &Path, map: &str, version: &[&str], words: &[OsString]) -> Result<Output> {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root().join("target"), |target| root().join(target));
    Command::new("python3")
        .arg(tool)
        .arg("--bin")
        .arg(target.join("debug/zonal"))
        .args(["--args-map", map, "--allow"])
        .arg(root().join("cli/differences.toml"))
        .args(version.iter().map(|word| match *word {
            OURS => root().join(OURS).into_os_string(),
            word => word.into(),
        }))
        .args(words)
        .current_dir(tool.parent().unwrap_or(tool))
        .output()
        .map_err(|error| no_start("python3", &error))
}

fn no_start(what: &str, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("error: {what} does not start: {error}"))
}

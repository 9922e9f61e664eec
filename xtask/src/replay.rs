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
        &["--against", "v2.jsonl", "--setenv", TWO],
    ),
    ("ops/replay.py", ALL, &["--against", "v2", "--setenv", TWO]),
    ("ops/replay.py", FILES, &["--cases", OURS]),
];
/// The runs of `aws s3`, which we recorded ourselves. A path from the root of the project.
const OURS: &str = "cli/tests/s3/recorded.jsonl";
const ONE: &str = "aws s3api create-session=>zonal create-session";
const ALL: &str = "aws s3api=>zonal";
const FILES: &str = "aws s3=>zonal s3";

/// What the tool says of a run that is the same although the table lists it.
const SAME: &str = " listed but same: ";
/// What the tool says of an entry of the table that no run has used.
const UNUSED: &str = " matches no case: ";

/// What an entry of the table begins with.
const ENTRY: &str = "[[difference]]\n";
/// The word with which the program acts as version 2.
const TWO: &str = "ZONAL_AWS_CLI=2";

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
    let (mut differs, mut is_too_wide) = (false, false);
    let mut unused: HashMap<String, usize> = HashMap::new();
    let table = root().join("cli/differences.toml");
    let table = std::fs::read_to_string(&table)
        .map_err(|error| Failure::Failed(format!("error: {}: {error}", table.display())))?;
    for (tool, map, version) in &tools {
        text.push_str(&format!("{} {}\n", tool.display(), version.join(" ")));
        let table = differences(&table, version.contains(&TWO));
        let output = replay(tool, map, version, &table, &words)?;
        differs |= !output.status.success();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            match line.split_once(UNUSED) {
                Some((entry, _)) => *unused.entry(entry.to_owned()).or_default() += 1,
                None => text.push_str(&format!("{line}\n")),
            }
            is_too_wide |= line.contains(SAME);
        }
    }
    // an entry is about the runs of one of the recordings
    let mut unused: Vec<_> = unused
        .into_iter()
        .filter(|(_, times)| *times == tools.len())
        .map(|(line, _)| line)
        .collect();
    unused.sort();
    let problem = match (differs, is_too_wide, unused.is_empty()) {
        (false, false, true) => return Ok(text),
        (true, ..) => "zonal differs from the recorded runs".to_owned(),
        (_, true, _) => "cli/differences.toml lists what is the same".to_owned(),
        _ => format!(
            "cli/differences.toml lists what no recorded run shows:\n{}",
            unused.join("\n")
        ),
    };
    Err(Failure::Failed(format!("{text}error: {problem}")))
}

/// The entries of the table that hold for a version. One that holds for a single version has a line `aws_cli = 1` or
/// `aws_cli = 2`, which the tool does not know. Those of the other version become entries that match nothing, so that
/// the numbers of all stay the same.
fn differences(table: &str, is_two: bool) -> String {
    let (own, other) = if is_two {
        ("aws_cli = 2", "aws_cli = 1")
    } else {
        ("aws_cli = 1", "aws_cli = 2")
    };
    let entries = table.split(ENTRY).map(|entry| {
        let is_other = entry.lines().any(|line| line == other);
        if is_other {
            "cases = \"-\"\nreason = \"of the other version\"\n".to_owned()
        } else {
            entry.replace(&format!("{own}\n"), "")
        }
    });
    entries.collect::<Vec<_>>().join(ENTRY)
}

fn replay(
    tool: &Path,
    map: &str,
    version: &[&str],
    table: &str,
    words: &[OsString],
) -> Result<Output> {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root().join("target"), |target| root().join(target));
    let allowed = target.join("differences.toml");
    std::fs::write(&allowed, table)
        .map_err(|error| Failure::Failed(format!("error: {}: {error}", allowed.display())))?;
    Command::new("python3")
        .arg(tool)
        .arg("--bin")
        .arg(target.join("debug/zonal"))
        .args(["--args-map", map, "--allow"])
        .arg(allowed)
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

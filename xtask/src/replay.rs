//! `cargo xtask replay`: runs the command line over recorded runs of the AWS CLI and says where it differs.

use std::process::Command;

use crate::project::{root, shared};
use crate::{Failure, Result};

pub(crate) fn run(mut parser: lexopt::Parser) -> Result<String> {
    let folder = shared().join("oracle");
    let tool = folder.join("replay.py");
    if !tool.is_file() {
        return Ok(format!(
            "skipped: there are no recorded runs at {}\n",
            folder.display()
        ));
    }
    let fail = |what: &str, error: std::io::Error| {
        Failure::Failed(format!("error: {what} does not start: {error}"))
    };
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "zonal-cli"])
        .current_dir(root())
        .status()
        .map_err(|error| fail("cargo", error))?;
    if !build.success() {
        return Err(Failure::Failed("error: zonal does not build".to_owned()));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR");
    let target = target.map_or_else(|| root().join("target"), |target| root().join(target));
    let status = Command::new("python3")
        .arg(tool)
        .arg("--bin")
        .arg(target.join("debug/zonal"))
        .args([
            "--args-map",
            "aws s3api create-session=>zonal create-session",
        ])
        .arg("--allow")
        .arg(root().join("cli/differences.toml"))
        .args(parser.raw_args()?)
        .status()
        .map_err(|error| fail("python3", error))?;
    match status.success() {
        true => Ok(String::new()),
        false => Err(Failure::Failed(
            "error: zonal differs from the recorded runs".to_owned(),
        )),
    }
}

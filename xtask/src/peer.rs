//! `cargo xtask peer`: runs the program of `tests/peer`, which is built for it alone.

use std::process::Command;

use crate::project::root;
use crate::{Failure, Result};

/// Passes all arguments on. On systems with `exec`, this process becomes the server, so that a signal reaches the
/// server.
pub(crate) fn run(mut parser: lexopt::Parser) -> Result<String> {
    let manifest = root().join("Cargo.toml");
    let mut command = Command::new(env!("CARGO"));
    command
        .args([
            "run",
            "--quiet",
            "--package",
            "zonal-peer",
            "--manifest-path",
        ])
        .arg(manifest)
        .arg("--")
        .args(parser.raw_args()?);
    run_in_place(command)
}

#[cfg(unix)]
fn run_in_place(mut command: Command) -> Result<String> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(Failure::Failed(format!(
        "error: cargo does not start: {error}"
    )))
}

#[cfg(not(unix))]
fn run_in_place(mut command: Command) -> Result<String> {
    match command.status() {
        Ok(status) if status.success() => Ok(String::new()),
        // the program has printed the reason
        Ok(_) => Err(Failure::Failed(String::new())),
        Err(error) => Err(Failure::Failed(format!(
            "error: cargo does not start: {error}"
        ))),
    }
}

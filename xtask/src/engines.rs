//! `cargo xtask engines`: the workspace in `tests/engines`, with everything in it.

use std::process::Command;

use lexopt::prelude::*;

use crate::project::root;
use crate::{Failure, Result};

/// Runs the tests and the code of the guides; with `figures`, compares the stores instead.
pub(crate) fn run(mut parser: lexopt::Parser) -> Result<String> {
    let mut figures = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Value(word) if word == "figures" && !figures => figures = true,
            other => return Err(other.unexpected().into()),
        }
    }
    if figures {
        let command = ["run", "--quiet", "--release", "--no-default-features"];
        return cargo(&command, &["figures"]);
    }
    // each test has its own engine or two, so parallel tests would only slow each other down
    cargo(&["test"], &["--nocapture", "--test-threads=1"])
}

fn cargo(command: &[&str], arguments: &[&str]) -> Result<String> {
    let ended = Command::new(env!("CARGO"))
        .args(command)
        .args(["--locked", "--manifest-path"])
        .arg(root().join("tests/engines/Cargo.toml"))
        .arg("--")
        .args(arguments)
        .env("CARGO_TARGET_DIR", target())
        .status();
    match ended {
        Ok(status) if status.success() => Ok(String::new()),
        // its output has the reason
        Ok(_) => Err(Failure::Failed(String::new())),
        Err(error) => Err(Failure::Failed(format!(
            "error: cargo does not start: {error}\n"
        ))),
    }
}

/// Engines are compiled beside everything else: another build does not wait for them, nor they for it.
fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target/engines"), Into::into)
}

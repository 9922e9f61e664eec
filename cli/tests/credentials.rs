//! Credentials of the program: the cases that the library passes too.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../config/tests/cases/mod.rs"]
mod cases;

use std::process::Command;

#[test]
fn the_program_finds_them_where_the_library_does() {
    cases::run(cases::table::CASES, |profile| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zonal"));
        command.args(["list-objects-v2", "--bucket", cases::BUCKET]);
        command.args(profile.map(|name| format!("--profile={name}")));
        command
    });
}

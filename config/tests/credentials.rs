//! Credentials of the library: the cases that the program passes too, and what is the library's own.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic and print"
)]

mod cases;

use std::process::Command;

use cases::BUCKET;
use zonal_config::{ErrorKind, Loader};

/// The variable that names the profile which the program of a case chooses.
const CHOSEN: &str = "CASE_PROFILE";

/// This program, as a client that the settings of its environment are for.
fn client_of(profile: Option<&str>) -> Command {
    let mut command = Command::new("/usr/bin/env");
    command.arg(format!("{CHOSEN}={}", profile.unwrap_or_default()));
    command.arg(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "client"]);
    command
}

#[tokio::test]
#[ignore = "runs in a process of its own, for the tests below"]
async fn client() {
    let Ok(profile) = std::env::var(CHOSEN) else {
        return;
    };
    if let Err(error) = list(&profile).await {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

async fn list(profile: &str) -> Result<(), Box<dyn std::error::Error>> {
    let loader = match profile {
        "" => Loader::new(),
        name => Loader::new().profile(name),
    };
    let settings = loader.load().await?;
    assert!(!format!("{settings:?} {:?}", settings.credentials()).contains("MARKER"));
    let client = zonal::Client::builder().settings(settings).build()?;
    client.list_objects_v2(BUCKET).await?;
    Ok(())
}

#[test]
fn the_library_finds_them_where_the_program_does() {
    cases::run(client_of);
}

#[tokio::test]
async fn a_profile_that_nobody_has_is_an_error_before_any_call() {
    let error = Loader::new()
        .profile("nobody-has-this")
        .load()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

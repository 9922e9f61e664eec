//! Credentials of the library: the cases that it shares with the program, and further ones.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic and print"
)]

mod cases;

use std::process::Command;

use cases::BUCKET;
use cases::table::{CONFIG, CREDENTIALS, Case, ENV_KEYS, FILE_KEYS, NONE, Outcome};
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
    let loader = match std::env::var("CASE_CODE") {
        Ok(code) => loader.mfa_code(move |_| std::future::ready(Ok(code.clone()))),
        Err(_) => loader,
    };
    let settings = loader.load().await?;
    assert!(!format!("{settings:?} {:?}", settings.credentials()).contains("MARKER"));
    let client = zonal::Client::builder().settings(settings).build()?;
    client.list_objects_v2(BUCKET).await?;
    Ok(())
}

#[test]
fn the_library_finds_them_where_the_program_does() {
    cases::run(cases::table::CASES, client_of);
}

/// What the program does in another way, by the rules of the AWS CLI or at a terminal: it takes no region from the machine,
/// and reads certificates when it needs them.
#[test]
fn the_library_asks_for_codes_and_takes_the_region_of_the_machine() {
    const MFA: &str = "[default]\nrole_arn = arn:aws:iam::111122223333:role/outer\nsource_profile = base\n\
                       mfa_serial = arn:aws:iam::111122223333:mfa/me\n";
    let files: &[(&str, &str)] = &[(CREDENTIALS, FILE_KEYS), (CONFIG, MFA)];
    cases::run(
        &[
            Case {
                name: "a role that needs a code",
                variables: &[("CASE_CODE", "123456")],
                files,
                asked: &["TokenCode=123456"],
                outcome: Outcome::Key("ASIAOUTER"),
                ..NONE
            },
            Case {
                name: "a role that needs a code, and nobody has it",
                files,
                outcome: Outcome::Says(&["mfa/me", "Loader::mfa_code", "profile default"]),
                ..NONE
            },
            Case {
                name: "a machine that knows its region",
                variables: &[
                    ("AWS_REGION", ""),
                    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{url}"),
                ],
                asked: &["GET /latest/meta-data/placement/region"],
                outcome: Outcome::Key("ASIAMACHINE"),
                ..NONE
            },
            Case {
                name: "a machine that does not tell its region",
                variables: &[
                    ("AWS_REGION", ""),
                    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "{url}/none"),
                ],
                outcome: Outcome::Says(&["no region", "metadata service", "status 404"]),
                ..NONE
            },
            Case {
                name: "certificates to trust in a file that is not there",
                variables: &[
                    ("AWS_CA_BUNDLE", "{home}/none.pem"),
                    ENV_KEYS[0],
                    ENV_KEYS[1],
                ],
                outcome: Outcome::Says(&["cannot be read", "{home}/none.pem"]),
                ..NONE
            },
            Case {
                name: "no region anywhere",
                variables: &[
                    ("AWS_REGION", ""),
                    ("AWS_EC2_METADATA_DISABLED", "true"),
                    ENV_KEYS[0],
                    ENV_KEYS[1],
                ],
                outcome: Outcome::Says(&[
                    "no region",
                    "AWS_REGION",
                    "AWS_EC2_METADATA_DISABLED is true",
                ]),
                ..NONE
            },
        ],
        client_of,
    );
}

#[tokio::test]
async fn a_profile_that_nobody_has_is_an_error_before_any_call() {
    let loader = Loader::new().profile("nobody-has-this");
    let error = loader.load().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

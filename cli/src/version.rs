//! Which version of the AWS CLI the program acts as: 1 unless the option `--aws-cli`, the variable `ZONAL_AWS_CLI` or
//! the setting `zonal_aws_cli` of the profile says 2. The versions differ in exit codes, the form of times, the
//! checksum of uploads, what is asked again, which variables count first, and the words around errors.

use std::ffi::OsString;
use std::sync::atomic::{AtomicBool, Ordering};

use zonal_config::Profile;

use crate::failure::Failure;

/// The option, without dashes.
pub(crate) const OPTION: &str = "aws-cli";
const VARIABLE: &str = "ZONAL_AWS_CLI";
const SETTING: &str = "zonal_aws_cli";

static TWO: AtomicBool = AtomicBool::new(false);

/// Whether the program acts as version 2.
pub(crate) fn is_two() -> bool {
    TWO.load(Ordering::Relaxed)
}

fn set(name: &str, value: &str) -> Result<(), Failure> {
    match value {
        "1" | "2" => {
            TWO.store(value == "2", Ordering::Relaxed);
            Ok(())
        }
        _ => Err(Failure::new(format!(
            "{name} is {}; it is the version of the AWS CLI to act as, 1 or 2",
            crate::number::quoted(value)
        ))),
    }
}

/// Takes the version from the option, or else from the variable; whether one of them says it. This comes before
/// anything can fail, for errors differ too.
pub(crate) fn choose(line: &[OsString]) -> Result<bool, Failure> {
    let dashed = format!("--{OPTION}");
    let mut words = line.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        let value = match word.strip_prefix(&*dashed) {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if let Some(value) = value {
            return set(&dashed, value).map(|()| true);
        }
    }
    match std::env::var(VARIABLE) {
        Ok(value) if !value.is_empty() => set(VARIABLE, &value).map(|()| true),
        _ => Ok(false),
    }
}

/// The same from the profile.
pub(crate) fn choose_by(profile: Profile<'_>) -> Result<(), Failure> {
    profile
        .filled(SETTING)
        .map_or(Ok(()), |value| set(SETTING, value))
}

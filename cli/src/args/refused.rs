//! Options that the AWS CLI has for buckets of all kinds, and that directory buckets have no use for. They are
//! refused with the reason, but for those that ask for nothing: a script written for the AWS CLI goes on with these.

use serde_json::{Map, Value};
use zonal_commands::{Command, Refused};

use crate::failure::Failure;
use crate::others;

/// Members with the value that changes nothing on a directory bucket.
const HARMLESS: &[(&str, &str)] = &[
    // who pays for requests is agreed to, and nobody asks
    ("RequestPayer", "requester"),
    // so it is for every directory bucket
    ("ObjectOwnership", "BucketOwnerEnforced"),
    // the answer has none
    ("OptionalObjectAttributes", "RestoreStatus"),
];

/// Switches, which ask for nothing where they are off.
const SWITCHES: &[&str] = &[
    "BypassGovernanceRetention",
    "ConfirmRemoveSelfBucketAccess",
    "ObjectLockEnabledForBucket",
];

/// Whether the option is a switch, with a form that begins with `--no-`.
pub(super) fn is_switch(option: &Refused) -> bool {
    SWITCHES.contains(&option.member)
}

/// Refuses an option of the command line, which is called so there, unless it changes nothing.
pub(crate) fn check(flag: &str, option: &Refused, value: Option<&str>) -> Result<(), Failure> {
    if HARMLESS.contains(&(option.member, value.unwrap_or_default())) {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "--{flag}: {} Leave the option out.",
            option.reason
        )))
    }
}

/// Takes members that change nothing out of an input from JSON, and refuses the others.
pub(crate) fn check_json(command: &Command, input: &mut Map<String, Value>) -> Result<(), Failure> {
    for option in command.refused {
        if others::sent(&command.input, option.member).is_some() {
            continue;
        }
        let is_harmless = match input.get(option.member) {
            None => continue,
            Some(Value::Bool(is_on)) => !is_on && is_switch(option),
            Some(Value::Array(items)) => items
                .iter()
                .all(|item| HARMLESS.contains(&(option.member, item.as_str().unwrap_or_default()))),
            Some(value) => HARMLESS.contains(&(option.member, value.as_str().unwrap_or_default())),
        };
        if !is_harmless {
            return Err(Failure::parameter(
                super::FROM_JSON,
                format!("{}: {} Leave it out.", option.member, option.reason),
            ));
        }
        input.shift_remove(option.member);
    }
    Ok(())
}

//! Which version of the AWS CLI the program acts as: 1 unless the option `--aws-cli`, the variable `ZONAL_AWS_CLI` or
//! the setting `zonal_aws_cli` of the profile says 2. The versions differ in exit codes, the form of times, the
//! checksum of uploads, what is asked again, which variables count first, the words around errors, and in what
//! [`Behaviour`] lists.

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

/// What the program does as one version and not as the other. As version 1 it goes by the model of directory buckets;
/// as version 2 it does what the AWS CLI does with all buckets, unless keys or objects could be lost or a failure be
/// taken for a success.
#[derive(Debug)]
pub(crate) struct Behaviour {
    /// Members that directory buckets lack are sent, printed and shown in skeletons.
    pub(crate) has_other_members: bool,
    /// Buckets of other kinds are asked, with the credentials of the account.
    pub(crate) asks_other_buckets: bool,
    /// Requests about a bucket are signed in a session, where the AWS CLI does so.
    pub(crate) sessions_for_buckets: bool,
    /// Documents are sent without a content type.
    pub(crate) untyped_documents: bool,
    /// What an answer says of several items is printed as it is; what does not fit the request is a warning.
    pub(crate) prints_any_items: bool,
    /// Values that the model does not list are sent, and the words of a list are not taken apart at commas.
    pub(crate) sends_any_value: bool,
    /// A Region that does not fit the zone of the bucket is asked.
    pub(crate) any_region: bool,
    /// What requests are signed for at an endpoint of the user's own if no Region is set.
    pub(crate) no_region: &'static str,
    /// A query that calls what is not there fails when it is applied, after the request.
    pub(crate) late_queries: bool,
    /// The body of a request is a regular file, and that of an answer goes to a file, whatever its name.
    pub(crate) bodies_are_files: bool,
    /// `get-object` takes its input from its options only, and has no skeleton.
    pub(crate) plain_get_object: bool,
    /// A table of a single value has its title only.
    pub(crate) tables_hide_scalars: bool,
    /// A boolean header is false unless it is `true`.
    pub(crate) booleans_are_false: bool,
    /// Where a redirect names no Region, the bucket is asked for it, once.
    pub(crate) asks_for_regions: bool,
    /// A list of structures and other values, and rows of different lengths, are no text and no table.
    pub(crate) refuses_mixed_lists: bool,
    /// JSON may have the numbers of Python that are none.
    pub(crate) python_json: bool,
    /// Results on a terminal go through a pager.
    pub(crate) has_pager: bool,
    /// Errors have the form that the user chooses.
    pub(crate) has_error_formats: bool,
    /// `-h` is an unknown option, and so is `--v2-debug`.
    pub(crate) strict_options: bool,
}

const ONE: Behaviour = Behaviour {
    has_other_members: false,
    asks_other_buckets: false,
    sessions_for_buckets: false,
    untyped_documents: false,
    prints_any_items: false,
    sends_any_value: false,
    any_region: false,
    no_region: "us-east-1",
    late_queries: false,
    bodies_are_files: false,
    plain_get_object: false,
    tables_hide_scalars: false,
    booleans_are_false: false,
    asks_for_regions: false,
    refuses_mixed_lists: false,
    python_json: false,
    has_pager: false,
    has_error_formats: false,
    strict_options: false,
};

const AS_TWO: Behaviour = Behaviour {
    has_other_members: true,
    asks_other_buckets: true,
    sessions_for_buckets: true,
    untyped_documents: true,
    prints_any_items: true,
    sends_any_value: true,
    any_region: true,
    no_region: "aws-global",
    late_queries: true,
    bodies_are_files: true,
    plain_get_object: true,
    tables_hide_scalars: true,
    booleans_are_false: true,
    asks_for_regions: true,
    refuses_mixed_lists: true,
    python_json: true,
    has_pager: true,
    has_error_formats: true,
    strict_options: true,
};

/// What the program does as the version that it acts as.
pub(crate) fn behaviour() -> &'static Behaviour {
    if is_two() { &AS_TWO } else { &ONE }
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
    if let Some(value) = option_value(line, OPTION) {
        return set(&format!("--{OPTION}"), value).map(|()| true);
    }
    match std::env::var(VARIABLE) {
        Ok(value) if !value.is_empty() => set(VARIABLE, &value).map(|()| true),
        _ => Ok(false),
    }
}

/// The value of an option whose name is written out, before the line is parsed.
pub(crate) fn option_value<'a>(line: &'a [OsString], name: &str) -> Option<&'a str> {
    let mut words = line.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        let value = match word
            .strip_prefix("--")
            .and_then(|word| word.strip_prefix(name))
        {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if value.is_some() {
            return value;
        }
    }
    None
}

/// The same from the profile.
pub(crate) fn choose_by(profile: Profile<'_>) -> Result<(), Failure> {
    profile
        .filled(SETTING)
        .map_or(Ok(()), |value| set(SETTING, value))
}

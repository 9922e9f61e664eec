//! [`Rules`]: the names that count, and their order, where the tools of AWS differ.

use std::time::Duration;

use crate::Retries;
use crate::http_client::LONGEST;

/// The variables and settings that count, and in which order.
///
/// The SDKs and the versions of the AWS CLI read the same files and variables, but do not agree on which goes first.
/// Where they differ, they differ in these. [`Rules::SDK`] is what [`load`](crate::load) goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The variables that name the profile. The first that is set counts.
    pub profile: &'static [&'static str],
    /// Where the region is looked for. The first that says something counts.
    pub region: &'static [Place],
    /// Whether a machine of EC2 that has no other region takes the one that it is in.
    pub region_of_machine: bool,
    /// The variables that hold the token of temporary keys. The first that says something counts.
    pub token_variables: &'static [&'static str],
    /// The settings that hold it, next to the keys in a file. The first that is there counts.
    pub token_settings: &'static [&'static str],
    /// Variables that name certificates to trust where neither `AWS_CA_BUNDLE` nor the profile does.
    pub more_ca_bundles: &'static [&'static str],
    /// How calls are retried unless set.
    pub retries: Retries,
    /// How long the program that `credential_process` names may take. It is stopped then.
    pub process_limit: Duration,
    /// What the name of a role's session begins with, unless set. The time follows.
    pub session_name: &'static str,
}

/// A place where a setting may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The variable of the environment that has this name.
    Variable(&'static str),
    /// The setting of the profile that has this name.
    Setting(&'static str),
}

impl Rules {
    /// The rules of the AWS SDKs.
    pub const SDK: Self = Self {
        profile: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
        region: &[
            Place::Variable("AWS_REGION"),
            Place::Variable("AWS_DEFAULT_REGION"),
            Place::Setting("region"),
        ],
        region_of_machine: true,
        token_variables: &["AWS_SESSION_TOKEN"],
        token_settings: &["aws_session_token"],
        more_ca_bundles: &[],
        retries: Retries::Standard,
        process_limit: LONGEST,
        session_name: "zonal-",
    };
}

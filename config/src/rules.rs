//! [`Rules`]: the names of settings and their order, where the tools of AWS differ.

use std::time::Duration;

use crate::Retries;
use crate::http_client::LONGEST;

/// The variables and settings that are read, and their order.
///
/// The SDKs and the versions of the AWS CLI read the same files and variables, but in different orders. This type has
/// all differences. [`load`](crate::load) uses [`Rules::SDK`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The variables for the profile. The first one that is set applies.
    pub profile: &'static [&'static str],
    /// The places for the region. The first one that is not empty applies.
    pub region: &'static [Place],
    /// Whether a region may be set to an empty text if no place has another.
    pub empty_regions: bool,
    /// Whether a machine of EC2 uses its own region if no other is set.
    pub region_of_machine: bool,
    /// The variables for the session token of temporary keys. The first one that is not empty applies.
    pub token_variables: &'static [&'static str],
    /// The settings for the session token in a file. The first one that exists applies.
    pub token_settings: &'static [&'static str],
    /// Variables for the certificates to trust, if neither `AWS_CA_BUNDLE` nor the profile sets them.
    pub more_ca_bundles: &'static [&'static str],
    /// The default retry mode.
    pub retries: Retries,
    /// Whether the mode `legacy` exists together with the retry rules of 2026.
    pub legacy_with_new_retries: bool,
    /// Whether the URL of an endpoint may have parts that have no effect: a user, and what follows `#`.
    pub loose_endpoints: bool,
    /// How long a `credential_process` may take before it is killed.
    pub process_limit: Duration,
    /// The prefix of the default name of a role session. The time follows it.
    pub session_name: &'static str,
}

/// A place of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The variable of this name.
    Variable(&'static str),
    /// The setting of this name in the profile.
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
        empty_regions: false,
        region_of_machine: true,
        token_variables: &["AWS_SESSION_TOKEN"],
        token_settings: &["aws_session_token"],
        more_ca_bundles: &[],
        retries: Retries::Standard,
        legacy_with_new_retries: true,
        loose_endpoints: false,
        process_limit: LONGEST,
        session_name: "zonal-",
    };
}

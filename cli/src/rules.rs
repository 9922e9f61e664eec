//! How the AWS CLI reads settings: the precedence of names, and its messages.

use std::time::Duration;

use zonal::runtime::retry::RetryRules;
use zonal::runtime::transport::{ProxyExceptions, ProxyRules};
use zonal_config::{Error, ErrorKind, Place, Profile, Retries, Rules};

use crate::failure::Failure;
use crate::version;

/// The rules of version 1 of the AWS CLI. It does not know `AWS_REGION`; here that counts where nothing else does.
const AWS_CLI: Rules = Rules {
    profile: &["AWS_DEFAULT_PROFILE", "AWS_PROFILE"],
    region: &[
        Place::Variable("AWS_DEFAULT_REGION"),
        Place::Setting("region"),
        Place::Variable("AWS_REGION"),
    ],
    empty_regions: false,
    region_of_machine: false,
    token_variables: &["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"],
    token_settings: &["aws_security_token", "aws_session_token"],
    more_ca_bundles: &["REQUESTS_CA_BUNDLE"],
    retries: Retries::Legacy,
    legacy_with_new_retries: true,
    loose_endpoints: false,
    // it may ask at the terminal, or in a browser
    process_limit: Duration::from_secs(600),
    session_name: "botocore-session-",
};

/// The rules of version 2.
const AWS_CLI_2: Rules = Rules {
    profile: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
    region: &[
        Place::Variable("AWS_REGION"),
        Place::Variable("AWS_DEFAULT_REGION"),
        Place::Setting("region"),
    ],
    retries: Retries::Standard,
    empty_regions: true,
    legacy_with_new_retries: false,
    loose_endpoints: true,
    ..AWS_CLI
};

/// What version 2 asks again. It does not know the codes of another write that was in progress, and gives up where a
/// session or credentials are rejected.
const STANDARD_OF_TWO: RetryRules = RetryRules {
    codes: &["RequestTimeout", "RequestTimeoutException"],
    new_signers: false,
    ..RetryRules::AWS_STANDARD
};
const LEGACY_OF_TWO: RetryRules = RetryRules {
    codes: &[],
    new_signers: false,
    ..RetryRules::AWS_LEGACY
};

/// What the version asks again.
pub(crate) fn retry_rules(retries: Retries) -> &'static RetryRules {
    match retries {
        retries if !version::is_two() => retries.rules(),
        Retries::Legacy => &LEGACY_OF_TWO,
        Retries::Standard => &STANDARD_OF_TWO,
    }
}

/// The rules of the version that the program acts as.
pub(crate) fn rules() -> &'static Rules {
    if version::is_two() {
        &AWS_CLI_2
    } else {
        &AWS_CLI
    }
}

/// The rules of Python's `urllib` and `requests`.
pub(crate) const PROXIES: ProxyRules = ProxyRules {
    http: &["http_proxy", "HTTP_PROXY"],
    https: &["https_proxy", "HTTPS_PROXY"],
    all: &[],
    except: &["no_proxy", "NO_PROXY"],
    exceptions: ProxyExceptions::Ports,
    name_needs_password: true,
};

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::File => Self::settings(error.to_string()),
            ErrorKind::NoCredentials => Self::plain(error.to_string()).missing("NoCredentials"),
            ErrorKind::NoRegion => Self::new(error.to_string()).missing("NoRegion"),
            // of STS
            ErrorKind::Refused => Self::new(error.to_string()).refusal(),
            _ => Self::new(error.to_string()),
        }
    }
}

/// Whether a profile wants moments in one form. Version 2 has them so unless told otherwise.
pub(crate) fn timestamp_format(profile: Profile<'_>) -> Result<bool, Failure> {
    let (is_two, none) = if version::is_two() {
        (true, "")
    } else {
        (false, "\"none\", ")
    };
    match profile.get("cli_timestamp_format") {
        None => Ok(is_two),
        Some("none") if !is_two => Ok(false),
        Some("wire") => Ok(false),
        Some("iso8601") => Ok(true),
        Some(other) => Err(Failure::new(format!(
            "Unknown cli_timestamp_format value: {other}, valid values are {none}\"wire\" or \"iso8601\""
        ))
        .missing("Configuration")),
    }
}

/// Fails for a form of binary data that version 2 does not have. No parameter is binary data.
pub(crate) fn binary_format(profile: Profile<'_>) -> Result<(), Failure> {
    match profile.get("cli_binary_format") {
        Some(other) if version::is_two() && !["base64", "raw-in-base64-out"].contains(&other) => {
            Err(Failure::new(format!(
                "Unknown cli_binary_format value: {other}, valid values are \"base64\" or \"raw-in-base64-out\""
            )))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zonal_config::{Env, Given, Profiles, Sources, Values};

    #[test]
    fn the_order_is_that_of_the_aws_cli() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, "[default]\nregion = c\n[profile other]\n").unwrap();
        let path = path.to_str().unwrap();
        for (variables, region) in [
            ([("AWS_REGION", "r"), ("", "")], "c"),
            ([("AWS_REGION", "r"), ("AWS_PROFILE", "other")], "r"),
            ([("AWS_REGION", "r"), ("AWS_DEFAULT_REGION", "d")], "d"),
        ] {
            let [first, second] = variables;
            let env = Env::from([first, second, ("AWS_CONFIG_FILE", path)]);
            let profiles = Profiles::read(&env).unwrap();
            let sources = Sources {
                env: &env,
                profiles: &profiles,
                profile: profiles.chosen(None, &env, AWS_CLI.profile).unwrap(),
                rules: &AWS_CLI,
            };
            let values = Values::read(sources, &Given::default()).unwrap();
            assert_eq!(values.region.as_deref(), Some(region), "{variables:?}");
            assert_eq!((values.retries, values.attempts), (Retries::Legacy, 5));
        }
    }
}

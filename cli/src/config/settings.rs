//! [`Settings`]: what options, environment and profile come to, by the order of precedence of the AWS CLI.

use std::path::PathBuf;

use super::profiles::{Profile, Profiles};
use crate::args::Globals;
use crate::env::Env;
use crate::failure::Failure;
use crate::number::integer;

/// Settings of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) region: Option<String>,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) use_fips: bool,
    pub(crate) use_dual_stack: bool,
    /// The roots to trust; the system's if none.
    pub(crate) ca_bundle: Option<PathBuf>,
    pub(crate) verify: bool,
    /// How often a call is tried at most.
    pub(crate) attempts: u32,
    /// What is tried again.
    pub(crate) retries: Retries,
    /// Whether moments are printed in one form whatever the service sends.
    pub(crate) iso8601: bool,
    /// No sessions: objects are asked for with the account's own credentials.
    pub(crate) no_sessions: bool,
}

/// The ways to retry that the AWS CLI has; `adaptive` is `standard` for a single call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retries {
    Legacy,
    Standard,
}

impl Settings {
    pub(crate) fn new(
        globals: &Globals,
        env: &Env,
        profiles: &Profiles,
        profile: Profile<'_>,
    ) -> Result<Self, Failure> {
        let iso8601 = timestamp_format(profile)?;
        let region = region(globals, env, profile)?;
        let (retries, attempts) = attempts(env, profile)?;
        let endpoint_url = match &globals.endpoint_url {
            Some(url) => Some(url.clone()),
            None => endpoint_url("s3", env, profiles, profile)?,
        };
        if let Some(url) = &endpoint_url {
            check_endpoint(url)?;
        }
        let custom = endpoint_url.is_some();
        let flag = |variable, setting| switch(env, profile, variable, setting);
        // on a server of one's own these mean nothing
        let use_fips = flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")? && !custom;
        let use_dual_stack =
            flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")? && !custom;
        Ok(Self {
            region,
            endpoint_url,
            use_fips,
            use_dual_stack,
            ca_bundle: ca_bundle(globals, env, profile)?,
            verify: !globals.no_verify_ssl,
            attempts,
            retries,
            iso8601,
            no_sessions: switch(
                env,
                profile,
                "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
                "s3_disable_express_session_auth",
            )?,
        })
    }
}

/// The option, `AWS_DEFAULT_REGION`, `AWS_REGION`, the profile.
fn region(globals: &Globals, env: &Env, profile: Profile<'_>) -> Result<Option<String>, Failure> {
    let option = globals.region.as_deref().filter(|name| !name.is_empty());
    let region = option
        .or_else(|| env.filled("AWS_DEFAULT_REGION"))
        .or_else(|| env.filled("AWS_REGION"))
        .or_else(|| profile.filled("region"));
    let Some(region) = region else {
        return Ok(None);
    };
    let good = !region.starts_with('-')
        && !region.ends_with('-')
        && (1..=63).contains(&region.len())
        && region
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match good {
        true => Ok(Some(region.to_owned())),
        false => Err(Failure::new(format!(
            "Provided region_name {} doesn't match a supported format.",
            crate::number::quoted(region)
        ))),
    }
}

/// The URL that environment or profile name for a service; `service` is `s3` or `sts`.
pub(crate) fn endpoint_url(
    service: &str,
    env: &Env,
    profiles: &Profiles,
    profile: Profile<'_>,
) -> Result<Option<String>, Failure> {
    let ignored = env
        .get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .or_else(|| profile.get("ignore_configured_endpoint_urls"));
    if ignored.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let own = format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase());
    if let Some(url) = env.filled(&own).or_else(|| env.filled("AWS_ENDPOINT_URL")) {
        return Ok(Some(url.to_owned()));
    }
    if let Some(name) = profile.get("services") {
        let services = profiles.services(name).ok_or_else(|| {
            Failure::new(format!(
                "The profile is configured to use the services section but the \"{name}\" services \
                 configuration does not exist."
            ))
        })?;
        let nested = services
            .get(service)
            .and_then(|value| super::ini::nested(value));
        let url = nested.and_then(|mut nested| nested.swap_remove("endpoint_url"));
        if let Some(url) = url.filter(|url| !url.is_empty()) {
            return Ok(Some(url));
        }
    }
    Ok(profile.filled("endpoint_url").map(str::to_owned))
}

/// A URL that cannot be used is refused: going to AWS instead would send the credentials elsewhere.
fn check_endpoint(url: &str) -> Result<(), Failure> {
    let refuse = || {
        let visible = url.rsplit_once('@').map_or(url, |(_, rest)| rest);
        Err(Failure::new(format!("Invalid endpoint: {visible}")))
    };
    let Some((scheme, rest)) = url.split_once("://") else {
        return refuse();
    };
    let known = ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let host = rest.split('/').next().unwrap_or_default();
    let is_clean = |c: char| c.is_ascii_graphic() && !"?#\\_".contains(c);
    match known && !host.is_empty() && host.chars().all(is_clean) {
        true => Ok(()),
        false => refuse(),
    }
}

/// Whether a profile wants moments in one form.
fn timestamp_format(profile: Profile<'_>) -> Result<bool, Failure> {
    match profile.get("cli_timestamp_format") {
        None | Some("none" | "wire") => Ok(false),
        Some("iso8601") => Ok(true),
        Some(other) => Err(Failure::new(format!(
            "Unknown cli_timestamp_format value: {other}, valid values are \"none\", \"wire\" or \"iso8601\""
        ))),
    }
}

/// How often a call is tried: five times the old way, three in the others.
fn attempts(env: &Env, profile: Profile<'_>) -> Result<(Retries, u32), Failure> {
    let mode = env
        .get("AWS_RETRY_MODE")
        .or_else(|| profile.get("retry_mode"));
    let new = env
        .get("AWS_NEW_RETRIES_2026")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let (retries, default) = match mode.map(str::to_ascii_lowercase).as_deref() {
        None if new => (Retries::Standard, 3),
        None | Some("legacy") => (Retries::Legacy, 5),
        Some("standard" | "adaptive") => (Retries::Standard, 3),
        Some(other) => {
            return Err(Failure::new(format!(
                "Invalid value provided to \"mode\": \"{other}\" must be one of: legacy, standard, adaptive"
            )));
        }
    };
    let configured = env
        .get("AWS_MAX_ATTEMPTS")
        .or_else(|| profile.get("max_attempts"));
    let Some(text) = configured else {
        return Ok((retries, default));
    };
    match u32::try_from(integer(text)?) {
        Ok(attempts) if attempts > 0 => Ok((retries, attempts)),
        _ => Err(Failure::new(format!(
            "Value provided to \"max_attempts\": {text} must be an integer greater than or equal to 1."
        ))),
    }
}

/// A switch; what is neither true nor false is refused rather than taken for false.
fn switch(env: &Env, profile: Profile<'_>, variable: &str, setting: &str) -> Result<bool, Failure> {
    let (name, value) = match (env.filled(variable), profile.filled(setting)) {
        (Some(value), _) => (variable, value),
        (None, Some(value)) => (setting, value),
        (None, None) => return Ok(false),
    };
    match value {
        value if value.eq_ignore_ascii_case("true") => Ok(true),
        value if value.eq_ignore_ascii_case("false") => Ok(false),
        value => Err(Failure::new(format!(
            "Invalid value for {name}: {}; it is true or false.",
            crate::number::quoted(value)
        ))),
    }
}

/// The file of trusted roots. An empty name is refused: it must not turn checking off.
fn ca_bundle(
    globals: &Globals,
    env: &Env,
    profile: Profile<'_>,
) -> Result<Option<PathBuf>, Failure> {
    if globals.no_verify_ssl {
        return Ok(None);
    }
    let sources = [
        ("--ca-bundle", globals.ca_bundle.as_deref()),
        ("AWS_CA_BUNDLE", env.get("AWS_CA_BUNDLE")),
        ("ca_bundle", profile.get("ca_bundle")),
        ("REQUESTS_CA_BUNDLE", env.filled("REQUESTS_CA_BUNDLE")),
    ];
    let Some((name, path)) = sources
        .iter()
        .find_map(|(name, path)| Some((name, (*path)?)))
    else {
        return Ok(None);
    };
    match path.is_empty() {
        false => Ok(Some(env.expand(path))),
        true => Err(Failure::new(format!(
            "Bad value for {name}: it is empty. Leave it out to trust the system's certificates."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ini;

    fn settings(env: &Env, config: &str, globals: &Globals) -> Result<Settings, Failure> {
        let profiles = Profiles::new(ini::parse(config).unwrap(), ini::File::new());
        Settings::new(globals, env, &profiles, profiles.get("default"))
    }

    #[test]
    fn precedence_is_that_of_the_aws_cli() {
        let config = "[default]\nregion=c\nendpoint_url=http://c\nservices=x\nmax_attempts=4\n\
                      [services x]\ns3 =\n  endpoint_url = http://s\n";
        let globals = Globals::default();
        let found = settings(&Env::default(), config, &globals).unwrap();
        assert_eq!(found.region.as_deref(), Some("c"));
        assert_eq!(found.endpoint_url.as_deref(), Some("http://s"));
        assert_eq!(found.attempts, 4);
        let env = Env::from([
            ("AWS_REGION", "r"),
            ("AWS_DEFAULT_REGION", "d"),
            ("AWS_ENDPOINT_URL", "http://e"),
            ("AWS_RETRY_MODE", "standard"),
            ("AWS_MAX_ATTEMPTS", "2"),
        ]);
        let found = settings(&env, config, &globals).unwrap();
        assert_eq!(found.region.as_deref(), Some("d"));
        assert_eq!(found.endpoint_url.as_deref(), Some("http://e"));
        assert_eq!((found.retries, found.attempts), (Retries::Standard, 2));
    }

    #[test]
    fn what_would_weaken_a_check_is_refused() {
        for (name, value) in [
            ("AWS_CA_BUNDLE", ""),
            ("AWS_USE_FIPS_ENDPOINT", "maybe"),
            ("AWS_ENDPOINT_URL", "ftp://x"),
            ("AWS_ENDPOINT_URL", "http://a?b"),
            ("AWS_ENDPOINT_URL", " http://a"),
            ("AWS_DEFAULT_REGION", "us-west-2\n"),
        ] {
            let env = Env::from([(name, value)]);
            let result = settings(&env, "", &Globals::default());
            assert!(result.is_err(), "{name}={value:?}");
        }
    }
}

//! [`Settings`]: what options, environment and profile come to, by the order of precedence of the AWS CLI.

use std::path::PathBuf;

use zonal::runtime::transport::is_loopback_host;

use super::checked;
use super::profiles::{Profile, Profiles};
use super::retries::{Retries, attempts};
use super::s3::S3;
use crate::args::Globals;
use crate::env::Env;
use crate::failure::Failure;

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
    /// `when_required` or `when_supported`, where one is set.
    pub(crate) request_checksums: Option<&'static str>,
    pub(crate) response_checksums: Option<&'static str>,
    /// Whether moments are printed in one form whatever the service sends.
    pub(crate) iso8601: bool,
    /// No sessions: objects are asked for with the account's own credentials.
    pub(crate) no_sessions: bool,
}

impl Settings {
    pub(crate) fn new(
        globals: &Globals,
        env: &Env,
        profiles: &Profiles,
        profile: Profile<'_>,
    ) -> Result<Self, Failure> {
        let iso8601 = timestamp_format(profile)?;
        let (region, of_fips) = region(globals, env, profile)?;
        checked::check(env, profile)?;
        let (retries, attempts) = attempts(env, profile)?;
        let endpoint_url = match &globals.endpoint_url {
            Some(url) => Some(url.clone()),
            None => endpoint_url("s3", env, profiles, profile)?,
        };
        if let Some(url) = &endpoint_url {
            check_endpoint(url)?;
        }
        let custom = endpoint_url.is_some();
        let s3 = S3::of(profile, custom)?;
        let flag = |variable, setting| switch(env, profile, variable, setting);
        // on a server of one's own these mean nothing
        let use_fips = flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")? || of_fips;
        let dual_stack = flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?;
        let use_dual_stack = s3.use_dual_stack || dual_stack;
        let disable = "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH";
        if env.get(disable) == Some("") {
            return Err(invalid(disable, ""));
        }
        let no_sessions = flag(disable, "s3_disable_express_session_auth")?;
        let checksums = |choice: checked::Choice| choice.value(env, profile);
        Ok(Self {
            region,
            endpoint_url,
            use_fips: use_fips && !custom,
            use_dual_stack: use_dual_stack && !custom,
            ca_bundle: ca_bundle(globals, env, profile)?,
            verify: !globals.no_verify_ssl,
            attempts,
            retries,
            request_checksums: checksums(checked::REQUESTS)?,
            response_checksums: checksums(checked::RESPONSES)?,
            iso8601,
            no_sessions,
        })
    }

    /// The host of a server that is asked over plain HTTP, if that is not this machine.
    pub(crate) fn open_host(&self) -> Option<String> {
        let url: http::Uri = self.endpoint_url.as_deref()?.parse().ok()?;
        let host = url.host().filter(|host| !is_loopback_host(host))?;
        (url.scheme_str() == Some("http")).then(|| host.to_owned())
    }
}

/// The option, `AWS_DEFAULT_REGION`, the profile, and only then `AWS_REGION`, which the AWS CLI does not know at all;
/// and whether the region is one of the old names for FIPS endpoints.
fn region(
    globals: &Globals,
    env: &Env,
    profile: Profile<'_>,
) -> Result<(Option<String>, bool), Failure> {
    let option = globals.region.as_deref().filter(|name| !name.is_empty());
    let region = option
        .or_else(|| env.filled("AWS_DEFAULT_REGION"))
        .or_else(|| profile.filled("region"))
        .or_else(|| env.filled("AWS_REGION"));
    let Some(region) = region else {
        return Ok((None, false));
    };
    let plain = region.replace("fips-", "").replace("-fips", "");
    let of_fips = plain != region;
    let region = &*plain;
    let good = !region.starts_with('-')
        && !region.ends_with('-')
        && (1..=63).contains(&region.len())
        && !region.bytes().all(|b| b.is_ascii_digit())
        && region
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match good {
        true => Ok((Some(plain), of_fips)),
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
    let url = configured(service, env, profiles, profile)?;
    if let Some(url) = &url {
        check_endpoint(url)?;
    }
    Ok(url)
}

/// The same, whatever it is like.
fn configured(
    service: &str,
    env: &Env,
    profiles: &Profiles,
    profile: Profile<'_>,
) -> Result<Option<String>, Failure> {
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
    let is_clean = |c: char| c.is_ascii_graphic() && !"?#@\\_".contains(c);
    match known && !host.is_empty() && host.chars().all(is_clean) {
        true => Ok(()),
        false => refuse(),
    }
}

/// Whether a profile wants moments in one form.
pub(crate) fn timestamp_format(profile: Profile<'_>) -> Result<bool, Failure> {
    match profile.get("cli_timestamp_format") {
        None | Some("none" | "wire") => Ok(false),
        Some("iso8601") => Ok(true),
        Some(other) => Err(Failure::new(format!(
            "Unknown cli_timestamp_format value: {other}, valid values are \"none\", \"wire\" or \"iso8601\""
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
        value => Err(invalid(name, value)),
    }
}

fn invalid(name: &str, value: &str) -> Failure {
    Failure::new(format!(
        "Invalid value for {name}: {}; it is true or false.",
        crate::number::quoted(value)
    ))
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
        let env = Env::from([("AWS_REGION", "r")]);
        let region = |config| settings(&env, config, &globals).unwrap().region;
        assert_eq!(region(config).as_deref(), Some("c"));
        assert_eq!(region("").as_deref(), Some("r"));
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
        assert_eq!(found.open_host().as_deref(), Some("e"));
        assert_eq!((found.retries, found.attempts), (Retries::Standard, 2));
    }

    #[test]
    fn the_old_regions_of_fips_endpoints_are_understood() {
        for (url, use_fips) in [("", true), ("http://localhost", false)] {
            let env = Env::from([
                ("AWS_DEFAULT_REGION", "fips-us-west-2"),
                ("AWS_ENDPOINT_URL", url),
            ]);
            let found = settings(&env, "", &Globals::default()).unwrap();
            let found = (found.region.as_deref(), found.use_fips);
            assert_eq!(found, (Some("us-west-2"), use_fips));
        }
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
            ("AWS_DEFAULT_REGION", "1"),
        ] {
            let env = Env::from([(name, value)]);
            let result = settings(&env, "", &Globals::default());
            assert!(result.is_err(), "{name}={value:?}");
        }
    }
}

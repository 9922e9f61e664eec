//! [`Values`]: the values from program, environment and profile.

use std::path::PathBuf;
use std::time::Duration;

use zonal_runtime::Checksums;
use zonal_runtime::transport::is_loopback_host;

use crate::checked::{self, Choice};
use crate::error::{Error, ErrorKind, shown};
use crate::retries::{Retries, attempts};
use crate::s3::S3;
use crate::sources::Sources;

/// Values that the program sets. They take precedence over environment and profile.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The region.
    pub region: Option<&'a str>,
    /// The URL of a server in place of the service's own.
    pub endpoint_url: Option<&'a str>,
    /// A file with the certificates to trust.
    pub ca_bundle: Option<&'a str>,
    /// Whether to verify certificates. If not, no bundle is read.
    pub verify: bool,
    /// The service id whose endpoint is loaded: `S3`, `Route 53`.
    pub service: &'a str,
}

impl Default for Given<'_> {
    fn default() -> Self {
        Self {
            region: None,
            endpoint_url: None,
            ca_bundle: None,
            verify: true,
            service: "S3",
        }
    }
}

/// The settings of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Values {
    /// The region.
    pub region: Option<String>,
    /// The URL of a server in place of the service's own.
    pub endpoint_url: Option<String>,
    /// Whether to use endpoints with FIPS 140 cryptography.
    pub use_fips: bool,
    /// Whether to use endpoints that answer over IPv4 and IPv6.
    pub use_dual_stack: bool,
    /// A file with the certificates to trust. Default: those of the system.
    pub ca_bundle: Option<PathBuf>,
    /// The largest number of attempts of a call.
    pub attempts: u32,
    /// Which failures are retried.
    pub retries: Retries,
    /// How long a connection may take to open, if `AWS_DEFAULTS_MODE` sets it.
    pub connect_timeout: Option<Duration>,
    /// When to compute checksums of requests that do not require one, if set.
    pub request_checksums: Option<Checksums>,
    /// When to verify checksums of answers, if set.
    pub response_checksums: Option<Checksums>,
    /// Whether to sign requests for objects with IAM credentials, without sessions.
    pub no_sessions: bool,
}

impl Values {
    /// Reads and checks all values.
    ///
    /// # Errors
    ///
    /// If a setting has an invalid value. The [`Error`] names it.
    pub fn read(sources: Sources<'_>, given: &Given<'_>) -> Result<Self, Error> {
        let (region, of_fips) = region(sources, given.region)?;
        checked::check(sources)?;
        let (retries, attempts) = attempts(sources)?;
        let endpoint_url = match given.endpoint_url {
            Some(url) => Some(url.to_owned()),
            None => endpoint_url(given.service, sources)?,
        };
        let endpoint_url = match endpoint_url {
            Some(url) if sources.rules.loose_endpoints => Some(without_effect(url)),
            other => other,
        };
        if let Some(url) = &endpoint_url {
            check_endpoint(url)?;
        }
        let custom = endpoint_url.is_some();
        let s3 = S3::of(sources.profile, custom)?;
        // with a custom endpoint these have no meaning
        let use_fips = switch(sources, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")? || of_fips;
        let dual_stack = "use_dualstack_endpoint";
        let dual_stack = switch(sources, "AWS_USE_DUALSTACK_ENDPOINT", dual_stack)?;
        let use_dual_stack = s3.use_dual_stack || dual_stack;
        let disable = "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH";
        if sources.env.get(disable) == Some("") {
            return Err(invalid(disable, ""));
        }
        let no_sessions = switch(sources, disable, "s3_disable_express_session_auth")?;
        Ok(Self {
            region,
            endpoint_url,
            use_fips: use_fips && !custom,
            use_dual_stack: use_dual_stack && !custom,
            ca_bundle: if given.verify {
                ca_bundle(sources, given.ca_bundle)?
            } else {
                None
            },
            attempts,
            retries,
            connect_timeout: connect_timeout(sources)?,
            request_checksums: checksums(sources, &checked::REQUESTS)?,
            response_checksums: checksums(sources, &checked::RESPONSES)?,
            no_sessions,
        })
    }

    /// The host of an endpoint with plain HTTP, if it is not this machine.
    pub fn open_host(&self) -> Option<String> {
        let url: http::Uri = self.endpoint_url.as_deref()?.parse().ok()?;
        let host = url.host().filter(|host| !is_loopback_host(host))?;
        (url.scheme_str() == Some("http")).then(|| host.to_owned())
    }
}

/// The region, and whether it has one of the old names for FIPS endpoints.
fn region(sources: Sources<'_>, given: Option<&str>) -> Result<(Option<String>, bool), Error> {
    let is_empty = sources.rules.empty_regions
        && (given == Some("") || sources.any_empty(sources.rules.region));
    let given = given.filter(|name| !name.is_empty());
    let region = given.or_else(|| sources.first(sources.rules.region));
    let Some(region) = region else {
        return Ok((is_empty.then(String::new), false));
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
    if good {
        Ok((Some(plain), of_fips))
    } else {
        Err(Error::invalid(format!(
            "Provided region_name {} doesn't match a supported format: letters, digits and hyphens, as in us-west-2.",
            crate::number::quoted(region)
        )))
    }
}

/// The endpoint of a service from environment or profile.
pub(crate) fn endpoint_url(service: &str, sources: Sources<'_>) -> Result<Option<String>, Error> {
    let variable = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    let ignored = sources.get(variable, "ignore_configured_endpoint_urls");
    if ignored.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let url = match configured(service, sources)? {
        Some(url) if sources.rules.loose_endpoints => Some(without_effect(url)),
        other => other,
    };
    if let Some(url) = &url {
        check_endpoint(url)?;
    }
    Ok(url)
}

/// The same, without validation.
fn configured(service: &str, sources: Sources<'_>) -> Result<Option<String>, Error> {
    let (env, profile) = (sources.env, sources.profile);
    let service = service.to_ascii_lowercase().replace(' ', "_");
    let own = format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase());
    if let Some(url) = env.filled(&own).or_else(|| env.filled("AWS_ENDPOINT_URL")) {
        return Ok(Some(url.to_owned()));
    }
    if let Some(name) = profile.get("services") {
        let services = sources.profiles.services(name).ok_or_else(|| {
            let name = shown(name);
            let text = format!(
                "The profile is configured to use the services section but the \"{name}\" services configuration \
                 does not exist. Add [services {name}] to the file of configuration, or take `services` out of the \
                 profile {}.",
                shown(profile.name)
            );
            Error::new(ErrorKind::NotFound, text)
        })?;
        let nested = services
            .get(&service)
            .and_then(|value| crate::ini::nested(value.expose()));
        let url = nested.and_then(|mut nested| nested.swap_remove("endpoint_url"));
        if let Some(url) = url.filter(|url| !url.expose().is_empty()) {
            return Ok(Some(url.expose().to_owned()));
        }
    }
    Ok(profile.filled("endpoint_url").map(str::to_owned))
}

/// A URL without the parts that have no effect: a user in front of the host, and what follows `#`.
fn without_effect(url: String) -> String {
    let url = url.split('#').next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (host, path) = rest.split_at(end);
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    }
}

/// Fails for an invalid URL. Using AWS instead would send the credentials elsewhere.
fn check_endpoint(url: &str) -> Result<(), Error> {
    let refuse = || {
        let visible = url.rsplit_once('@').map_or(url, |(_, rest)| rest);
        Err(Error::invalid(format!(
            "Invalid endpoint: {}. It must be a URL with a scheme and a host, such as https://s3.example.com.",
            shown(visible)
        )))
    };
    let Some((scheme, rest)) = url.split_once("://") else {
        return refuse();
    };
    let known = ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let host = rest.split('/').next().unwrap_or_default();
    let is_clean = |c: char| c.is_ascii_graphic() && !"?#@\\_".contains(c);
    if known && !host.is_empty() && host.chars().all(is_clean) {
        Ok(())
    } else {
        refuse()
    }
}

/// Parses a switch. Any value but true and false is an error.
fn switch(sources: Sources<'_>, variable: &str, setting: &str) -> Result<bool, Error> {
    let (env, profile) = (sources.env, sources.profile);
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

fn invalid(name: &str, value: &str) -> Error {
    let value = crate::number::quoted(value);
    Error::invalid(format!(
        "Invalid value for {name}: {value}; it is true or false."
    ))
}

fn checksums(sources: Sources<'_>, choice: &Choice) -> Result<Option<Checksums>, Error> {
    let value = choice.value(sources)?;
    Ok(value.map(|value| match value {
        "when_required" => Checksums::WhenRequired,
        _ => Checksums::WhenSupported,
    }))
}

/// How long a connection may take to open in the chosen defaults mode. `auto` is the same as `standard`, because the
/// program does not find out where it runs.
fn connect_timeout(sources: Sources<'_>) -> Result<Option<Duration>, Error> {
    let millis = match checked::DEFAULTS.value(sources)? {
        Some("standard" | "cross-region" | "auto") => 3_100,
        Some("in-region") => 1_100,
        Some("mobile") => 30_000,
        _ => return Ok(None),
    };
    Ok(Some(Duration::from_millis(millis)))
}

/// The file of trusted roots. An empty name is an error, because it must not turn verification off.
fn ca_bundle(sources: Sources<'_>, given: Option<&str>) -> Result<Option<PathBuf>, Error> {
    let (env, profile) = (sources.env, sources.profile);
    let more = sources.rules.more_ca_bundles.iter();
    let more = more.map(|name| (*name, env.filled(name)));
    let sources = [
        ("--ca-bundle", given),
        ("AWS_CA_BUNDLE", env.get("AWS_CA_BUNDLE")),
        ("ca_bundle", profile.get("ca_bundle")),
    ];
    let mut sources = sources.into_iter().chain(more);
    let Some((name, path)) = sources.find_map(|(name, path)| Some((name, path?))) else {
        return Ok(None);
    };
    if path.is_empty() {
        Err(Error::invalid(format!(
            "Bad value for {name}: it is empty. Leave it out to trust the system's certificates."
        )))
    } else {
        Ok(Some(env.expand(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Env, Profiles, Rules, ini};

    fn values(env: &Env, config: &str) -> Result<Values, Error> {
        let profiles = Profiles::new(ini::parse(config).unwrap(), ini::File::new());
        let sources = Sources {
            env,
            profiles: &profiles,
            profile: profiles.get("default"),
            rules: &Rules::SDK,
        };
        Values::read(sources, &Given::default())
    }

    #[test]
    fn variables_go_ahead_of_the_profile() {
        let config = "[default]\nregion=c\nendpoint_url=http://c\nservices=x\nmax_attempts=4\n\
                      [services x]\ns3 =\n  endpoint_url = http://s\n";
        let found = values(&Env::default(), config).unwrap();
        assert_eq!(found.region.as_deref(), Some("c"));
        assert_eq!(found.endpoint_url.as_deref(), Some("http://s"));
        assert_eq!(found.attempts, 4);
        let env = Env::from([
            ("AWS_REGION", "r"),
            ("AWS_DEFAULT_REGION", "d"),
            ("AWS_ENDPOINT_URL", "http://e"),
            ("AWS_RETRY_MODE", "legacy"),
            ("AWS_MAX_ATTEMPTS", "2"),
            ("AWS_DEFAULTS_MODE", "in-region"),
        ]);
        let found = values(&env, config).unwrap();
        assert_eq!(found.region.as_deref(), Some("r"));
        assert_eq!(found.endpoint_url.as_deref(), Some("http://e"));
        assert_eq!(found.open_host().as_deref(), Some("e"));
        assert_eq!((found.retries, found.attempts), (Retries::Legacy, 2));
        assert_eq!(found.connect_timeout, Some(Duration::from_millis(1_100)));
    }

    #[test]
    fn rules_may_allow_what_has_no_effect() {
        let rules = Rules {
            empty_regions: true,
            loose_endpoints: true,
            legacy_with_new_retries: false,
            ..Rules::SDK
        };
        let read = |rules: &Rules, config: &str, env: &Env| {
            let profiles = Profiles::new(ini::parse(config).unwrap(), ini::File::new());
            let sources = Sources {
                env,
                profiles: &profiles,
                profile: profiles.get("default"),
                rules,
            };
            Values::read(sources, &Given::default())
        };
        let none = Env::default();
        for (url, expected) in [
            ("http://a:b@host:1/p#x", "http://host:1/p"),
            ("http://host#x", "http://host"),
            ("http://host/a@b", "http://host/a@b"),
        ] {
            let config = format!("[default]\nregion =\nendpoint_url = {url}\n");
            let found = read(&rules, &config, &none).unwrap();
            assert_eq!(found.endpoint_url.as_deref(), Some(expected));
            assert_eq!(found.region.as_deref(), Some(""));
        }
        let config = "[default]\nregion =\n";
        assert_eq!(read(&Rules::SDK, config, &none).unwrap().region, None);
        let with_user = "[default]\nendpoint_url = http://a:b@host\n";
        assert!(read(&Rules::SDK, with_user, &none).is_err());
        let env = Env::from([
            ("AWS_NEW_RETRIES_2026", "true"),
            ("AWS_RETRY_MODE", "legacy"),
        ]);
        assert!(read(&rules, "", &env).is_err());
        assert!(read(&Rules::SDK, "", &env).is_ok());
    }

    #[test]
    fn a_services_section_that_is_not_there_is_named() {
        let error = values(&Env::default(), "[default]\nservices = mine\n").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains("[services mine]"), "{error}");
    }

    #[test]
    fn the_old_regions_of_fips_endpoints_are_understood() {
        for (url, use_fips) in [("", true), ("http://localhost", false)] {
            let env = Env::from([
                ("AWS_DEFAULT_REGION", "fips-us-west-2"),
                ("AWS_ENDPOINT_URL", url),
            ]);
            let found = values(&env, "").unwrap();
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
            let result = values(&Env::from([(name, value)]), "");
            assert!(result.is_err(), "{name}={value:?}");
        }
    }
}

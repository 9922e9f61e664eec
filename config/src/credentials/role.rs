//! Assumes roles, with the credentials of another profile or with a token from a file.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::{Client, Config};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_types::retry::RetryConfig;
use aws_types::region::Region;

use super::chain::{Chain, Found, partial};
use super::remote;
use crate::error::{Error, ErrorKind, shown};
use crate::profiles::Profile;
use crate::sources::Sources;
use crate::values::endpoint_url;

/// Whether a profile names a role that is assumed with other credentials.
pub(super) fn is_role(profile: Profile<'_>) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// Assumes the role of a profile, after the roles that it depends on.
pub(super) async fn assume(chain: &Chain<'_>, name: &str) -> Result<Credentials, Error> {
    let roles = roles(chain, name)?;
    let Some(last) = roles.last() else {
        let advice = format!("Add it to the profile {}.", shown(name));
        return Err(partial("assume-role", "role_arn", &advice));
    };
    let mut credentials = source(chain, last).await?;
    for role in roles.iter().rev() {
        credentials = assume_one(chain, role, credentials).await?;
    }
    Ok(credentials)
}

/// A role of a profile.
struct Role<'a> {
    profile: Profile<'a>,
    arn: &'a str,
    from: Origin<'a>,
}

/// The source of the credentials that assume it.
enum Origin<'a> {
    Profile(&'a str),
    Source(&'a str),
}

/// The roles from this profile to the first one that another kind of credentials assumes.
fn roles<'a>(chain: &'a Chain<'_>, name: &'a str) -> Result<Vec<Role<'a>>, Error> {
    let mut roles = Vec::new();
    let mut visited = vec![name];
    let mut at = name;
    loop {
        let profile = chain.sources.profiles.get(at);
        let Some(arn) = profile.get("role_arn") else {
            return Ok(roles);
        };
        let next = match (
            profile.get("source_profile"),
            profile.get("credential_source"),
        ) {
            (None, None) => {
                let missing = "source_profile or credential_source";
                let advice = format!(
                    "Set one of them in the profile {}: it says which credentials assume the role.",
                    shown(at)
                );
                return Err(partial("assume-role", missing, &advice));
            }
            (Some(_), Some(_)) => {
                return Err(Error::invalid(format!(
                    "The profile \"{}\" contains both source_profile and credential_source. Take one of them out.",
                    shown(at)
                )));
            }
            (None, Some(source)) => {
                check_source(at, source)?;
                let from = Origin::Source(source);
                roles.push(Role { profile, arn, from });
                return Ok(roles);
            }
            (Some(next), None) => next,
        };
        if !chain.sources.profiles.contains(next) {
            let text = format!(
                "The source_profile \"{}\" referenced in the profile \"{}\" does not exist.",
                shown(next),
                shown(at)
            );
            return Err(Error::new(ErrorKind::NotFound, text));
        }
        let from = Origin::Profile(next);
        roles.push(Role { profile, arn, from });
        let has_keys = chain
            .sources
            .profiles
            .get(next)
            .get("aws_access_key_id")
            .is_some();
        if has_keys {
            return Ok(roles);
        }
        if visited.contains(&next) {
            return Err(Error::invalid(format!(
                "Infinite loop in credential configuration detected. Attempting to load from profile {} \
                 which has already been visited. Visited profiles: {}",
                shown(next),
                shown(&visited.join(", "))
            )));
        }
        visited.push(next);
        if !is_role(chain.sources.profiles.get(next)) {
            return Ok(roles);
        }
        at = next;
    }
}

fn check_source(profile: &str, source: &str) -> Result<(), Error> {
    match source {
        "Environment" | "Ec2InstanceMetadata" | "EcsContainer" => Ok(()),
        _ => Err(Error::invalid(format!(
            "The credential source \"{}\" referenced in profile \"{}\" is not valid. It is Environment, \
             Ec2InstanceMetadata or EcsContainer.",
            shown(source),
            shown(profile)
        ))),
    }
}

/// The credentials that assume the innermost role.
async fn source(chain: &Chain<'_>, role: &Role<'_>) -> Result<Credentials, Error> {
    let missing = |what: &str, reason: Option<String>| {
        let profile = shown(role.profile.name);
        let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
        let text = format!(
            "{what} has no credentials{reason}. The profile {profile} assumes its role with them."
        );
        Error::new(ErrorKind::NoCredentials, text)
    };
    match role.from {
        Origin::Profile(name) => {
            let found = Box::pin(chain.of_profile(name, false)).await?;
            found.ok_or_else(|| missing(&format!("The source profile \"{}\"", shown(name)), None))
        }
        Origin::Source(source) => {
            let found = match source {
                "Environment" => {
                    super::chain::environment(chain.sources.env, chain.sources.rules)?.ok_or(None)
                }
                "EcsContainer" => remote::container(chain).await?.ok_or(None),
                _ => remote::metadata(chain).await?.map_err(Some),
            };
            found.map_err(|reason| missing(&format!("The credential source \"{source}\""), reason))
        }
    }
}

async fn assume_one(
    chain: &Chain<'_>,
    role: &Role<'_>,
    credentials: Credentials,
) -> Result<Credentials, Error> {
    let profile = role.profile;
    for (name, text, least) in [
        ("RoleArn", Some(role.arn), 20),
        ("RoleSessionName", profile.filled("role_session_name"), 2),
        ("ExternalId", profile.get("external_id"), 2),
        ("SerialNumber", profile.get("mfa_serial"), 9),
    ] {
        long_enough(name, text.unwrap_or("none is long enough"), least)?;
    }
    let mut request = client(chain, profile, Some(credentials))?
        .assume_role()
        .role_arn(role.arn)
        .role_session_name(session_name(chain, profile.filled("role_session_name")))
        .set_external_id(profile.get("external_id").map(str::to_owned));
    if let Some(seconds) = profile.get("duration_seconds") {
        let seconds = crate::number::number("duration_seconds", seconds)?;
        if seconds < 900 {
            return Err(Error::invalid(format!(
                "Parameter validation failed:\nInvalid value for parameter DurationSeconds, value: {seconds}, valid min \
                 value: 900"
            )));
        }
        request = request.set_duration_seconds(i32::try_from(seconds).ok());
    }
    if let Some(serial) = profile.get("mfa_serial") {
        request = request
            .serial_number(serial)
            .token_code(mfa_code(chain, profile, serial).await?);
    }
    let output = request.send().await;
    let output = output.map_err(|error| failed("AssumeRole", &error))?;
    taken(output.credentials, "assume-role")
}

/// Asks for the code of an MFA device.
async fn mfa_code(chain: &Chain<'_>, profile: Profile<'_>, serial: &str) -> Result<String, Error> {
    let Some(code) = &chain.mfa else {
        let text = format!(
            "The role of the profile {} needs a code of the MFA device {}. Give one with `Loader::mfa_code`.",
            shown(profile.name),
            shown(serial)
        );
        return Err(Error::new(ErrorKind::Source, text));
    };
    code.ask(serial).await.map_err(|error| {
        let text = format!("The MFA code could not be read: {error}");
        Error::new(ErrorKind::Source, text)
    })
}

/// The role whose token is in a file.
pub(super) async fn web_identity(
    chain: &Chain<'_>,
    profile: Profile<'_>,
    environment: bool,
) -> Found {
    let setting = |variable: &str, name: &str| {
        let of_env = chain.sources.env.get(variable).filter(|_| environment);
        let found = of_env.or_else(|| profile.get(name));
        found.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let Some(path) = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else {
        return Ok(None);
    };
    let arn = setting("AWS_ROLE_ARN", "role_arn").ok_or_else(|| {
        Error::new(
            ErrorKind::Incomplete,
            "The provided profile or the current environment is configured to assume role with web \
             identity but has no role ARN configured. Ensure that the profile has the role_arn \
             configuration set or the AWS_ROLE_ARN env var is set.",
        )
    })?;
    let token = std::fs::read_to_string(&path).map_err(|error| {
        let text = format!(
            "{error}: '{}', the file of the web identity token",
            shown(&path)
        );
        Error::new(ErrorKind::Source, text)
    })?;
    long_enough("RoleArn", &arn, 20)?;
    long_enough("WebIdentityToken", &token, 4)?;
    let name = setting("AWS_ROLE_SESSION_NAME", "role_session_name");
    let output = client(chain, profile, None)?
        .assume_role_with_web_identity()
        .role_arn(arn)
        .role_session_name(session_name(chain, name.as_deref()))
        .web_identity_token(token)
        .send()
        .await;
    let output = output.map_err(|error| failed("AssumeRoleWithWebIdentity", &error))?;
    taken(output.credentials, "assume-role-with-web-identity").map(Some)
}

fn client(
    chain: &Chain<'_>,
    profile: Profile<'_>,
    credentials: Option<Credentials>,
) -> Result<Client, Error> {
    let region = chain.region.ok_or_else(|| {
        let text = format!(
            "You must specify a region. You can also configure your region by running \"aws configure\". STS is asked \
             there for the role of the profile {}: set AWS_REGION, or the setting region.",
            shown(profile.name)
        );
        Error::new(ErrorKind::NoRegion, text)
    })?;
    let sources = Sources {
        profile,
        ..chain.sources
    };
    let url = endpoint_url("STS", sources)?;
    let mut config = Config::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .retry_config(RetryConfig::standard().with_max_attempts(chain.attempts))
        .http_client(chain.http.clone())
        .sleep_impl(TokioSleep::new());
    config.set_endpoint_url(url);
    if let Some(credentials) = credentials {
        config = config.credentials_provider(credentials);
    }
    Ok(Client::from_conf(config.build()))
}

/// Fails for values that are too short for STS.
fn long_enough(name: &str, text: &str, least: usize) -> Result<(), Error> {
    let length = text.chars().count();
    if length >= least {
        Ok(())
    } else {
        Err(Error::invalid(format!(
            "Parameter validation failed:\nInvalid length for parameter {name}, value: {length}, valid min length: \
             {least}"
        )))
    }
}

/// The name of the session, which audit logs show and policies can match.
fn session_name(chain: &Chain<'_>, given: Option<&str>) -> String {
    given.map_or_else(
        || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let seconds = now.unwrap_or_default().as_secs();
            format!("{}{seconds}", chain.sources.rules.session_name)
        },
        str::to_owned,
    )
}

fn taken(
    credentials: Option<aws_sdk_sts::types::Credentials>,
    provider: &'static str,
) -> Result<Credentials, Error> {
    let missing = || Error::new(ErrorKind::Source, "STS answered without credentials.");
    let found = credentials.ok_or_else(missing)?;
    let expiry = SystemTime::try_from(found.expiration).ok();
    Ok(Credentials::new(
        found.access_key_id,
        found.secret_access_key,
        Some(found.session_token),
        expiry,
        provider,
    ))
}

/// An error with its sources, without the details of `Debug`.
fn reasons(error: &dyn std::error::Error) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    let all: Vec<_> = all.map(ToString::to_string).collect();
    all.join(": ")
}

fn failed<E, R>(operation: &str, error: &SdkError<E, R>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    match error.as_service_error() {
        Some(service) => {
            let text = format!(
                "An error occurred ({}) when calling the {operation} operation: {}",
                shown(service.code().unwrap_or("Unknown")),
                shown(service.message().unwrap_or("Unknown"))
            );
            Error::new(ErrorKind::Refused, text)
        }
        None => {
            let text = format!("{operation} failed: {}", shown(&reasons(error)));
            Error::new(ErrorKind::Source, text)
        }
    }
}

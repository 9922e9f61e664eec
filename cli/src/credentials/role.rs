//! Roles: with the credentials of another profile, or with a token from a file.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::{Client, Config};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_types::retry::RetryConfig;
use aws_types::region::Region;

use super::chain::{Chain, Found, partial};
use super::{prompt, remote};
use crate::config::{Profile, endpoint_url};
use crate::failure::Failure;

/// Whether a profile names a role that is assumed with other credentials.
pub(super) fn is_role(profile: Profile<'_>) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// Assumes the role of a profile, and before it those it stands on.
pub(super) async fn assume(chain: &Chain<'_>, name: &str) -> Result<Credentials, Failure> {
    let roles = roles(chain, name)?;
    let Some(last) = roles.last() else {
        return Err(partial("assume-role", "role_arn"));
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
    from: From_<'a>,
}

/// Where the credentials for it come from.
enum From_<'a> {
    Profile(&'a str),
    Source(&'a str),
}

/// The roles from this profile down to credentials of another kind.
fn roles<'a>(chain: &'a Chain<'_>, name: &'a str) -> Result<Vec<Role<'a>>, Failure> {
    let mut roles = Vec::new();
    let mut visited = vec![name];
    let mut at = name;
    loop {
        let profile = chain.profiles.get(at);
        let Some(arn) = profile.get("role_arn") else {
            return Ok(roles);
        };
        let next = match (
            profile.get("source_profile"),
            profile.get("credential_source"),
        ) {
            (None, None) => {
                let missing = "source_profile or credential_source";
                return Err(partial("assume-role", missing));
            }
            (Some(_), Some(_)) => {
                return Err(Failure::new(format!(
                    "The profile \"{at}\" contains both source_profile and credential_source."
                )));
            }
            (None, Some(source)) => {
                check_source(at, source)?;
                let from = From_::Source(source);
                roles.push(Role { profile, arn, from });
                return Ok(roles);
            }
            (Some(next), None) => next,
        };
        if !chain.profiles.contains(next) {
            return Err(Failure::new(format!(
                "The source_profile \"{next}\" referenced in the profile \"{at}\" does not exist."
            )));
        }
        let from = From_::Profile(next);
        roles.push(Role { profile, arn, from });
        let has_keys = chain.profiles.get(next).get("aws_access_key_id").is_some();
        if has_keys {
            return Ok(roles);
        }
        if visited.contains(&next) {
            return Err(Failure::new(format!(
                "Infinite loop in credential configuration detected. Attempting to load from profile {next} \
                 which has already been visited. Visited profiles: {}",
                visited.join(", ")
            )));
        }
        visited.push(next);
        if !is_role(chain.profiles.get(next)) {
            return Ok(roles);
        }
        at = next;
    }
}

fn check_source(profile: &str, source: &str) -> Result<(), Failure> {
    match source {
        "Environment" | "Ec2InstanceMetadata" | "EcsContainer" => Ok(()),
        _ => Err(Failure::new(format!(
            "The credential source \"{source}\" referenced in profile \"{profile}\" is not valid."
        ))),
    }
}

/// The credentials that the innermost role is assumed with.
async fn source(chain: &Chain<'_>, role: &Role<'_>) -> Result<Credentials, Failure> {
    let missing = |what: &str| Failure::new(format!("{what} has no credentials."));
    match role.from {
        From_::Profile(name) => {
            let found = Box::pin(chain.of_profile(name, false)).await?;
            found.ok_or_else(|| missing(&format!("The source profile \"{name}\"")))
        }
        From_::Source(source) => {
            let found = match source {
                "Environment" => super::chain::environment(chain.env)?,
                "EcsContainer" => remote::container(chain).await?,
                _ => remote::metadata(chain).await?,
            };
            found.ok_or_else(|| missing(&format!("The credential source \"{source}\"")))
        }
    }
}

async fn assume_one(
    chain: &Chain<'_>,
    role: &Role<'_>,
    credentials: Credentials,
) -> Result<Credentials, Failure> {
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
        .role_session_name(session_name(profile.filled("role_session_name")))
        .set_external_id(profile.get("external_id").map(str::to_owned));
    if let Some(seconds) = profile.get("duration_seconds") {
        let seconds = crate::number::integer(seconds)?;
        if seconds < 900 {
            return Err(Failure::validation(&[format!(
                "Invalid value for parameter DurationSeconds, value: {seconds}, valid min value: 900"
            )]));
        }
        request = request.set_duration_seconds(i32::try_from(seconds).ok());
    }
    if let Some(serial) = profile.get("mfa_serial") {
        request = request
            .serial_number(serial)
            .token_code(prompt::mfa_code(serial).await?);
    }
    let output = request.send().await;
    let output = output.map_err(|error| failed("AssumeRole", &error))?;
    taken(output.credentials, "assume-role")
}

/// The role whose token stands in a file.
pub(super) async fn web_identity(
    chain: &Chain<'_>,
    profile: Profile<'_>,
    environment: bool,
) -> Found {
    let setting = |variable: &str, name: &str| {
        let of_env = chain.env.get(variable).filter(|_| environment);
        let found = of_env.or_else(|| profile.get(name));
        found.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let Some(path) = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else {
        return Ok(None);
    };
    let arn = setting("AWS_ROLE_ARN", "role_arn").ok_or_else(|| {
        Failure::new(
            "The provided profile or the current environment is configured to assume role with web \
             identity but has no role ARN configured. Ensure that the profile has the role_arn \
             configuration set or the AWS_ROLE_ARN env var is set.",
        )
    })?;
    let token = std::fs::read_to_string(&path)
        .map_err(|error| Failure::new(format!("{error}: '{path}'")))?;
    long_enough("RoleArn", &arn, 20)?;
    long_enough("WebIdentityToken", &token, 4)?;
    let name = setting("AWS_ROLE_SESSION_NAME", "role_session_name");
    let output = client(chain, profile, None)?
        .assume_role_with_web_identity()
        .role_arn(arn)
        .role_session_name(session_name(name.as_deref()))
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
) -> Result<Client, Failure> {
    let region = chain.region.ok_or_else(|| {
        Failure::new("You must specify a region. You can also configure your region by running \"aws configure\".")
    })?;
    let url = endpoint_url("sts", chain.env, chain.profiles, profile)?;
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

/// Texts that STS would refuse for being too short are not sent.
fn long_enough(name: &str, text: &str, least: usize) -> Result<(), Failure> {
    let length = text.chars().count();
    match length >= least {
        true => Ok(()),
        false => Err(Failure::validation(&[format!(
            "Invalid length for parameter {name}, value: {length}, valid min length: {least}"
        )])),
    }
}

/// The name that audit logs show. It begins as that of the AWS CLI does: policies match on it.
fn session_name(given: Option<&str>) -> String {
    given.map_or_else(
        || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            format!("botocore-session-{}", now.unwrap_or_default().as_secs())
        },
        str::to_owned,
    )
}

fn taken(
    credentials: Option<aws_sdk_sts::types::Credentials>,
    provider: &'static str,
) -> Result<Credentials, Failure> {
    let found = credentials.ok_or_else(|| Failure::new("STS answered without credentials."))?;
    let expiry = SystemTime::try_from(found.expiration).ok();
    Ok(Credentials::new(
        found.access_key_id,
        found.secret_access_key,
        Some(found.session_token),
        expiry,
        provider,
    ))
}

/// An error and what lies under it, without the details that `Debug` has.
fn reasons(error: &dyn std::error::Error) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    let all: Vec<_> = all.map(ToString::to_string).collect();
    all.join(": ")
}

fn failed<E, R>(operation: &str, error: &SdkError<E, R>) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    let safe = |text: &str| crate::output::terminal::safe(text).into_owned();
    match error.as_service_error() {
        Some(service) => Failure::new(format!(
            "An error occurred ({}) when calling the {operation} operation: {}",
            safe(service.code().unwrap_or("Unknown")),
            safe(service.message().unwrap_or("Unknown"))
        )),
        None => Failure::new(format!("{operation} failed: {}", safe(&reasons(error)))),
    }
}

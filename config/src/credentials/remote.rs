//! Credentials from services: SSO, the agent of a container, instance metadata.

use std::error::Error as StdError;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::client::EndpointMode;
use aws_config::imds::client::error::ImdsError;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_types::region::Region;
use zonal_runtime::Secret;
use zonal_runtime::transport::is_loopback_host;

use super::chain::{Chain, Found, OfMachine, partial};
use crate::error::{Error, ErrorKind, shown};
use crate::http_client::SharedHttp;
use crate::number::{number, quoted};
use crate::profiles::Profile;
use crate::rules::Place;
use crate::sources::Sources;

/// The settings that all of them need.
fn config(chain: &Chain<'_>, http: &SharedHttp) -> ProviderConfig {
    let region = chain.region.map(|region| Region::new(region.to_owned()));
    provider_config(http).with_region(region)
}

fn provider_config(http: &SharedHttp) -> ProviderConfig {
    ProviderConfig::without_region()
        .with_http_client(http.clone())
        .with_sleep_impl(TokioSleep::new())
}

/// The role of a user who has signed in with `aws sso login`.
pub(super) async fn sso(chain: &Chain<'_>, profile: Profile<'_>) -> Found {
    let is_sso = ["sso_account_id", "sso_role_name"]
        .iter()
        .any(|name| profile.get(name).is_some());
    if !is_sso {
        return Ok(None);
    }
    let session = profile.get("sso_session");
    let of_session = match session {
        None => None,
        Some(name) => Some(chain.sources.profiles.sso_session(name).ok_or_else(|| {
            let (name, profile) = (shown(name), shown(profile.name));
            let text = format!(
                "The specified sso-session does not exist: \"{name}\". The profile {profile} names it; add \
                 [sso-session {name}] to the file of configuration with sso_start_url and sso_region."
            );
            Error::new(ErrorKind::NotFound, text)
        })?),
    };
    let setting = |name: &str| {
        let inherited = of_session.and_then(|section| section.get(name));
        let value = inherited.map(Secret::expose).or_else(|| profile.get(name));
        value.map(str::to_owned).ok_or_else(|| {
            let advice = format!(
                "Add it to the profile {}, or run `aws configure sso`.",
                shown(profile.name)
            );
            partial("sso", name, &advice)
        })
    };
    let builder = SsoCredentialsProvider::builder()
        .configure(&config(chain, &chain.http))
        .account_id(setting("sso_account_id")?)
        .role_name(setting("sso_role_name")?)
        .start_url(setting("sso_start_url")?)
        .region(Region::new(setting("sso_region")?));
    let provider = match session {
        Some(name) => builder.session_name(name).build(),
        None => builder.build(),
    };
    let advice = format!(
        "Sign in with `aws sso login --profile {}`.",
        shown(profile.name)
    );
    ask(provider, "sso", &advice).await
}

/// The agent of a container.
pub(super) async fn container(chain: &Chain<'_>) -> Found {
    let named = [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    if named
        .iter()
        .all(|name| chain.sources.env.get(name).is_none())
    {
        return Ok(None);
    }
    check_container(chain)?;
    let provider = EcsCredentialsProvider::builder()
        .configure(&config(chain, &chain.agents))
        .build();
    let advice = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI names the agent.";
    ask(provider, "container-role", advice).await
}

/// The agent must be on this machine or at an address that AWS has documented for it.
fn check_container(chain: &Chain<'_>) -> Result<(), Error> {
    const AGENTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];
    let relative = chain
        .sources
        .env
        .get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    if let Some(path) = relative {
        let url = format!("http://{}{path}", AGENTS[0]);
        return match (path.starts_with('/'), url.parse::<http::Uri>()) {
            (true, Ok(_)) => Ok(()),
            _ => Err(Error::invalid(format!(
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path: {}",
                quoted(path)
            ))),
        };
    }
    let url = chain.sources.env.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let url: Option<http::Uri> = url.and_then(|url| url.parse().ok());
    let host = url.as_ref().filter(|url| url.scheme().is_some());
    let host = host.and_then(|url| url.host()).map(str::to_ascii_lowercase);
    let bare = host.as_deref().map(|host| host.trim_matches(['[', ']']));
    match bare {
        Some(bare) if AGENTS.contains(&bare) => Ok(()),
        Some(bare) if host.as_deref().is_some_and(is_loopback_host) && !bare.is_empty() => Ok(()),
        _ => Err(Error::invalid(format!(
            "Unsupported host '{}'.  Can only retrieve metadata from a loopback address or one of these hosts: {}, \
             localhost",
            bare.unwrap_or("None"),
            AGENTS.join(", ")
        ))),
    }
}

/// The role of the machine.
pub(super) async fn metadata(chain: &Chain<'_>) -> OfMachine<Credentials> {
    let metadata = match Metadata::new(chain.sources, &chain.agents)? {
        Ok(metadata) => metadata,
        Err(reason) => return Ok(Err(reason)),
    };
    let provider = ImdsCredentialsProvider::builder()
        .configure(&config(chain, &chain.agents))
        .imds_client(metadata.client)
        .build();
    Ok(within(metadata.limit, provider.provide_credentials()).await)
}

/// The region of the machine, if it is one of EC2.
pub(crate) async fn region_of_machine(
    sources: Sources<'_>,
    agents: &SharedHttp,
) -> OfMachine<String> {
    let metadata = match Metadata::new(sources, agents)? {
        Ok(metadata) => metadata,
        Err(reason) => return Ok(Err(reason)),
    };
    let path = "/latest/meta-data/placement/region";
    let region = within(metadata.limit, metadata.client.get(path)).await;
    Ok(region.map(|region| String::from(region.as_ref())))
}

/// The answer of the metadata service within this time, or why there is none.
async fn within<T, E: StdError + 'static>(
    limit: Duration,
    asking: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match tokio::time::timeout(limit, asking).await {
        Ok(answer) => answer.map_err(|error| reason(&error)),
        Err(_) => Err(format!("no answer within {limit:?}")),
    }
}

/// The time limit of the metadata service for all requests, by default.
const LONGEST: Duration = Duration::from_secs(5);

/// The client of the metadata service.
struct Metadata {
    client: imds::Client,
    /// The time limit for all requests.
    limit: Duration,
}

impl Metadata {
    /// The metadata service, unless it is switched off. On a machine without this service no answer comes, so the
    /// default is one attempt with a short limit.
    fn new(sources: Sources<'_>, http: &SharedHttp) -> OfMachine<Self> {
        let disabled = "AWS_EC2_METADATA_DISABLED";
        let value = sources.env.get(disabled);
        if value.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(Err(format!("{disabled} is true")));
        }
        let read = |variable, setting| {
            let text = sources.get(variable, setting);
            text.map_or(Ok(1), |text| number(setting, text))
        };
        let seconds = read("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout")?;
        let attempts = "metadata_service_num_attempts";
        let attempts = read("AWS_METADATA_SERVICE_NUM_ATTEMPTS", attempts)?;
        let each = Duration::from_secs(u64::try_from(seconds.clamp(1, 60)).unwrap_or(1));
        let attempts = u32::try_from(attempts.clamp(1, 10)).unwrap_or(1);
        let mut client = imds::Client::builder()
            .configure(&provider_config(http))
            .max_attempts(attempts)
            .operation_attempt_timeout(each);
        let endpoint = sources.first(&[
            Place::Variable("AWS_EC2_METADATA_SERVICE_ENDPOINT"),
            Place::Setting("ec2_metadata_service_endpoint"),
        ]);
        let mode = "ec2_metadata_service_endpoint_mode";
        let mode = sources.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", mode);
        if let Some(endpoint) = endpoint {
            client = client.endpoint(endpoint).map_err(|error| {
                Error::invalid(format!("Invalid endpoint of instance metadata: {error}"))
            })?;
        } else if mode.is_some_and(|mode| mode.eq_ignore_ascii_case("ipv6")) {
            client = client.endpoint_mode(EndpointMode::IpV6);
        }
        Ok(Ok(Self {
            client: client.build(),
            limit: LONGEST.max(each * attempts),
        }))
    }
}

/// Why a service failed: the innermost source of an error. For an answer this is only the status, as the body may be
/// long.
fn reason(error: &(dyn StdError + 'static)) -> String {
    let (mut last, mut next) = (error, Some(error));
    while let Some(error) = next {
        if let Some(ImdsError::ErrorResponse(answer)) = error.downcast_ref() {
            return format!("it answered with status {}", answer.response().status());
        }
        (last, next) = (error, error.source());
    }
    shown(&last.to_string())
}

async fn ask(provider: impl ProvideCredentials, name: &str, advice: &str) -> Found {
    match provider.provide_credentials().await {
        Ok(credentials) => Ok(Some(credentials)),
        Err(CredentialsError::CredentialsNotLoaded(_)) => Ok(None),
        Err(error) => {
            let reason = reason(&error);
            let text = format!("Error when retrieving credentials from {name}: {reason}. {advice}");
            Err(Error::new(ErrorKind::Source, text))
        }
    }
}

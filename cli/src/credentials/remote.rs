//! Credentials that a service hands out: SSO, the container's agent, instance metadata.

use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_types::region::Region;
use zonal::runtime::transport::is_loopback_host;

use super::chain::{Chain, Found, partial};
use crate::config::Profile;
use crate::failure::Failure;
use crate::net::SharedHttp;
use crate::number::quoted;

/// What all of them are given.
fn config(chain: &Chain<'_>, http: &SharedHttp) -> ProviderConfig {
    ProviderConfig::without_region()
        .with_http_client(http.clone())
        .with_sleep_impl(TokioSleep::new())
        .with_region(chain.region.map(|region| Region::new(region.to_owned())))
}

/// The role that the user has signed in to with `aws sso login`.
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
        Some(name) => Some(chain.profiles.sso_session(name).ok_or_else(|| {
            Failure::new(format!(
                "The specified sso-session does not exist: \"{name}\""
            ))
        })?),
    };
    let setting = |name: &str| {
        let inherited = of_session.and_then(|section| section.get(name));
        let value = inherited.map(String::as_str).or_else(|| profile.get(name));
        value.map(str::to_owned).ok_or_else(|| partial("sso", name))
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
    ask(provider, "sso").await
}

/// The agent of a container.
pub(super) async fn container(chain: &Chain<'_>) -> Found {
    let named = [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    if named.iter().all(|name| chain.env.get(name).is_none()) {
        return Ok(None);
    }
    check_container(chain)?;
    let provider = EcsCredentialsProvider::builder()
        .configure(&config(chain, &chain.agents))
        .build();
    ask(provider, "container-role").await
}

/// The agent is on this machine or at an address that is known; credentials come from nowhere else.
fn check_container(chain: &Chain<'_>) -> Result<(), Failure> {
    const AGENTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];
    let relative = chain.env.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    if let Some(path) = relative {
        let url = format!("http://{}{path}", AGENTS[0]);
        return match (path.starts_with('/'), url.parse::<http::Uri>()) {
            (true, Ok(_)) => Ok(()),
            _ => Err(Failure::new(format!(
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path: {}",
                quoted(path)
            ))),
        };
    }
    let url = chain.env.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let url: Option<http::Uri> = url.and_then(|url| url.parse().ok());
    let host = url.as_ref().filter(|url| url.scheme().is_some());
    let host = host.and_then(|url| url.host()).map(str::to_ascii_lowercase);
    let bare = host.as_deref().map(|host| host.trim_matches(['[', ']']));
    match bare {
        Some(bare) if AGENTS.contains(&bare) => Ok(()),
        Some(bare) if host.as_deref().is_some_and(is_loopback_host) && !bare.is_empty() => Ok(()),
        _ => Err(Failure::new(format!(
            "Unsupported host '{}'.  Can only retrieve metadata from a loopback address or one of these hosts: {}, \
             localhost",
            bare.unwrap_or("None"),
            AGENTS.join(", ")
        ))),
    }
}

/// The role of the machine. Where there is no such service nobody answers, so it is asked once and briefly.
pub(super) async fn metadata(chain: &Chain<'_>) -> Found {
    let disabled = chain.env.get("AWS_EC2_METADATA_DISABLED");
    if disabled.is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let mut client = imds::Client::builder()
        .configure(&config(chain, &chain.agents))
        .max_attempts(1)
        .connect_timeout(Duration::from_secs(1))
        .read_timeout(Duration::from_secs(1));
    if let Some(endpoint) = chain.env.filled("AWS_EC2_METADATA_SERVICE_ENDPOINT") {
        client = client.endpoint(endpoint).map_err(|error| {
            Failure::new(format!("Invalid endpoint of instance metadata: {error}"))
        })?;
    }
    let provider = ImdsCredentialsProvider::builder()
        .configure(&config(chain, &chain.agents))
        .imds_client(client.build())
        .build();
    let limit = Duration::from_secs(5);
    match tokio::time::timeout(limit, provider.provide_credentials()).await {
        Ok(Ok(credentials)) => Ok(Some(credentials)),
        _ => Ok(None),
    }
}

async fn ask(provider: impl ProvideCredentials, name: &str) -> Found {
    match provider.provide_credentials().await {
        Ok(credentials) => Ok(Some(credentials)),
        Err(CredentialsError::CredentialsNotLoaded(_)) => Ok(None),
        Err(error) => {
            let mut reason: &dyn std::error::Error = &error;
            while let Some(source) = reason.source() {
                reason = source;
            }
            let reason = crate::output::terminal::safe(&reason.to_string()).into_owned();
            Err(Failure::new(format!(
                "Error when retrieving credentials from {name}: {reason}"
            )))
        }
    }
}

//! The order in which credentials are looked for: that of the AWS CLI.

use std::time::SystemTime;

use aws_credential_types::Credentials;

use super::{process, remote, role};
use crate::config::{Profile, Profiles};
use crate::debug;
use crate::env::Env;
use crate::failure::Failure;
use crate::net::SharedHttp;

/// Credentials, or none where this source has none.
pub(crate) type Found = Result<Option<Credentials>, Failure>;

/// Where credentials are looked for.
pub(crate) struct Chain<'a> {
    pub(crate) env: &'a Env,
    pub(crate) profiles: &'a Profiles,
    /// The profile that is in use.
    pub(crate) profile: &'a str,
    /// It was named on the command line: the environment then counts for nothing.
    pub(crate) explicit: bool,
    /// The region for STS, if there is one.
    pub(crate) region: Option<&'a str>,
    /// How often STS is asked.
    pub(crate) attempts: u32,
    /// How STS and SSO are asked.
    pub(crate) http: SharedHttp,
    /// How the agents of machines and containers are asked.
    pub(crate) agents: SharedHttp,
}

impl Chain<'_> {
    /// The first credentials there are.
    pub(crate) async fn resolve(&self) -> Result<Credentials, Failure> {
        let found = self.first().await?;
        let credentials = found.ok_or_else(|| {
            Failure::plain(
                "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
            )
        })?;
        debug::say(format_args!(
            "credentials: {}",
            credentials.provider_name_or()
        ));
        match credentials.expiry() {
            Some(expiry) if expiry <= SystemTime::now() => Err(Failure::new(
                "Credentials were refreshed, but the refreshed credentials are still expired.",
            )),
            _ => Ok(credentials),
        }
    }

    async fn first(&self) -> Found {
        if !self.explicit
            && let Some(found) = environment(self.env)?
        {
            return Ok(Some(found));
        }
        let profile = self.profiles.get(self.profile);
        if role::is_role(profile) {
            return role::assume(self, self.profile).await.map(Some);
        }
        if let Some(found) = self.of_profile(self.profile, !self.explicit).await? {
            return Ok(Some(found));
        }
        if let Some(found) = remote::container(self).await? {
            return Ok(Some(found));
        }
        remote::metadata(self).await
    }

    /// What a profile has apart from a role to assume.
    pub(super) async fn of_profile(&self, name: &str, environment: bool) -> Found {
        let profile = self.profiles.get(name);
        if let Some(found) = role::web_identity(self, profile, environment).await? {
            return Ok(Some(found));
        }
        if let Some(found) = remote::sso(self, profile).await? {
            return Ok(Some(found));
        }
        let in_credentials = self.profiles.in_credentials(name);
        if let Some(found) = keys(in_credentials, "shared-credentials-file")? {
            return Ok(Some(found));
        }
        if let Some(command) = profile.get("credential_process") {
            return process::run(command).await.map(Some);
        }
        keys(self.profiles.in_config(name), "config-file")
    }
}

/// The keys in the environment.
pub(super) fn environment(env: &Env) -> Found {
    let Some(id) = env.filled("AWS_ACCESS_KEY_ID") else {
        return Ok(None);
    };
    let Some(secret) = env.filled("AWS_SECRET_ACCESS_KEY") else {
        return Err(partial("env", "AWS_SECRET_ACCESS_KEY"));
    };
    // the old name counts more
    let token = env
        .filled("AWS_SECURITY_TOKEN")
        .or_else(|| env.filled("AWS_SESSION_TOKEN"));
    let expiry = match env.filled("AWS_CREDENTIAL_EXPIRATION") {
        None => None,
        Some(text) => Some(moment(text)?),
    };
    let token = token.map(str::to_owned);
    Ok(Some(Credentials::new(id, secret, token, expiry, "env")))
}

/// The keys in one of the files.
fn keys(profile: Profile<'_>, provider: &'static str) -> Found {
    let Some(id) = profile.get("aws_access_key_id") else {
        return Ok(None);
    };
    let Some(secret) = profile.get("aws_secret_access_key") else {
        return Err(partial(provider, "aws_secret_access_key"));
    };
    // the old name counts more, even if it says nothing
    let token = profile
        .get("aws_security_token")
        .or_else(|| profile.get("aws_session_token"))
        .filter(|token| !token.is_empty());
    let token = token.map(str::to_owned);
    Ok(Some(Credentials::new(id, secret, token, None, provider)))
}

pub(super) fn partial(provider: &str, missing: &str) -> Failure {
    Failure::new(format!(
        "Partial credentials found in {provider}, missing: {missing}"
    ))
}

/// A moment at which credentials end.
pub(super) fn moment(text: &str) -> Result<SystemTime, Failure> {
    let moment = crate::input::moment(text);
    let moment = moment.and_then(|moment| SystemTime::try_from(moment).ok());
    moment.ok_or_else(|| Failure::new("The expiration of the credentials is no date and time."))
}

/// Says where credentials are from.
trait ProviderName {
    fn provider_name_or(&self) -> &'static str;
}

impl ProviderName for Credentials {
    fn provider_name_or(&self) -> &'static str {
        match self.session_token() {
            Some(_) => "found, with a token",
            None => "found",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_of_keys_is_named() {
        let env = Env::from([("AWS_ACCESS_KEY_ID", "AK")]);
        let failure = environment(&env).unwrap_err();
        assert!(failure.text.contains("missing: AWS_SECRET_ACCESS_KEY"));
        let env = Env::from([("AWS_SECRET_ACCESS_KEY", "SK")]);
        assert_eq!(environment(&env).unwrap(), None);
    }
}

//! [`Chain`]: the order of the sources of credentials.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::{MfaCode, process, remote, role};
use crate::env::Env;
use crate::error::{Error, ErrorKind, shown};
use crate::http_client::SharedHttp;
use crate::profiles::Profile;
use crate::rules::Rules;
use crate::sources::Sources;

/// Credentials, or `None` if the source has none.
pub(crate) type Found = Result<Option<Credentials>, Error>;

/// The credentials of a machine, or the reason why it has none.
pub(crate) type OfMachine<T> = Result<Result<T, String>, Error>;

/// The sources of credentials. The first one that has credentials is used:
///
/// 1. the access keys in the environment, unless the program sets the profile;
/// 2. the role that the profile assumes with other credentials;
/// 3. the role with a web identity, from the environment or the profile;
/// 4. single sign-on, if the profile uses it;
/// 5. the keys in the credentials file;
/// 6. the program in the setting `credential_process`;
/// 7. the keys in the configuration file;
/// 8. the agent of the container;
/// 9. the metadata service of the machine.
#[derive(Debug)]
pub struct Chain<'a> {
    /// The environment and the profile.
    pub sources: Sources<'a>,
    /// Whether the program sets the profile. Access keys in the environment are ignored then.
    pub explicit: bool,
    /// The region for STS, if there is one.
    pub region: Option<&'a str>,
    /// The number of attempts for STS.
    pub attempts: u32,
    /// The transport for STS and SSO.
    pub http: SharedHttp,
    /// The transport for the metadata services of machines and containers, which uses no proxy.
    pub agents: SharedHttp,
    /// The source of codes of an MFA device.
    pub mfa: Option<MfaCode>,
}

impl Chain<'_> {
    /// Returns the first credentials.
    ///
    /// # Errors
    ///
    /// If no source has credentials, or a configured source fails.
    pub async fn resolve(&self) -> Result<Credentials, Error> {
        let found = self.first().await?;
        let credentials = found.map_err(|reason| self.none(&reason))?;
        match credentials.expiry() {
            Some(expiry) if expiry <= SystemTime::now() => Err(Error::new(
                ErrorKind::Expired,
                "Credentials were refreshed, but the refreshed credentials are still expired.",
            )),
            _ => Ok(credentials),
        }
    }

    /// The error if no source has credentials. The machine, which is the last source, had none for this reason.
    fn none(&self, reason: &str) -> Error {
        let variables = if self.explicit {
            ""
        } else {
            "AWS_ACCESS_KEY_ID is not set, "
        };
        let text = format!(
            "Unable to locate credentials. You can configure credentials by running \"aws configure\". ({variables}the \
             profile {} in {} has none, no container has an agent for them, and the metadata service of the machine gives \
             none: {reason}.)",
            shown(self.sources.profile.name),
            self.sources.profiles.shown_paths()
        );
        Error::new(ErrorKind::NoCredentials, text)
    }

    async fn first(&self) -> OfMachine<Credentials> {
        if !self.explicit
            && let Some(found) = environment(self.sources.env, self.sources.rules)?
        {
            return Ok(Ok(found));
        }
        let profile = self.sources.profile;
        if role::is_role(profile) {
            return role::assume(self, profile.name).await.map(Ok);
        }
        if let Some(found) = self.of_profile(profile.name, !self.explicit).await? {
            return Ok(Ok(found));
        }
        if let Some(found) = remote::container(self).await? {
            return Ok(Ok(found));
        }
        remote::metadata(self).await
    }

    /// The credentials of a profile that does not assume a role.
    pub(super) async fn of_profile(&self, name: &str, environment: bool) -> Found {
        let (profiles, rules) = (self.sources.profiles, self.sources.rules);
        let profile = profiles.get(name);
        if let Some(found) = role::web_identity(self, profile, environment).await? {
            return Ok(Some(found));
        }
        if let Some(found) = remote::sso(self, profile).await? {
            return Ok(Some(found));
        }
        let in_credentials = profiles.in_credentials(name);
        if let Some(found) = keys(in_credentials, rules, "shared-credentials-file")? {
            return Ok(Some(found));
        }
        if let Some(command) = profile.get("credential_process") {
            return process::run(command, profile, rules.process_limit)
                .await
                .map(Some);
        }
        if let Some(found) = keys(profiles.in_config(name), rules, "config-file")? {
            return Ok(Some(found));
        }
        match profile.get("login_session") {
            Some(_) => Err(login(profile)),
            None => Ok(None),
        }
    }
}

/// Refuses credentials of `aws login`, which are not supported.
fn login(profile: Profile<'_>) -> Error {
    let name = shown(profile.name);
    let text = format!(
        "The profile {name} signs in with `aws login` (login_session), which is not supported. Have the AWS CLI give its \
         credentials: use a profile with `credential_process = aws configure export-credentials --profile {name} \
         --format process`."
    );
    Error::new(ErrorKind::Source, text)
}

/// The keys in the environment.
pub(crate) fn environment(env: &Env, rules: &Rules) -> Found {
    let (id_name, secret_name) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
    let Some(id) = env.filled(id_name) else {
        return Ok(None);
    };
    let Some(secret) = env.filled(secret_name) else {
        return Err(partial(
            "env",
            secret_name,
            &format!("Set that variable too, or unset {id_name}."),
        ));
    };
    let token = rules
        .token_variables
        .iter()
        .find_map(|name| env.filled(name));
    let expiry = match env.filled("AWS_CREDENTIAL_EXPIRATION") {
        None => None,
        Some(text) => Some(moment(text, "the variable AWS_CREDENTIAL_EXPIRATION")?),
    };
    let token = token.map(str::to_owned);
    Ok(Some(Credentials::new(id, secret, token, expiry, "env")))
}

/// The keys in one of the files.
fn keys(profile: Profile<'_>, rules: &Rules, provider: &'static str) -> Found {
    let Some(id) = profile.get("aws_access_key_id") else {
        return Ok(None);
    };
    let Some(secret) = profile.get("aws_secret_access_key") else {
        let advice = format!(
            "The profile {} has aws_access_key_id alone.",
            shown(profile.name)
        );
        return Err(partial(provider, "aws_secret_access_key", &advice));
    };
    let mut tokens = rules.token_settings.iter();
    let token = tokens
        .find_map(|name| profile.get(name))
        .filter(|token| !token.is_empty());
    let token = token.map(str::to_owned);
    Ok(Some(Credentials::new(id, secret, token, None, provider)))
}

pub(super) fn partial(provider: &str, missing: &str, advice: &str) -> Error {
    let text = format!("Partial credentials found in {provider}, missing: {missing}. {advice}");
    Error::new(ErrorKind::Incomplete, text)
}

/// Parses an expiration: a date and time, with a zone or in UTC. `from` names the source for the error.
pub(super) fn moment(text: &str, from: &str) -> Result<SystemTime, Error> {
    let text = text.trim().replacen(' ', "T", 1);
    let read = |text: &str| DateTime::from_str(text, Format::DateTimeWithOffset).ok();
    let moment = read(&text).or_else(|| read(&format!("{text}Z")));
    let moment = moment.and_then(|moment| SystemTime::try_from(moment).ok());
    moment.ok_or_else(|| {
        Error::invalid(format!(
            "The expiration of the credentials in {from} is not a date and time such as 2030-01-02T03:04:05Z."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_of_keys_is_named() {
        let found = |variable: &str| environment(&Env::from([(variable, "x")]), &Rules::SDK);
        let error = found("AWS_ACCESS_KEY_ID").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incomplete);
        let error = error.to_string();
        assert!(error.contains("missing: AWS_SECRET_ACCESS_KEY"), "{error}");
        assert_eq!(found("AWS_SECRET_ACCESS_KEY").unwrap(), None);
    }

    #[test]
    fn an_end_has_a_zone_or_is_in_utc() {
        let all = [
            "2030-01-02T03:04:05Z",
            "2030-01-02 03:04:05",
            "2030-01-02T04:04:05+01:00",
        ];
        let all = all.map(|text| moment(text, "x").unwrap());
        assert_eq!(all, [all[0]; 3]);
        assert!(moment("tomorrow", "x").is_err());
    }
}

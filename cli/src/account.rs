//! The credentials of the account: the program finds them when it starts, and again when they end or are rejected.

use std::io;
use std::sync::Arc;

use zonal::Credentials;
use zonal_config::{Chain, Env, Error, MfaCode, Profiles, Renewing, SharedHttp, Sources, Values};

use crate::app::App;
use crate::debug;
use crate::failure::Failure;
use crate::net::Network;
use crate::prompt;
use crate::rules::rules;

/// Credentials, and where they come from.
pub(crate) struct Account {
    first: Credentials,
    finder: Arc<Finder>,
}

impl Account {
    /// The account that requests are signed as; none where they are not to be signed.
    pub(crate) async fn find(
        app: &App,
        settings: &Values,
        network: &Network,
    ) -> Result<Option<Self>, Failure> {
        if app.globals.no_sign_request {
            return Ok(None);
        }
        let http = |transport| SharedHttp::new(transport, network.read_timeout);
        let finder = Finder {
            env: Arc::clone(&app.env),
            profiles: Arc::clone(&app.profiles),
            named: app.globals.profile.clone(),
            region: settings.region.clone(),
            attempts: settings.attempts,
            http: http(network.for_credentials()),
            agents: http(network.for_agents()),
        };
        let first = finder.find(MfaCode::new(prompt::mfa_code)).await?;
        debug::say(format_args!(
            "credentials: found{}",
            match first.session_token() {
                Some(_) => ", with a token",
                None => "",
            }
        ));
        Ok(Some(Self {
            first,
            finder: Arc::new(finder),
        }))
    }

    /// What gives a client its credentials.
    pub(crate) fn provider(&self) -> Renewing {
        let finder = Arc::clone(&self.finder);
        Renewing::new(self.first.clone(), move || {
            let finder = Arc::clone(&finder);
            async move { finder.find(MfaCode::new(no_code)).await }
        })
    }
}

/// Nobody is asked in the middle of the work.
async fn no_code(_: String) -> io::Result<String> {
    let text = "Cannot refresh credentials: MFA token required.";
    Err(io::Error::other(text))
}

/// Finds credentials in the places that the AWS CLI looks in.
struct Finder {
    env: Arc<Env>,
    profiles: Arc<Profiles>,
    /// The profile on the command line.
    named: Option<String>,
    region: Option<String>,
    attempts: u32,
    http: SharedHttp,
    agents: SharedHttp,
}

impl Finder {
    async fn find(&self, mfa: MfaCode) -> Result<Credentials, Error> {
        let (env, named) = (&*self.env, self.named.as_deref());
        let chain = Chain {
            sources: Sources {
                env,
                profiles: &self.profiles,
                profile: self.profiles.chosen(named, env, rules().profile)?,
                rules: rules(),
            },
            explicit: named.is_some_and(|name| !name.is_empty()),
            region: self.region.as_deref(),
            attempts: self.attempts,
            http: self.http.clone(),
            agents: self.agents.clone(),
            mfa: Some(mfa),
        };
        chain.resolve().await
    }
}

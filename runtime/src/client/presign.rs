//! Presigning: the steps of a call before it is sent.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::HOST;

use super::auth::add_endpoint_header;
use super::call::Call;
use super::{Core, Shared};
use crate::credentials::{Account, CredentialsError, SessionCredentials, SigningKeys};
use crate::endpoint::Endpoint;
use crate::error::{Cause, EncodeError, Error, Failure};
use crate::presign::{
    LONGEST, PresignAuth, PresignLimit, PresignOptions, Presignable, PresignedRequest,
};
use crate::request::is_dots;
use crate::session::{ModePolicy, SessionUse};
use crate::signing::{Payload, Scope, Unsigned, sign_query};

/// The signer, and its expiration.
enum Signer<'a> {
    Account(Arc<Account>),
    Session(&'a SessionCredentials, SystemTime),
}

impl Signer<'_> {
    fn keys(&self) -> SigningKeys<'_> {
        match self {
            Self::Account(account) => account.credentials().signing_keys(),
            Self::Session(credentials, _) => credentials.signing_keys(),
        }
    }

    /// For how many seconds it can sign, at most as many as were asked for.
    fn limit(
        &self,
        asked: u64,
        now: SystemTime,
    ) -> Result<(u64, Option<PresignLimit>), CredentialsError> {
        let (end, limit) = match self {
            Self::Account(account) => (account.credentials().expiry(), PresignLimit::Credentials),
            Self::Session(_, end) => (Some(*end), PresignLimit::Session),
        };
        let left = end.map(|end| end.duration_since(now).unwrap_or_default().as_secs());
        match left {
            Some(0) => Err(CredentialsError::EndsTooSoon),
            Some(left) if left < asked => Ok((left, Some(limit))),
            _ => Ok((asked, None)),
        }
    }
}

/// The seconds that a URL is to be valid for.
fn whole_seconds(expires_in: Duration) -> Result<u64, EncodeError> {
    match expires_in.as_secs() {
        0 => Err(EncodeError::member(
            "expires_in",
            "must be a second at least",
        )),
        _ if expires_in > LONGEST => {
            let problem = "must not be more than seven days";
            Err(EncodeError::member("expires_in", problem))
        }
        seconds => Ok(seconds),
    }
}

impl Core {
    /// Presigns a request. It sends nothing, except for requests of a provider of credentials.
    pub async fn presign<O: Presignable>(
        &self,
        operation: &O,
        options: &PresignOptions,
    ) -> Result<PresignedRequest, Error<O::Error>> {
        let spec = const { &O::SPEC };
        let sessions = match options.auth {
            PresignAuth::Iam => SessionUse::Off,
            PresignAuth::OpenSession { .. } => SessionUse::Mode(ModePolicy::ServiceChoice),
        };
        // what signs is here already: no session is opened that could be encrypted
        let unused = self.sessions.check_unused();
        let unused = unused.map_err(|error| Failure::new(spec.name, Cause::Encode(error)));
        let call = unused.and_then(|()| self.prepare(spec, operation, &sessions.into()));
        let result = match call {
            Ok(call) => Box::pin(self.shared.presign(call, options)).await,
            Err(failure) => Err(failure),
        };
        result.map_err(|failure| failure.into_error(O::error))
    }
}

impl Shared {
    async fn presign(
        &self,
        call: Box<Call>,
        options: &PresignOptions,
    ) -> Result<PresignedRequest, Box<Failure>> {
        self.presigned(&call, options).await.map_err(|cause| {
            let mut failure = Failure::new(call.spec.name, cause);
            failure.host = Some(call.endpoint.host().to_owned());
            failure
        })
    }

    async fn presigned(
        &self,
        call: &Call,
        options: &PresignOptions,
    ) -> Result<PresignedRequest, Cause> {
        let asked = whole_seconds(options.expires_in).map_err(Cause::Encode)?;
        if call.request.body.length() != Some(0) {
            return Err(Cause::Encode(EncodeError::member(
                "body",
                "is not a part of a URL; leave it out, and send it with the URL",
            )));
        }
        if call.uri.path().split('/').any(is_dots) {
            return Err(Cause::Encode(EncodeError::member(
                "path",
                "has a segment `.` or `..`, which whoever is given the URL takes out of it: it would name another \
                 object. Call the operation itself",
            )));
        }
        let signer = self.signer(call, &options.auth).await;
        let signer = signer.map_err(Cause::Credentials)?;
        let scope = self.presign_scope(&call.endpoint, &signer)?;
        let now = self.skew.now(&*self.config.clock);
        let (seconds, limited_by) = signer.limit(asked, now).map_err(Cause::Credentials)?;
        let mut headers = call.request.headers.clone();
        for (name, values) in &call.endpoint.headers {
            add_endpoint_header(&mut headers, name, values)?;
        }
        let unsigned = Unsigned {
            method: &call.spec.method,
            authority: call.endpoint.authority(),
            path: call.uri.path(),
            query: &call.request.query,
            payload: Payload::Hash("UNSIGNED-PAYLOAD"),
        };
        let (keys, when) = (signer.keys(), (now, seconds));
        let signed = sign_query(
            &unsigned,
            &mut headers,
            keys,
            scope,
            when,
            &self.signing_keys,
        );
        let signed = signed.map_err(|error| Cause::Credentials(error.into()))?;
        headers.remove(HOST);
        let expires_in = Duration::from_secs(seconds);
        Ok(PresignedRequest {
            method: call.spec.method.clone(),
            url: call.url(&signed.query),
            headers,
            expires_in,
            expires: now + expires_in,
            limited_by,
        })
    }

    async fn signer<'a>(
        &self,
        call: &Call,
        auth: &'a PresignAuth,
    ) -> Result<Signer<'a>, CredentialsError> {
        match auth {
            PresignAuth::Iam => Ok(Signer::Account(self.accounts(call).get().await?)),
            PresignAuth::OpenSession {
                credentials,
                expiration,
            } => Ok(Signer::Session(credentials, *expiration)),
        }
    }

    /// What to sign for, if the endpoint takes this signer.
    fn presign_scope<'a>(
        &'a self,
        endpoint: &'a Endpoint,
        signer: &Signer<'_>,
    ) -> Result<Scope<'a>, Cause> {
        let name = match signer {
            Signer::Account(_) => "sigv4",
            Signer::Session(..) => "sigv4-s3express",
        };
        let scope = |region: Option<&'a str>, service: Option<&'a str>| Scope {
            region: region.unwrap_or(&self.config.region),
            service: service.unwrap_or(self.config.service.signing_name),
        };
        let schemes: Vec<_> = endpoint.auth_schemes().collect();
        let found = schemes.iter().find(|scheme| scheme.name == name);
        match (found, schemes.first(), signer) {
            (Some(scheme), ..) => Ok(scope(scheme.signing_region, scheme.signing_name)),
            (None, None, Signer::Account(_)) => Ok(scope(None, None)),
            (None, Some(other), Signer::Account(_)) => {
                let error = CredentialsError::Scheme(other.name.to_owned());
                Err(Cause::Credentials(error))
            }
            (None, _, Signer::Session(..)) => {
                let problem = "is a session, and this operation takes none";
                Err(Cause::Encode(EncodeError::member("auth", problem)))
            }
        }
    }
}

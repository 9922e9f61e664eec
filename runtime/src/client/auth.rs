//! Who a call is signed as, and its signature.

use http::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use super::Shared;
use super::call::Call;
use crate::body::Body;
use crate::credentials::CredentialsError;
use crate::endpoint::Endpoint;
use crate::error::{Cause, EncodeError};
use crate::operation::Auth;
use crate::signing::{Payload, Scope, Unsigned, sign};

const AGENT: HeaderValue = HeaderValue::from_static(concat!("zonal/", env!("CARGO_PKG_VERSION")));
const UNSIGNED: Payload<'static> = Payload::Hash("UNSIGNED-PAYLOAD");
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

impl Shared {
    /// A secret comes back over TLS, or from this machine, or not at all.
    pub(super) fn check_secrecy(&self, call: &Call) -> Result<(), Cause> {
        let is_safe = call.endpoint.scheme() == "https"
            || call.endpoint.is_loopback()
            || self.config.allow_http;
        match call.spec.secret_response && !is_safe {
            true => Err(Cause::Insecure),
            false => Ok(()),
        }
    }

    pub(super) async fn signed_headers(&self, call: &Call) -> Result<HeaderMap, Cause> {
        let config = &self.config;
        let clock = &*config.clock;
        let mut headers = call.request.headers.clone();
        headers.insert(USER_AGENT, AGENT);
        headers.insert(ACCEPT_ENCODING, IDENTITY);
        for (name, values) in &call.endpoint.headers {
            add_endpoint_header(&mut headers, name, values)?;
        }
        let is_signed = match call.spec.auth {
            Auth::Signed => true,
            Auth::Optional => config.credentials.is_some(),
            Auth::Anonymous => false,
        };
        if !is_signed {
            return Ok(headers);
        }
        let scope = self.scope(&call.endpoint).map_err(Cause::Credentials)?;
        let credentials = config
            .credentials
            .provide(clock, config.timeouts.attempt)
            .await;
        let credentials = credentials.map_err(Cause::Credentials)?;
        let unsigned = Unsigned {
            method: &call.spec.method,
            authority: call.endpoint.authority(),
            path: &call.path,
            query: &call.request.query,
            payload: match call.spec.unsigned_payload {
                true => UNSIGNED,
                false => payload(&call.request.body),
            },
        };
        let keys = credentials.signing_keys();
        sign(
            &unsigned,
            &mut headers,
            keys,
            scope,
            self.skew.now(clock),
            &self.signing_keys,
        )
        .map_err(|error| Cause::Credentials(error.into()))?;
        Ok(headers)
    }

    /// What to sign for: as the endpoint says, or as the service does. An endpoint without a
    /// scheme is never asked for with a session.
    fn scope<'a>(&'a self, endpoint: &'a Endpoint) -> Result<Scope<'a>, CredentialsError> {
        let mut unusable = None;
        for scheme in endpoint.auth_schemes() {
            if scheme.name == "sigv4" {
                return Ok(Scope {
                    region: scheme.signing_region.unwrap_or(&self.config.region),
                    service: scheme
                        .signing_name
                        .unwrap_or(self.config.service.signing_name),
                });
            }
            unusable.get_or_insert(scheme.name);
        }
        match unusable {
            Some(name) => Err(CredentialsError::Scheme(name.to_owned())),
            None => Ok(Scope {
                region: &self.config.region,
                service: self.config.service.signing_name,
            }),
        }
    }
}

pub(super) fn add_endpoint_header(
    headers: &mut HeaderMap,
    name: &'static str,
    values: &[String],
) -> Result<(), Cause> {
    let unusable = || {
        Cause::Encode(EncodeError::header(
            name,
            "from the endpoint rules is not one",
        ))
    };
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
    for value in values {
        let value = HeaderValue::from_str(value).map_err(|_| unusable())?;
        headers.append(header.clone(), value);
    }
    Ok(())
}

/// What is signed of a body: a stream is not known before it is sent.
fn payload(body: &Body) -> Payload<'_> {
    match body.as_bytes() {
        Some(bytes) => Payload::Bytes(bytes),
        None => UNSIGNED,
    }
}

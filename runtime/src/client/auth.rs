//! The identity and the signature of a call.

use http::header::{ACCEPT_ENCODING, HOST, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use super::Shared;
use super::call::Call;
use super::identity::Identity;
use crate::credentials::CredentialsError;
use crate::endpoint::Endpoint;
use crate::error::{Cause, EncodeError};
use crate::signing::{CONTENT_SHA256, ChunkSigner, Payload, Scope, Unsigned, sign};

const AGENT: HeaderValue = HeaderValue::from_static(concat!("zonal/", env!("CARGO_PKG_VERSION")));
/// Room for the headers that are added here and on the way out, and for those of the answer: hyper reads
/// them into the same map, which would have to grow for most answers of S3.
const ROOM: usize = 16;
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// The kind of credentials of a call.
pub(super) struct Scheme<'a> {
    pub(super) scope: Scope<'a>,
    /// In a session.
    pub(super) session: bool,
}

/// What is sent of a call beside its body.
pub(super) struct Signed {
    pub(super) headers: HeaderMap,
    /// What signs the chunks of a body that has such.
    pub(super) chunks: Option<ChunkSigner>,
}

impl Shared {
    /// Refuses an answer with a secret, unless it comes over TLS or from this machine.
    pub(super) fn check_secrecy(&self, call: &Call) -> Result<(), Cause> {
        let is_safe = || {
            call.endpoint.scheme() == "https"
                || call.endpoint.is_loopback()
                || self.config.allow_http
        };
        if call.spec.secret_response && !is_safe() {
            Err(Cause::Insecure)
        } else {
            Ok(())
        }
    }

    /// The headers of a call as this identity sends it, with those that hooks have added.
    pub(super) fn signed_headers(
        &self,
        call: &Call,
        identity: &Identity,
        added: Option<&HeaderMap>,
    ) -> Result<Signed, Cause> {
        let clock = &*self.config.clock;
        let mut headers = HeaderMap::with_capacity(call.request.headers.len() + ROOM);
        // first, as RFC 9110 recommends, where it is also found at once
        headers.insert(HOST, call.endpoint.host_value().clone());
        let own = call.request.headers.iter();
        headers.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        if let Some(added) = added {
            headers.extend(
                added
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        }
        headers.entry(USER_AGENT).or_insert(AGENT);
        headers.insert(ACCEPT_ENCODING, IDENTITY);
        for (name, values) in &call.endpoint.headers {
            add_endpoint_header(&mut headers, name, values)?;
        }
        let Some(keys) = identity.signing_keys() else {
            // without this word the framing would be taken for the object
            if let Payload::Hash(coding) = call.payload.signed()
                && coding.starts_with("STREAMING-")
            {
                insert(&mut headers, CONTENT_SHA256, coding)?;
            }
            return Ok(Signed {
                headers,
                chunks: None,
            });
        };
        let scheme = self.scheme(&call.endpoint).map_err(Cause::Credentials)?;
        let unsigned = Unsigned {
            method: &call.spec.method,
            authority: call.endpoint.authority(),
            path: call.uri.path(),
            query: &call.request.query,
            payload: call.payload.signed(),
        };
        let signature = sign(
            &unsigned,
            &mut headers,
            keys,
            scheme.scope,
            self.skew.now(clock),
            identity.key_cache(self),
        )
        .map_err(|error| Cause::Credentials(error.into()))?;
        Ok(Signed {
            headers,
            chunks: signature.chunks,
        })
    }

    /// The auth scheme of the endpoint, or of the service if the endpoint has none. The latter never uses sessions.
    pub(super) fn scheme<'a>(
        &'a self,
        endpoint: &'a Endpoint,
    ) -> Result<Scheme<'a>, CredentialsError> {
        let service = self.config.service;
        let mut unusable = None;
        for scheme in endpoint.auth_schemes() {
            let session = match scheme.name {
                "sigv4" => false,
                "sigv4-s3express" if service.sessions.is_some() => true,
                name => {
                    unusable.get_or_insert(name);
                    continue;
                }
            };
            let scope = Scope {
                region: scheme.signing_region.unwrap_or(&self.config.region),
                service: scheme.signing_name.unwrap_or(service.signing_name),
            };
            return Ok(Scheme { scope, session });
        }
        match unusable {
            Some(name) => Err(CredentialsError::Scheme(name.to_owned())),
            None => Ok(Scheme {
                scope: Scope {
                    region: &self.config.region,
                    service: service.signing_name,
                },
                session: false,
            }),
        }
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, text: &str) -> Result<(), Cause> {
    let unusable = |_| {
        Cause::Encode(EncodeError::header(
            "host",
            "has characters no header can carry",
        ))
    };
    headers.insert(name, HeaderValue::from_str(text).map_err(unusable)?);
    Ok(())
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

//! Parses the signature in the `authorization` header or in the query of a presigned URL.

use super::Expected;
use crate::clock::parse_basic;
use crate::error::S3Error;
use crate::http::{Request, Target};
use crate::secret::Secret;
use std::time::{Duration, SystemTime};

/// The one algorithm.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// Seven days, the longest a presigned URL may live.
const MAX_EXPIRES: u64 = 604_800;
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Where the signature was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    Header,
    Query { expires: Duration },
}

/// A request's claim to be signed.
#[derive(Debug, Clone)]
pub(crate) struct Authorization {
    pub(crate) location: Location,
    pub(crate) access_key_id: String,
    /// Scope: day, region, service.
    pub(crate) date: String,
    pub(crate) region: String,
    pub(crate) service: String,
    pub(crate) signed_headers: Vec<String>,
    pub(crate) signature: String,
    /// The time of signing as it was written, and read.
    pub(crate) timestamp: String,
    pub(crate) signed_at: SystemTime,
    pub(crate) payload_hash: String,
    /// `x-amz-security-token`.
    pub(crate) security_token: Option<Secret>,
    /// `x-amz-s3session-token`.
    pub(crate) session_token: Option<Secret>,
}

impl Authorization {
    pub(crate) fn parse(request: &Request, target: &Target) -> Result<Self, S3Error> {
        let header = text(request, "authorization")?;
        let presigned = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"]
            .iter()
            .any(|name| target.has(name));
        match (header, presigned) {
            (Some(_), true) => Err(S3Error::new(
                400,
                "InvalidArgument",
                "Only one auth mechanism allowed",
            )),
            (Some(header), false) => Self::from_header(request, &header),
            (None, true) => Self::from_query(request, target),
            (None, false) => Err(S3Error::access_denied()),
        }
    }

    fn from_header(request: &Request, header: &str) -> Result<Self, S3Error> {
        let malformed = |message: &str| Location::Header.malformed(message);
        let Some(fields) = header
            .strip_prefix(ALGORITHM)
            .filter(|rest| rest.starts_with(' '))
        else {
            return Err(S3Error::invalid_request(
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            ));
        };
        let field = |name: &str| {
            let mut found = fields
                .split(',')
                .filter_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
            match (found.next(), found.next()) {
                (Some(value), None) => Ok(value),
                _ => Err(malformed(&format!(
                    "The authorization header is malformed; it needs one {name}."
                ))),
            }
        };
        let (credential, signed, signature) = (
            field("Credential")?,
            field("SignedHeaders")?,
            field("Signature")?,
        );
        let timestamp = text(request, "x-amz-date")?.ok_or_else(|| {
            S3Error::new(
                403,
                "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header",
            )
        })?;
        let payload_hash = text(request, "x-amz-content-sha256")?.ok_or_else(|| {
            S3Error::invalid_request(
                "Missing required header for this request: x-amz-content-sha256",
            )
        })?;
        let mut parsed = Self::parts(
            Location::Header,
            credential,
            signed,
            signature,
            timestamp,
            payload_hash,
        )?;
        parsed.security_token = text(request, "x-amz-security-token")?.map(Secret::new);
        parsed.session_token = text(request, "x-amz-s3session-token")?.map(Secret::new);
        Ok(parsed)
    }

    fn from_query(request: &Request, target: &Target) -> Result<Self, S3Error> {
        let mut location = Location::Query {
            expires: Duration::ZERO,
        };
        let needed = |name: &str| {
            let mut found = target
                .query
                .iter()
                .filter(|(key, _)| key == name.as_bytes());
            match (found.next(), found.next()) {
                (Some((_, value)), None) => Ok(String::from_utf8_lossy(value).into_owned()),
                _ => Err(location.malformed(&format!(
                    "Query-string authentication needs one {name} parameter."
                ))),
            }
        };
        if needed("X-Amz-Algorithm")? != ALGORITHM {
            return Err(location.malformed("X-Amz-Algorithm only supports AWS4-HMAC-SHA256"));
        }
        let (credential, signed) = (needed("X-Amz-Credential")?, needed("X-Amz-SignedHeaders")?);
        let (signature, timestamp) = (needed("X-Amz-Signature")?, needed("X-Amz-Date")?);
        let expires = needed("X-Amz-Expires")?
            .parse()
            .ok()
            .filter(|seconds| (1..=MAX_EXPIRES).contains(seconds));
        let expires = expires.ok_or_else(|| {
            location.malformed("X-Amz-Expires must be a number of seconds from 1 to 604800")
        })?;
        location = Location::Query {
            expires: Duration::from_secs(expires),
        };
        let payload_hash =
            text(request, "x-amz-content-sha256")?.unwrap_or_else(|| UNSIGNED.to_owned());
        let mut parsed = Self::parts(
            location,
            &credential,
            &signed,
            &signature,
            timestamp,
            payload_hash,
        )?;
        parsed.security_token = token(request, target, "X-Amz-Security-Token")?;
        parsed.session_token = token(request, target, "X-Amz-S3session-Token")?;
        Ok(parsed)
    }

    fn parts(
        location: Location,
        credential: &str,
        signed_headers: &str,
        signature: &str,
        timestamp: String,
        payload_hash: String,
    ) -> Result<Self, S3Error> {
        let mut scope = credential.rsplitn(5, '/');
        let mut part = || scope.next().map(str::to_owned);
        let (terminator, service, region, date, access_key_id) =
            (part(), part(), part(), part(), part());
        let (Some(access_key_id), Some(date), Some(region), Some(service), Some("aws4_request")) =
            (access_key_id, date, region, service, terminator.as_deref())
        else {
            return Err(location.malformed(
                "The Credential is malformed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
            ));
        };
        let Some(signed_at) = parse_basic(&timestamp) else {
            return Err(S3Error::new(
                403,
                "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header",
            ));
        };
        if timestamp.get(..8) != Some(date.as_str()) {
            return Err(location.malformed(&format!(
                "Invalid credential date \"{date}\". This date is not the same as X-Amz-Date: \"{}\".",
                timestamp.get(..8).unwrap_or_default()
            )));
        }
        Ok(Self {
            location,
            access_key_id,
            date,
            region,
            service,
            signed_headers: parse_signed_headers(location, signed_headers)?,
            signature: signature.to_owned(),
            timestamp,
            signed_at,
            payload_hash,
            security_token: None,
            session_token: None,
        })
    }

    /// The scope must name the peer's service and region.
    pub(crate) fn check_scope(&self, expected: &Expected<'_>) -> Result<(), S3Error> {
        let subject = self.location.subject();
        if self.service != expected.service {
            return Err(self.location.malformed(&format!(
                "{subject}; incorrect service \"{}\". This endpoint belongs to \"{}\".",
                self.service, expected.service
            )));
        }
        if self.region != expected.region {
            let message = format!(
                "{subject}; the region '{}' is wrong; expecting '{}'",
                self.region, expected.region
            );
            return Err(self
                .location
                .malformed(&message)
                .with("Region", expected.region));
        }
        Ok(())
    }
}

impl Location {
    fn subject(self) -> &'static str {
        match self {
            Self::Header => "The authorization header is malformed",
            Self::Query { .. } => "Error parsing the X-Amz-Credential parameter",
        }
    }

    fn malformed(self, message: &str) -> S3Error {
        let code = match self {
            Self::Header => "AuthorizationHeaderMalformed",
            Self::Query { .. } => "AuthorizationQueryParametersError",
        };
        S3Error::new(400, code, message)
    }
}

/// Lower case, sorted, no name twice, `host` among them.
fn parse_signed_headers(location: Location, list: &str) -> Result<Vec<String>, S3Error> {
    let names: Vec<String> = list.split(';').map(str::to_owned).collect();
    let well_formed = names
        .iter()
        .all(|name| !name.is_empty() && *name == name.to_ascii_lowercase());
    if !well_formed || !names.is_sorted_by(|a, b| a < b) {
        return Err(location
            .malformed("SignedHeaders must be lower-case header names in order, each once."));
    }
    if !names.iter().any(|name| name == "host") {
        return Err(S3Error::new(
            403,
            "AccessDenied",
            "There were headers present in the request which were not signed",
        )
        .with("HeadersNotSigned", "host"));
    }
    Ok(names)
}

fn text(request: &Request, name: &str) -> Result<Option<String>, S3Error> {
    let found = request.headers.single_text(name);
    found.map_err(|duplicate| {
        S3Error::invalid_request(format!("The header {} is there twice.", duplicate.0))
    })
}

/// A presigned request carries its token in the query; one in a signed header is taken as well.
fn token(request: &Request, target: &Target, name: &str) -> Result<Option<Secret>, S3Error> {
    if let Some(token) = target.parameter(name) {
        return Ok(Some(Secret::new(token)));
    }
    Ok(text(request, &name.to_ascii_lowercase())?.map(Secret::new))
}

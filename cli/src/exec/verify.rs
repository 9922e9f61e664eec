//! Whether a request was signed with the keys of this run, in its headers or in its query.

use std::ops::Range;
use std::time::{Duration, SystemTime};

use aws_smithy_types::date_time::{DateTime, Format};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use zonal::__private::signing::{KeyCache, Payload, Scope, Signature, Unsigned, sign_again};
use zonal::Secret;

use super::keys::{Key, Keys};
use super::refusal::Refusal;
use super::target::{QueryParams, canonical_path};

/// How far the time of a signature may be from now, as S3 has it.
const SKEW: Duration = Duration::from_secs(900);
/// A URL is valid for a week at most.
const LONGEST: u64 = 604_800;
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const HASH: &str = "x-amz-content-sha256";

/// A request whose signature is right.
pub(super) struct Verified<'k> {
    pub(super) key: &'k Key,
    pub(super) signature: Signature,
    /// What the signature says of the body.
    pub(super) payload: String,
}

/// What a request says of its signature.
struct Claim {
    /// Key id, date, region, service and the word at the end.
    credential: Vec<String>,
    signed: Vec<String>,
    signature: Secret,
    time: SystemTime,
    /// For so long a URL is valid.
    expires: Option<Duration>,
    token: Option<Secret>,
    payload: String,
}

/// Verifies a request.
pub(super) fn verify<'k>(
    keys: &'k Keys,
    cache: &KeyCache,
    head: &Parts,
    query: &QueryParams,
    now: SystemTime,
) -> Result<Verified<'k>, Refusal> {
    let claim = match query.get("X-Amz-Signature") {
        Some(signature) => Claim::in_query(head, query, signature)?,
        None => Claim::in_headers(head)?,
    };
    let credential: Vec<_> = claim.credential.iter().map(String::as_str).collect();
    let [id, _, region, service, "aws4_request"] = *credential else {
        return Err(Refusal::invalid(
            "The credential scope is not one of Signature Version 4.",
        ));
    };
    let key = keys.find(id).ok_or_else(Refusal::unknown_key)?;
    if claim.token != key.token {
        return Err(Refusal::unknown_key());
    }
    claim.check_time(now)?;
    let request = Unsigned {
        method: &head.method,
        authority: "",
        path: &canonical_path(head.uri.path()),
        query: &query.without("X-Amz-Signature"),
        payload: Payload::Hash(&claim.payload),
    };
    let scope = Scope { region, service };
    let signed = claim.signed_headers(head)?;
    let signature = sign_again(
        &request,
        signed,
        key.credentials.signing_keys(),
        scope,
        claim.time,
        cache,
    )
    .map_err(|_| Refusal::wrong_signature())?;
    if Secret::from(signature.signature()) == claim.signature {
        Ok(Verified {
            key,
            signature,
            payload: claim.payload,
        })
    } else {
        Err(Refusal::wrong_signature())
    }
}

impl Claim {
    fn in_headers(head: &Parts) -> Result<Self, Refusal> {
        let text = |name: &str| head.headers.get(name)?.to_str().ok();
        let authorization = text("authorization")
            .ok_or_else(|| Refusal::denied("zonal exec takes no requests without a signature."))?;
        let unknown = || Refusal::invalid("The authorization is none of Signature Version 4.");
        let fields = authorization
            .strip_prefix("AWS4-HMAC-SHA256")
            .ok_or_else(unknown)?;
        let field = |name: &str| {
            let mut fields = fields
                .split(',')
                .filter_map(|field| field.trim().split_once('='));
            let found = fields.find(|(field, _)| *field == name);
            found.map(|(_, value)| value).ok_or_else(unknown)
        };
        let token = text("x-amz-s3session-token").or(text("x-amz-security-token"));
        Ok(Self {
            credential: split(field("Credential")?, '/'),
            signed: split(field("SignedHeaders")?, ';'),
            signature: field("Signature")?.into(),
            time: time(text("x-amz-date").unwrap_or_default())?,
            expires: None,
            token: token.map(Secret::from),
            payload: text(HASH)
                .ok_or_else(|| Refusal::invalid("The header x-amz-content-sha256 is missing."))?
                .to_owned(),
        })
    }

    fn in_query(head: &Parts, query: &QueryParams, signature: &str) -> Result<Self, Refusal> {
        let text = |name| query.get(name).unwrap_or_default();
        if text("X-Amz-Algorithm") != "AWS4-HMAC-SHA256" {
            return Err(Refusal::invalid(
                "The query is not signed with Signature Version 4.",
            ));
        }
        let seconds = text("X-Amz-Expires").parse::<u64>().ok();
        let seconds = seconds.filter(|seconds| *seconds <= LONGEST);
        let seconds =
            seconds.ok_or_else(|| Refusal::invalid("X-Amz-Expires is from 0 to 604800."))?;
        let token = query.get("X-Amz-S3session-Token");
        let token = token.or(query.get("X-Amz-Security-Token"));
        let hash = head.headers.get(HASH).and_then(|value| value.to_str().ok());
        let hash = query.get("X-Amz-Content-Sha256").or(hash);
        Ok(Self {
            credential: split(text("X-Amz-Credential"), '/'),
            signed: split(text("X-Amz-SignedHeaders"), ';'),
            signature: signature.into(),
            time: time(text("X-Amz-Date"))?,
            expires: Some(Duration::from_secs(seconds)),
            token: token.map(Secret::from),
            payload: hash.unwrap_or(UNSIGNED).to_owned(),
        })
    }

    fn check_time(&self, now: SystemTime) -> Result<(), Refusal> {
        let ahead = self.time.duration_since(now).unwrap_or_default();
        let behind = now.duration_since(self.time).unwrap_or_default();
        if ahead <= SKEW && behind <= self.expires.unwrap_or(SKEW) {
            Ok(())
        } else {
            Err(Refusal::wrong_time())
        }
    }

    /// The headers that are signed. Those that tell S3 what to do must be.
    fn signed_headers<'h>(
        &self,
        head: &'h Parts,
    ) -> Result<Vec<(&'h str, &'h HeaderValue)>, Refusal> {
        let is_signed = |name: &str| self.signed.iter().any(|signed| signed == name);
        let must = |name: &HeaderName| *name == "host" || name.as_str().starts_with("x-amz-");
        if head
            .headers
            .keys()
            .any(|name| must(name) && !is_signed(name.as_str()))
        {
            return Err(Refusal::denied(
                "The host and all headers that begin with x-amz- must be signed.",
            ));
        }
        let all = head.headers.iter();
        let named = all.map(|(name, value)| (name.as_str(), value));
        Ok(named.filter(|(name, _)| is_signed(name)).collect())
    }
}

fn split(text: &str, at: char) -> Vec<String> {
    text.split(at).map(str::to_owned).collect()
}

/// A time such as `20260115T100000Z`.
fn time(text: &str) -> Result<SystemTime, Refusal> {
    let wrong =
        || Refusal::invalid("The time of the signature is missing, or not like 20260115T100000Z.");
    let part = |range: Range<usize>| text.get(range).ok_or_else(wrong);
    let dated = format!(
        "{}-{}-{}T{}:{}:{}",
        part(0..4)?,
        part(4..6)?,
        part(6..8)?,
        part(9..11)?,
        part(11..13)?,
        part(13..16)?
    );
    let time = DateTime::from_str(&dated, Format::DateTime).map_err(|_| wrong())?;
    SystemTime::try_from(time).map_err(|_| wrong())
}

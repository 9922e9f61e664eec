//! Which operations are signed.

use crate::api::Auth;
use crate::model::{Shape, ShapeKind};
use crate::traits::TraitValue;
use crate::traits::http::{self, OptionalAuth, Sigv4};

/// The scheme of calls that are not signed.
pub(crate) const NO_AUTH: &str = "smithy.api#noAuth";

/// Schemes of Smithy and AWS that a service can have, other than the one that is generated.
const OTHERS: &[&str] = &[
    "aws.auth#cognitoUserPools",
    "aws.auth#sigv4a",
    "smithy.api#httpApiKeyAuth",
    "smithy.api#httpBasicAuth",
    "smithy.api#httpBearerAuth",
    "smithy.api#httpDigestAuth",
];

/// The schemes that the shape lists; those that a service has, where it lists none. None for an operation that leaves
/// it to its service.
pub(crate) fn listed(shape: &Shape<'_>) -> Option<Vec<String>> {
    if let Some(http::Auth(listed)) = shape.traits.get() {
        return Some(listed);
    }
    let is_scheme = |id: &&str| *id == Sigv4::ID || OTHERS.contains(id);
    let own = shape.traits.iter().map(|found| found.id.as_str());
    let own = own.filter(is_scheme).map(str::to_owned);
    matches!(shape.kind, ShapeKind::Service(_)).then(|| own.collect())
}

/// What the operation says, or else its service. The first scheme of the list is preferred, but a client that
/// has credentials signs where it may.
pub(super) fn lower(service: &Shape<'_>, operation: &Shape<'_>) -> Auth {
    let schemes = [operation, service].into_iter().find_map(listed);
    let schemes = schemes.unwrap_or_default();
    let has = |wanted: &str| schemes.iter().any(|scheme| scheme == wanted);
    let anonymous = has(NO_AUTH) || operation.traits.has::<OptionalAuth>();
    match (has(Sigv4::ID), anonymous) {
        (true, false) => Auth::Signed,
        (true, true) => Auth::Optional,
        (false, _) => Auth::Anonymous,
    }
}

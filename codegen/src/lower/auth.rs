//! Which operations are signed.

use crate::api::Auth;
use crate::model::Shape;
use crate::traits::TraitValue;
use crate::traits::http::{self, OptionalAuth, Sigv4};

/// The scheme of calls that are not signed.
pub(crate) const NO_AUTH: &str = "smithy.api#noAuth";

/// What the operation says, or else its service. The first scheme of the list is preferred, but a client that
/// has credentials signs where it may.
pub(super) fn lower(service: &Shape<'_>, operation: &Shape<'_>) -> Auth {
    let traits = [&operation.traits, &service.traits];
    let listed = traits
        .into_iter()
        .find_map(|traits| traits.get::<http::Auth>());
    let (signed, anonymous) = match &listed {
        Some(http::Auth(schemes)) => {
            let has = |wanted: &str| schemes.iter().any(|scheme| scheme == wanted);
            (has(Sigv4::ID), schemes.is_empty() || has(NO_AUTH))
        }
        None => (true, false),
    };
    match (signed, anonymous || operation.traits.has::<OptionalAuth>()) {
        (true, false) => Auth::Signed,
        (true, true) => Auth::Optional,
        (false, _) => Auth::Anonymous,
    }
}

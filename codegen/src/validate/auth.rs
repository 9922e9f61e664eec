//! Operations can be called with one of the schemes that they list.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, one_of};
use crate::lower::auth::NO_AUTH;
use crate::model::Shape;
use crate::select::Closure;
use crate::traits::TraitValue;
use crate::traits::http::{Auth, Sigv4};

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    check_list(closure.service, diagnostics);
    for operation in &closure.operations {
        check_list(operation, diagnostics);
    }
}

/// An empty list is one as well: nothing is signed.
fn check_list(shape: &Shape<'_>, diagnostics: &mut Diagnostics) {
    let (Some(Auth(schemes)), Some(span)) = (shape.traits.get(), shape.traits.value_span::<Auth>())
    else {
        return;
    };
    let is_known = |scheme: &String| [Sigv4::ID, NO_AUTH].contains(&scheme.as_str());
    if schemes.is_empty() || schemes.iter().any(is_known) {
        return;
    }
    let message = format!(
        "`{}` asks for {}, which is not generated",
        shape.id.name(),
        one_of(&schemes)
    );
    let error = Diagnostic::error(Code::UnsupportedTrait, message)
        .at(span, "has no scheme that is")
        .of(shape.id);
    diagnostics.push(error.help(format!("`{}` and `{NO_AUTH}` are generated", Sigv4::ID)));
}

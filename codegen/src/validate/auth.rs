//! Operations whose calls are not signed, though their service asks who calls.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, one_of};
use crate::lower::auth::{NO_AUTH, listed};
use crate::model::Shape;
use crate::select::Closure;
use crate::traits::TraitValue;
use crate::traits::http::{Auth, Sigv4};

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    check_schemes(closure.service, diagnostics);
    for operation in &closure.operations {
        check_schemes(operation, diagnostics);
    }
}

/// An empty list is one as well: nothing is signed.
fn check_schemes(shape: &Shape<'_>, diagnostics: &mut Diagnostics) {
    let Some(schemes) = listed(shape) else { return };
    let is_known = |scheme: &String| [Sigv4::ID, NO_AUTH].contains(&scheme.as_str());
    if schemes.is_empty() || schemes.iter().any(is_known) {
        return;
    }
    let message = format!(
        "`{}` asks for {}: its calls are not signed",
        shape.id.name(),
        one_of(&schemes)
    );
    let span = shape.traits.span_of::<Auth>().or(shape.span);
    let warning = Diagnostic::warning(Code::LeftOut, message)
        .at_opt(span, "")
        .of(shape.id);
    diagnostics.push(
        warning.help(
            "add the header that says who calls by a hook, or by the option `header` of a call",
        ),
    );
}

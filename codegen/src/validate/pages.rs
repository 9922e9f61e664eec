//! `smithy.api#paginated` names members that are there and fit.

use std::collections::HashSet;

use super::named::{Found, Named};
use crate::diagnostics::{Code, Diagnostics, Severity};
use crate::model::{Kind, Shape};
use crate::select::Closure;
use crate::traits::http::Paginated;
use crate::traits::simple::{ClientOptional, Required};

/// Checks the pages; gives back the operations whose pages cannot be generated.
pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) -> HashSet<String> {
    let mut left_out = HashSet::new();
    let shared = closure
        .service
        .traits
        .get::<Paginated>()
        .unwrap_or_default();
    for operation in &closure.operations {
        if let (Some(own), Some(span)) = (
            operation.traits.get::<Paginated>(),
            operation.traits.value_span::<Paginated>(),
        ) {
            let mut named = Named {
                model: closure.model,
                operation,
                span,
                severity: Severity::Error,
                diagnostics,
            };
            let before = named.diagnostics.len();
            check_operation(&mut named, &own.or(shared.clone()));
            if diagnostics.len() > before {
                left_out.insert(operation.id.to_string());
            }
        }
    }
    left_out
}

fn check_operation<'n, 'a>(named: &mut Named<'n, 'a>, pages: &Paginated) {
    let Some(content) = named.operation.as_operation() else {
        return;
    };
    let model = named.model;
    let (input, output) = (model.target(&content.input), model.target(&content.output));
    let sent = match &pages.input_token {
        Some(name) => input_token(named, input, name),
        None => missing(named, "inputToken"),
    };
    let received = match &pages.output_token {
        Some(path) => named.path(output, path),
        None => missing(named, "outputToken"),
    };
    if let (Some(sent), Some(received)) = (sent, received) {
        same_type(named, &sent, &received);
    }
    if let Some(found) = pages
        .page_size
        .as_ref()
        .and_then(|name| named.member(input, name))
        && !is_size(found.target.kind.tag())
    {
        let message = "the size of a page is an integer, or a text that says one";
        named.report(Code::BadPages, message, "`pageSize` names it", Some(&found));
    }
    if let Some(found) = pages
        .items
        .as_ref()
        .and_then(|path| named.path(output, path))
        && !matches!(found.target.kind.tag(), Kind::List | Kind::Map)
    {
        let message = "the items of a page are a list or a map";
        named.report(Code::BadPages, message, "`items` names it", Some(&found));
    }
}

fn input_token<'n, 'a>(
    named: &mut Named<'n, 'a>,
    input: &'n Shape<'a>,
    name: &str,
) -> Option<Found<'n, 'a>> {
    let found = named.member(input, name)?;
    let kind = found.target.kind.tag();
    if kind != Kind::String && !is_integer(kind) {
        let message = "the token of a page is neither a string nor an integer";
        named.leave_out(
            Code::BadPages,
            message,
            "`inputToken` names it",
            Some(&found),
        );
        return None;
    }
    if found.member.traits.has::<Required>() && !found.member.traits.has::<ClientOptional>() {
        let message = "the token of a page cannot be required: there is none for the first page";
        named.report(
            Code::BadPages,
            message,
            "`inputToken` names it",
            Some(&found),
        );
        return None;
    }
    Some(found)
}

fn same_type(named: &mut Named<'_, '_>, sent: &Found<'_, '_>, received: &Found<'_, '_>) {
    let (kind, other) = (sent.target.kind.tag(), received.target.kind.tag());
    let message = if kind != other {
        format!(
            "the token of the next page is not {}, as that which is sent",
            kind.with_article()
        )
    } else if sent.is_sensitive() != received.is_sensitive() {
        "of the two tokens of a page only one is sensitive".to_owned()
    } else {
        return;
    };
    named.leave_out(
        Code::BadPages,
        message,
        "`outputToken` names it",
        Some(received),
    );
}

fn missing<'n, 'a>(named: &mut Named<'n, 'a>, property: &str) -> Option<Found<'n, 'a>> {
    let message = format!("`{property}` is missing");
    named.report(
        Code::BadPages,
        message,
        "neither here nor at the service",
        None,
    );
    None
}

/// Older services take numbers as texts.
fn is_size(kind: Kind) -> bool {
    matches!(kind, Kind::String | Kind::IntEnum) || is_integer(kind)
}

fn is_integer(kind: Kind) -> bool {
    matches!(kind, Kind::Byte | Kind::Short | Kind::Integer | Kind::Long)
}

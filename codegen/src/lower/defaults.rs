//! Members with a default: what a client makes of them.
//!
//! The service fills in what a request leaves out, so that a default is only sent where the member is required
//! as well. What an answer leaves out has its default.

use serde_json::Value;

use crate::api::{Api, Field, Type, TypeKind};
use crate::document::code_span;

/// Settles the members of nested structures, once it is known where these are used.
pub(super) fn settle(api: &mut Api<'_>) {
    for ty in &mut api.types {
        let settle = if ty.is_sent() { of_sent } else { of_received };
        ty.kind.fields_mut().iter_mut().for_each(settle);
    }
    let outputs = api.operations.iter_mut();
    let outputs = outputs.map(|operation| &mut operation.output.fields);
    let errors = api.errors.iter_mut().map(|error| &mut error.fields);
    let received = api.types.iter_mut().filter(|ty| !ty.is_sent());
    let received = received.filter_map(|ty| match &mut ty.kind {
        TypeKind::Structure(fields) => Some(fields),
        _ => None,
    });
    let all = outputs.chain(errors).chain(received).flatten();
    all.for_each(collected);
}

/// A list or map of what is only received: nobody has a use for the difference between one that is not there and one
/// that is empty. In what is sent the two are not the same.
fn collected(field: &mut Field<'_>) {
    field.collects = !field.required && matches!(field.ty, Type::List { .. } | Type::Map(_));
}

/// A member of what is sent: whoever leaves it out need not know what it is.
pub(super) fn of_sent(field: &mut Field<'_>) {
    if field.required && !field.is_label() {
        field.required = field.default.is_none();
    } else {
        field.default = None;
    }
}

/// A member of what is only received.
pub(super) fn of_received(field: &mut Field<'_>) {
    field.required |= field.default.is_some();
}

const EMPTY: &str = "Empty by default.";
const DEFAULT: &str = "Default ";

/// The default as documentation says it.
pub(super) fn words(default: &Value) -> String {
    match default {
        Value::String(text) if text.is_empty() => EMPTY.to_owned(),
        Value::Array(_) | Value::Object(_) => EMPTY.to_owned(),
        Value::String(text) => format!("{DEFAULT}{}.", code_span(text)),
        other => format!("{DEFAULT}`{other}`."),
    }
}

/// Whether this is what documentation says of a default.
pub(crate) fn are_words(text: &str) -> bool {
    text == EMPTY || text.starts_with(DEFAULT)
}

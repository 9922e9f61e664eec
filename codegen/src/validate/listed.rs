//! Strings that list their values, as Smithy 1.0 has them.

use std::collections::HashMap;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Shape, ShapeKind};
use crate::select::Closure;
use crate::traits::simple::EnumTrait;

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let strings = closure.shapes.iter();
    for shape in strings.filter(|shape| matches!(shape.kind, ShapeKind::String)) {
        if let Some(listed) = shape.traits.get() {
            check_values(shape, &listed, diagnostics);
        }
    }
}

fn check_values(shape: &Shape<'_>, EnumTrait(listed): &EnumTrait, diagnostics: &mut Diagnostics) {
    let span = shape.traits.value_span::<EnumTrait>();
    let mut report = |code: Code, message: String, label: &str, help: &str| {
        let error = Diagnostic::error(code, message)
            .at_opt(span, label)
            .of(shape.id);
        diagnostics.push(if help.is_empty() {
            error
        } else {
            error.help(help)
        });
    };
    if listed.is_empty() {
        let message = format!("`{}` lists no value", shape.id.name());
        report(Code::MissingProperty, message, "has none", "");
    }
    let mut values = HashMap::new();
    for definition in listed {
        let (value, name) = (&definition.value, definition.name());
        if values.insert(value, name).is_some() {
            let message = format!("the value `{value}` stands twice in an enum");
            report(Code::DuplicateEnumValue, message, "has it twice", "");
            continue;
        }
    }
}

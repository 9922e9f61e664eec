//! Shapes are finite, of kinds that are generated, and enums have distinct values.

use std::collections::{HashMap, HashSet};

use super::bindings::check_elements;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Kind, Member, Model, Shape, ShapeId, ShapeKind};
use crate::select::Closure;
use crate::traits::simple::{EnumValue, ErrorTrait, Required};

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let tops = top_level(closure);
    for shape in &closure.shapes {
        check_not_empty(shape, diagnostics);
        shape
            .members()
            .for_each(|member| check_target(closure.model, member, diagnostics));
        match &shape.kind {
            ShapeKind::Enum(_) | ShapeKind::IntEnum(_) => check_enum(shape, diagnostics),
            ShapeKind::List(_) | ShapeKind::Map(_) => {
                check_nested(closure.model, shape, diagnostics)
            }
            // Those of inputs and outputs are checked with their bindings.
            ShapeKind::Structure(members) | ShapeKind::Union(members)
                if !tops.contains(&shape.id) =>
            {
                check_elements(&members.iter().collect::<Vec<_>>(), diagnostics);
            }
            _ => {}
        }
    }
    check_finite(closure, diagnostics);
}

fn top_level<'a>(closure: &Closure<'_, 'a>) -> HashSet<ShapeId<'a>> {
    let operations = closure
        .operations
        .iter()
        .filter_map(|operation| operation.as_operation());
    let ends = operations.flat_map(|operation| [operation.input.id, operation.output.id]);
    let errors = closure
        .shapes
        .iter()
        .filter(|shape| shape.traits.has::<ErrorTrait>())
        .map(|shape| shape.id);
    ends.chain(errors).collect()
}

fn check_target(model: &Model<'_>, member: &Member<'_>, diagnostics: &mut Diagnostics) {
    let kind = model.target(&member.target).kind.tag();
    if kind == Kind::Document {
        let message =
            "restXml has no form for documents: what one would look like in XML is nowhere defined";
        let error = Diagnostic::error(Code::UnsupportedShape, message)
            .at(member.target.span, "")
            .of(member.id());
        diagnostics.push(error.help("choose operations that do without it, with `--operation`"));
    }
}

fn check_not_empty(shape: &Shape<'_>, diagnostics: &mut Diagnostics) {
    let kind = shape.kind.tag();
    if matches!(kind, Kind::Union | Kind::Enum | Kind::IntEnum) && shape.members().next().is_none()
    {
        let message = format!("{} needs a member", kind.with_article());
        diagnostics.push(
            Diagnostic::error(Code::MissingProperty, message)
                .at_opt(shape.span, "has none")
                .of(shape.id),
        );
    }
}

fn check_enum(shape: &Shape<'_>, diagnostics: &mut Diagnostics) {
    let is_int = matches!(shape.kind, ShapeKind::IntEnum(_));
    let mut taken: HashMap<EnumValue, &Member<'_>> = HashMap::new();
    for member in shape.members() {
        let span = member
            .traits
            .value_span::<EnumValue>()
            .unwrap_or(member.span);
        let value = match member.traits.read::<EnumValue>() {
            Some(Ok(value)) => value,
            Some(Err(_)) => continue,
            None if is_int => {
                let error = Diagnostic::error(
                    Code::MissingProperty,
                    "a member of an intEnum needs a value",
                )
                .at(span, "has none");
                let help = "add for example `\"smithy.api#enumValue\": 1`";
                diagnostics.push(error.of(member.id()).help(help));
                continue;
            }
            None => EnumValue::String(member.name.to_owned()),
        };
        if matches!(value, EnumValue::Integer(_)) != is_int {
            let expected = if is_int { "an integer" } else { "a string" };
            let message = format!(
                "the value of a member of {} is {expected}",
                shape.kind.tag().with_article()
            );
            diagnostics.push(
                Diagnostic::error(Code::BadTraitValue, message)
                    .at(span, "")
                    .of(member.id()),
            );
            continue;
        }
        if let Some(first) = taken.get(&value) {
            let error = Diagnostic::error(
                Code::DuplicateEnumValue,
                "two members of an enum have the same value",
            )
            .at(span, "the same value")
            .also(first.span, format!("`{}` has it first", first.name));
            diagnostics.push(error.of(member.id()));
        } else {
            taken.insert(value, member);
        }
    }
}

/// Reports lists and maps that hold themselves with no structure or union between, for which Rust has no type.
fn check_nested(model: &Model<'_>, shape: &Shape<'_>, diagnostics: &mut Diagnostics) {
    let mut seen = HashSet::new();
    let mut pending = vec![shape];
    while let Some(at) = pending.pop() {
        let nested = at
            .members()
            .filter(|_| matches!(at.kind, ShapeKind::List(_) | ShapeKind::Map(_)));
        for member in nested {
            if member.target.id == shape.id {
                let message = format!(
                    "`{}` holds itself, with no structure between",
                    shape.id.name()
                );
                let error = Diagnostic::error(Code::InfiniteShape, message)
                    .at(member.target.span, "leads back to it");
                return diagnostics.push(error.also(shape.span, "this one").of(shape.id));
            }
            if seen.insert(member.target.id) {
                pending.push(model.target(&member.target));
            }
        }
    }
}

/// Reports structures and unions of which no finite value exists.
fn check_finite(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let mut finite: HashSet<ShapeId<'_>> = HashSet::new();
    loop {
        let before = finite.len();
        for shape in &closure.shapes {
            if !finite.contains(&shape.id) && is_finite(shape, &finite) {
                finite.insert(shape.id);
            }
        }
        if finite.len() == before {
            break;
        }
    }
    let mut reported: HashSet<ShapeId<'_>> = HashSet::new();
    for shape in closure
        .shapes
        .iter()
        .filter(|shape| !finite.contains(&shape.id))
    {
        let cycle = cycle_from(closure.model, shape, &finite);
        if cycle.iter().all(|member| reported.insert(member.container)) {
            diagnostics.push(infinite(&cycle));
        }
    }
}

fn is_finite(shape: &Shape<'_>, finite: &HashSet<ShapeId<'_>>) -> bool {
    let ends = |member: &Member<'_>| {
        member.target.id == crate::model::UNIT || finite.contains(&member.target.id)
    };
    match &shape.kind {
        ShapeKind::Structure(members) => members
            .iter()
            .all(|member| !member.traits.has::<Required>() || ends(member)),
        ShapeKind::Union(members) => members.is_empty() || members.iter().any(ends),
        _ => true,
    }
}

/// The members that lead from a shape without finite values back to itself, or to another such circle.
fn cycle_from<'m, 'a>(
    model: &'m Model<'a>,
    shape: &'m Shape<'a>,
    finite: &HashSet<ShapeId<'_>>,
) -> Vec<&'m Member<'a>> {
    let mut path: Vec<&Member<'_>> = Vec::new();
    let mut at = shape;
    loop {
        if let Some(start) = path.iter().position(|member| member.container == at.id) {
            return path.split_off(start);
        }
        let is_union = matches!(at.kind, ShapeKind::Union(_));
        let next = at.members().find(|member| {
            (is_union || member.traits.has::<Required>())
                && member.target.id != crate::model::UNIT
                && !finite.contains(&member.target.id)
        });
        let Some(member) = next else { return path };
        path.push(member);
        at = model.target(&member.target);
    }
}

fn infinite(cycle: &[&Member<'_>]) -> Diagnostic {
    let Some((first, rest)) = cycle.split_first() else {
        return Diagnostic::error(Code::InfiniteShape, "a shape contains itself");
    };
    let name = first.container.name();
    let message = format!("`{name}` contains itself, always: no value of it is finite");
    let error = Diagnostic::error(Code::InfiniteShape, message)
        .at(first.span, "required, and leads back here");
    let error = rest.iter().fold(error, |error, member| {
        error.also(member.span, "by way of this")
    });
    error
        .of(first.id())
        .help("make one of the members optional, or put a list between")
}

//! Streams of events: each event a structure whose members stand where they can.

use std::collections::HashSet;

use super::http::is_text;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::model::{Kind, Member, Model, Shape, ShapeKind};
use crate::select::Closure;
use crate::traits::TraitValue;
use crate::traits::simple::{ErrorTrait, EventHeader, EventPayload, Streaming};

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let model = closure.model;
    let mut events = HashSet::new();
    for stream in closure.shapes.iter().filter(|shape| is_stream(shape)) {
        for member in stream.members() {
            let target = model.target(&member.target);
            if !matches!(target.kind, ShapeKind::Structure(_)) {
                let kind = target.kind.tag().with_article();
                let message = format!("an event cannot be {kind}");
                let error = Diagnostic::error(Code::BadBindingType, message)
                    .at(member.target.span, "")
                    .also(stream.traits.span_of::<Streaming>(), "a stream of events");
                diagnostics.push(error.of(member.id()).help("it can be a structure"));
            } else if events.insert(target.id) && !target.traits.has::<ErrorTrait>() {
                check_event(model, target, diagnostics);
            }
        }
    }
    let others = closure
        .shapes
        .iter()
        .filter(|shape| !events.contains(&shape.id));
    for member in others.flat_map(|shape| shape.members()) {
        for id in [EventHeader::ID, EventPayload::ID] {
            if let Some(found) = member.traits.find(id) {
                let message = format!("`{id}` is for the members of events");
                let error = Diagnostic::error(Code::MisplacedTrait, message).at(found.span, "");
                let help = "make the structure a member of a union with `smithy.api#streaming`, or take the trait away";
                diagnostics.push(error.of(member.id()).help(help));
            }
        }
    }
}

fn is_stream(shape: &Shape<'_>) -> bool {
    matches!(shape.kind, ShapeKind::Union(_)) && shape.traits.has::<Streaming>()
}

/// One member at most is the payload, and then no other stands in it.
fn check_event(model: &Model<'_>, event: &Shape<'_>, diagnostics: &mut Diagnostics) {
    let mut payload: Option<&Member<'_>> = None;
    let mut others = Vec::new();
    for member in event.members() {
        let kind = model.target(&member.target).kind.tag();
        if let Some(found) = member.traits.find(EventHeader::ID) {
            let fits = is_header(kind);
            check_type(
                member,
                fits,
                "a header of an event",
                found.span,
                diagnostics,
            );
        } else if let Some(found) = member.traits.find(EventPayload::ID) {
            let fits = matches!(
                kind,
                Kind::Blob | Kind::String | Kind::Enum | Kind::Structure | Kind::Union
            );
            check_type(
                member,
                fits,
                "the payload of an event",
                found.span,
                diagnostics,
            );
            match payload {
                None => payload = Some(member),
                Some(first) => {
                    let message = "two members are the whole payload";
                    let error = Diagnostic::error(Code::DuplicateBinding, message)
                        .at(found.span, "the second one")
                        .also(first.span, format!("`{}` is the first", first.name));
                    diagnostics.push(error.of(member.id()));
                }
            }
        } else {
            others.push(member);
        }
    }
    if let (Some(payload), Some(other)) = (payload, others.first()) {
        let message = format!(
            "`{}` is the whole payload, but other members stand in the payload too",
            payload.name
        );
        let error = Diagnostic::error(Code::PayloadConflict, message)
            .at_opt(payload.traits.span_of::<EventPayload>(), "the payload")
            .also(other.span, "stands in the payload, being no header");
        let help = "make the others headers with `smithy.api#eventHeader`, or take `smithy.api#eventPayload` away";
        diagnostics.push(error.of(payload.id()).help(help));
    }
}

/// What can be a header of an event: what one of HTTP can be, fractions aside, and bytes.
fn is_header(kind: Kind) -> bool {
    let is_fraction = matches!(kind, Kind::Float | Kind::Double);
    kind == Kind::Blob || (is_text(kind) && !is_fraction)
}

fn check_type(
    member: &Member<'_>,
    fits: bool,
    what: &str,
    span: crate::source::Span,
    diagnostics: &mut Diagnostics,
) {
    if !fits {
        let error = Diagnostic::error(Code::BadBindingType, format!("this cannot be {what}"))
            .at(member.target.span, "")
            .also(span, "bound here");
        diagnostics.push(error.of(member.id()));
    }
}

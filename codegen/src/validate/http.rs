//! What `smithy.api#http` and `smithy.api#endpoint` say agrees with the input's members.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest, one_of};
use crate::model::{Kind, Member, Model, Shape};
use crate::select::Closure;
use crate::source::Span;
use crate::traits::TraitValue;
use crate::traits::http::{Endpoint, HostLabel, Http, HttpError, HttpLabel};
use crate::traits::simple::{ErrorTrait, Required};
use crate::traits::uri::host_labels;

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    for operation in &closure.operations {
        check_operation(closure.model, operation, diagnostics);
    }
    for shape in closure
        .shapes
        .iter()
        .filter(|shape| shape.traits.has::<ErrorTrait>())
    {
        let (Some(HttpError(code)), Some(span)) =
            (shape.traits.get(), shape.traits.value_span::<HttpError>())
        else {
            continue;
        };
        if !(300..=599).contains(&code) {
            let error = Diagnostic::error(
                Code::BadStatus,
                format!("an error cannot have the status {code}"),
            );
            diagnostics.push(error.at(span, "expected 300 to 599").of(shape.id));
        }
    }
}

fn check_operation(model: &Model<'_>, operation: &Shape<'_>, diagnostics: &mut Diagnostics) {
    let Some(content) = operation.as_operation() else {
        return;
    };
    let input = model.target(&content.input);
    let http = match operation.traits.read::<Http>() {
        None => return diagnostics.push(missing_http(operation)),
        // The trait pass has reported it.
        Some(Err(_)) => return,
        Some(Ok(http)) => http,
    };
    let span = operation
        .traits
        .value_span::<Http>()
        .unwrap_or(content.input.span);
    let uri = Uri {
        operation,
        input,
        span,
    };
    if !(100..=599).contains(&http.code) {
        let error = Diagnostic::error(Code::BadStatus, format!("there is no status {}", http.code));
        diagnostics.push(error.at(span, "expected 100 to 599").of(operation.id));
    }
    for (label, greedy) in http.uri.labels() {
        uri.check_label(model, label, greedy, diagnostics);
    }
    for member in input
        .members()
        .filter(|member| member.traits.has::<HttpLabel>())
    {
        if !http.uri.labels().any(|(label, _)| label == member.name) {
            let name = member.name;
            let message = format!(
                "the URI of `{}` has no label `{{{name}}}`",
                operation.id.name()
            );
            let error = Diagnostic::error(Code::LabelNotInUri, message)
                .at(member.span, "bound to the path")
                .also(span, format!("in `{}`", http.uri.as_str()))
                .of(member.id());
            diagnostics.push(error.help(format!(
                "add `/{{{name}}}` to the URI, or bind the member elsewhere"
            )));
        }
    }
    check_host(operation, input, diagnostics);
}

fn missing_http(operation: &Shape<'_>) -> Diagnostic {
    Diagnostic::error(Code::MissingHttp, format!("`{}` does not say how it is called", operation.id.name()))
        .at_opt(operation.span, format!("has no `{}`", Http::ID))
        .of(operation.id)
        .help("add for example `\"smithy.api#http\": { \"method\": \"GET\", \"uri\": \"/\", \"code\": 200 }`")
}

/// A URI pattern with what it belongs to.
struct Uri<'u, 'a> {
    operation: &'u Shape<'a>,
    input: &'u Shape<'a>,
    span: Span,
}

impl Uri<'_, '_> {
    fn check_label(
        &self,
        model: &Model<'_>,
        label: &str,
        greedy: bool,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(member) = self.input.fields().and_then(|members| members.get(label)) else {
            return diagnostics.push(self.unbound(label));
        };
        if !member.traits.has::<HttpLabel>() {
            let message = format!("`{label}` stands in the URI but is not bound to it");
            let error = Diagnostic::error(Code::UnboundLabel, message)
                .at(member.span, "this member gives the label its value")
                .also(self.span, format!("has `{{{label}}}`"))
                .of(member.id());
            return diagnostics.push(error.help("add `\"smithy.api#httpLabel\": {}` to it"));
        }
        if !member.traits.has::<Required>() {
            diagnostics.push(not_required(member, "a path without it is another path"));
        }
        let kind = model.target(&member.target).kind.tag();
        let suitable = if greedy {
            matches!(kind, Kind::String | Kind::Enum)
        } else {
            is_text(kind)
        };
        if !suitable {
            let what = if greedy { "a greedy label" } else { "a label" };
            let message = format!("{what} cannot be {}", kind.with_article());
            let can = if greedy {
                "it can be a string"
            } else {
                "it can be a string, a number, a boolean or a timestamp"
            };
            let error = Diagnostic::error(Code::BadBindingType, message)
                .at(member.target.span, "")
                .of(member.id());
            diagnostics.push(error.help(can));
        }
    }

    fn unbound(&self, label: &str) -> Diagnostic {
        let names: Vec<&str> = self.input.members().map(|member| member.name).collect();
        let message = format!(
            "`{}` has no member for the label `{{{label}}}`",
            self.input.id.name()
        );
        let error = Diagnostic::error(Code::UnboundLabel, message)
            .at(self.span, format!("has `{{{label}}}`"))
            .also(self.input.span, "the input")
            .of(self.operation.id);
        match &nearest(label, names)[..] {
            [] => error.help(format!(
                "add a required member `{label}` with `smithy.api#httpLabel` to the input"
            )),
            near => error.help(format!("did you mean {}?", one_of(near))),
        }
    }
}

fn not_required(member: &Member<'_>, why: &str) -> Diagnostic {
    Diagnostic::error(
        Code::LabelNotRequired,
        format!("the label `{}` may be left out", member.name),
    )
    .at(member.span, "is not required")
    .of(member.id())
    .note(why)
    .help("add `\"smithy.api#required\": {}` to it")
}

/// Whether values of this kind can be written as one piece of text.
pub(super) fn is_text(kind: Kind) -> bool {
    kind.is_simple() && !matches!(kind, Kind::Blob | Kind::Document)
}

fn check_host(operation: &Shape<'_>, input: &Shape<'_>, diagnostics: &mut Diagnostics) {
    let (Some(Endpoint { host_prefix }), Some(span)) = (
        operation.traits.get(),
        operation.traits.value_span::<Endpoint>(),
    ) else {
        return;
    };
    let Some(labels) = host_labels(&host_prefix) else {
        let message = format!("`{host_prefix}` is not a host prefix");
        let error = Diagnostic::error(Code::BadTraitValue, message)
            .at(span, "a brace is not closed, or no name is in it");
        return diagnostics.push(error.of(operation.id));
    };
    for label in labels {
        match input.fields().and_then(|members| members.get(label)) {
            Some(member) if !member.traits.has::<HostLabel>() => {
                let error = Diagnostic::error(
                    Code::UnboundLabel,
                    format!("`{label}` stands in the host but is not bound to it"),
                )
                .at(member.span, "this member gives the label its value")
                .also(span, format!("has `{{{label}}}`"))
                .of(member.id());
                diagnostics.push(error.help("add `\"smithy.api#hostLabel\": {}` to it"));
            }
            Some(member) if !member.traits.has::<Required>() => {
                diagnostics.push(not_required(member, "a host without it is another host"));
            }
            Some(_) => {}
            None => diagnostics.push(
                Uri {
                    operation,
                    input,
                    span,
                }
                .unbound(label),
            ),
        }
    }
}

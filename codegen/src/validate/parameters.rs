//! Every endpoint parameter that operations and members set is one of the rules'.

use std::borrow::Cow;
use std::fmt::Display;

use super::values::entry as member;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest, one_of};
use crate::json::Entry;
use crate::select::Closure;
use crate::source::Span;
use crate::traits::TraitValue;
use crate::traits::rules::{
    ClientContextParams, ContextParam, EndpointBdd, EndpointRuleSet, OperationContextParams,
    StaticContextParams,
};

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let Some(known) = declared(closure) else {
        return;
    };
    for operation in &closure.operations {
        for id in [StaticContextParams::ID, OperationContextParams::ID] {
            let entries = operation
                .traits
                .find(id)
                .and_then(|found| found.value.object().ok())
                .unwrap_or_default();
            for Entry { key, key_span, .. } in entries {
                check_name(&known, &key, key_span, operation.id, diagnostics);
            }
        }
    }
    let service = closure.service;
    let settings = service.traits.find(ClientContextParams::ID);
    let settings = settings.and_then(|found| found.value.object().ok());
    for Entry { key, key_span, .. } in settings.unwrap_or_default() {
        check_name(&known, &key, key_span, service.id, diagnostics);
    }
    for shape in &closure.shapes {
        for member in shape.members() {
            if let (Some(param), Some(span)) = (
                member.traits.get::<ContextParam>(),
                member.traits.value_span::<ContextParam>(),
            ) {
                check_name(&known, &param.name, span, member.id(), diagnostics);
            }
        }
    }
}

/// The names of the rules' parameters; none where there are no rules.
pub(super) fn declared(closure: &Closure<'_, '_>) -> Option<Vec<String>> {
    let parameters = parameters(closure)?.into_iter();
    Some(parameters.map(|entry| entry.key.into_owned()).collect())
}

/// The names of the settings that all clients of AWS have and that the rules read, such as `AWS::Region`.
pub(super) fn built_ins(closure: &Closure<'_, '_>) -> Vec<String> {
    let parameters = parameters(closure).unwrap_or_default().into_iter();
    let names = parameters.filter_map(|entry| member(entry.value, "builtIn")?.string().ok());
    names.map(Cow::into_owned).collect()
}

fn parameters<'a>(closure: &Closure<'_, 'a>) -> Option<Vec<Entry<'a>>> {
    let traits = &closure.service.traits;
    let rules = traits
        .find(EndpointRuleSet::ID)
        .or_else(|| traits.find(EndpointBdd::ID))?;
    member(rules.value, "parameters")?.object().ok()
}

fn check_name(
    known: &[String],
    name: &str,
    span: Span,
    of: impl Display,
    diagnostics: &mut Diagnostics,
) {
    if known.iter().any(|other| other == name) {
        return;
    }
    let message = format!("the endpoint rules have no parameter `{name}`");
    let error = Diagnostic::error(Code::UnknownParameter, message)
        .at(span, "sets it")
        .of(of);
    let near = nearest(name, known.iter().map(|known| &**known));
    let help = match &near[..] {
        [] => format!("they have {}", one_of(known)),
        near => format!("did you mean {}?", one_of(near)),
    };
    diagnostics.push(error.help(help));
}

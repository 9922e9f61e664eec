//! The service speaks a protocol that is generated.

use std::collections::HashSet;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, one_of};
use crate::select::{Closure, operations_of};
use crate::traits::TraitValue;
use crate::traits::http::RestXml;
use crate::traits::simple::ErrorTrait;

/// Traits of protocols that services of AWS speak, other than the one that is generated.
pub(super) const PROTOCOLS: &[&str] = &[
    "aws.protocols#awsJson1_0",
    "aws.protocols#awsJson1_1",
    "aws.protocols#awsQuery",
    "aws.protocols#ec2Query",
    "aws.protocols#restJson1",
    "smithy.protocols#rpcv2Cbor",
    "smithy.protocols#rpcv2Json",
];

/// Warns of operations that no service has.
fn unlisted(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let model = closure.model;
    let listed = model
        .services()
        .flat_map(|service| operations_of(model, service));
    let listed: HashSet<_> = listed.map(|operation| operation.id).collect();
    let operations = model
        .shapes()
        .filter(|shape| shape.as_operation().is_some() && !shape.is_mixin());
    for operation in operations.filter(|operation| !listed.contains(&operation.id)) {
        let message = format!("`{}` is left out: no service lists it", operation.id.name());
        let warning = Diagnostic::warning(Code::LeftOut, message).at_opt(operation.span, "");
        let help = format!("add it to the `operations` of `{}`", closure.service.id);
        diagnostics.push(warning.of(operation.id).help(help));
    }
}

/// Reports errors with another name: in restXml the name of an error is the code that services send.
fn renamed_errors(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let service = closure.service;
    let renamed = service.as_service().into_iter();
    for (error, name) in renamed.flat_map(|service| &service.rename) {
        if closure.model.target(error).traits.has::<ErrorTrait>() {
            let message = format!("the error `{}` cannot be renamed `{name}`", error.id.name());
            let diagnostic = Diagnostic::error(Code::UnsupportedShape, message)
                .at(error.span, "its name is the code that the service sends")
                .of(service.id);
            diagnostics.push(diagnostic.help("take it out of `rename`"));
        }
    }
}

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    unlisted(closure, diagnostics);
    let service = closure.service;
    renamed_errors(closure, diagnostics);
    if service.traits.has::<RestXml>() {
        return;
    }
    let spoken: Vec<_> = service
        .traits
        .iter()
        .filter(|found| PROTOCOLS.contains(&found.id.as_str()))
        .collect();
    let error = match &spoken[..] {
        [] => Diagnostic::error(
            Code::UnsupportedProtocol,
            format!("`{}` has no protocol", service.id.name()),
        )
        .at_opt(service.span, "has no protocol trait"),
        [first, rest @ ..] => {
            let ids: Vec<_> = spoken.iter().map(|found| found.id.as_str()).collect();
            let message = format!(
                "`{}` speaks {}, which is not generated",
                service.id.name(),
                one_of(&ids)
            );
            let error = Diagnostic::error(Code::UnsupportedProtocol, message).at(first.span, "");
            rest.iter().fold(error, |error, other| {
                error.also(other.span, "nor is this one")
            })
        }
    };
    diagnostics.push(error.of(service.id).help(format!(
        "clients are generated for services with `{}`",
        RestXml::ID
    )));
}

//! The service speaks a protocol that is generated.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, one_of};
use crate::select::Closure;
use crate::traits::TraitValue;
use crate::traits::http::RestXml;

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

pub(super) fn check(closure: &Closure<'_, '_>, diagnostics: &mut Diagnostics) {
    let service = closure.service;
    if let Some((first, _)) = service
        .as_service()
        .and_then(|content| content.rename.first())
    {
        let error = Diagnostic::error(
            Code::UnsupportedShape,
            "`rename` is not followed: shapes keep their names",
        );
        diagnostics.push(
            error
                .at(first.span, "")
                .of(service.id)
                .help("give the shapes themselves other names"),
        );
    }
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

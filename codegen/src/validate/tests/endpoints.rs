//! `smithy.rules#endpointTests` name operations, members and parameters that are there.

use super::all_operations;
use crate::diagnostics::{Code, Diagnostic};
use crate::json::{Entry, Json};
use crate::select::Closure;
use crate::traits::TraitValue;
use crate::traits::rules::{ClientContextParams, EndpointTests};
use crate::validate::parameters::{built_ins, declared};
use crate::validate::values::{Values, did_you_mean, entries, entry};

pub(super) fn check<'a>(closure: &Closure<'_, 'a>, mut values: Values<'_, 'a>) {
    let traits = &closure.service.traits;
    let (Some(found), Some(parameters)) = (traits.find(EndpointTests::ID), declared(closure))
    else {
        return;
    };
    let built_ins = built_ins(closure);
    let settings = traits.find(ClientContextParams::ID);
    let settings = settings
        .map(|found| entries(found.value))
        .unwrap_or_default();
    let settings: Vec<_> = settings.iter().map(|entry| &*entry.key).collect();
    let parameters: Vec<_> = parameters.iter().map(|name| &**name).collect();
    let built_ins: Vec<_> = built_ins.iter().map(|name| &**name).collect();
    let cases = entry(found.value, "testCases").and_then(|cases| cases.array().ok());
    for case in cases.unwrap_or_default() {
        names(
            &mut values,
            case,
            "params",
            "parameter of the endpoint rules",
            &parameters,
        );
        let inputs = entry(case, "operationInputs").and_then(|inputs| inputs.array().ok());
        for input in inputs.unwrap_or_default() {
            operation(closure, &mut values, input);
            names(
                &mut values,
                input,
                "builtInParams",
                "built-in of the endpoint rules",
                &built_ins,
            );
            names(
                &mut values,
                input,
                "clientParams",
                "setting of the client",
                &settings,
            );
        }
    }
}

fn operation<'a>(closure: &Closure<'_, 'a>, values: &mut Values<'_, 'a>, input: Json<'_>) {
    let Some(json) = entry(input, "operationName") else {
        return;
    };
    let name = json.string().unwrap_or_default();
    let operations = all_operations(closure);
    match operations
        .iter()
        .find(|operation| operation.id.name() == name)
    {
        Some(operation) => {
            if let (Some(content), Some(params)) =
                (operation.as_operation(), entry(input, "operationParams"))
            {
                values.members(params, closure.model.target(&content.input));
            }
        }
        None => {
            let known: Vec<_> = operations
                .iter()
                .map(|operation| operation.id.name())
                .collect();
            values.unknown("operation", &name, json.span(), &known);
        }
    }
}

/// Checks the keys of one of the objects of a test. Tests of AWS also set parameters that the rules once had, and
/// mistype some: nothing reads them, and the endpoint that is expected shows whether one was needed.
fn names(values: &mut Values<'_, '_>, of: Json<'_>, object: &str, what: &str, known: &[&str]) {
    for Entry { key, key_span, .. } in entry(of, object).map(entries).unwrap_or_default() {
        if !known.contains(&&*key) {
            let message = format!("unknown {what}: `{key}`");
            let warning = Diagnostic::warning(Code::UnknownName, message).at(key_span, "");
            let warning = warning.note("the test is run without it");
            let warning = did_you_mean(warning, &key, known, values.diagnostics);
            values.push(warning);
        }
    }
}

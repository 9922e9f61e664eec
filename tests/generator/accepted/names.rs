//! Models that call everything by names that mean something to Rust: keywords, the prelude, what the runtime exports,
//! and what the generator keeps for itself.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::service_traits;
use crate::reserved;

/// Names that stand in one model, at least.
const TOGETHER: usize = 50;

/// Names that stand in one input or output.
const FEW: usize = 6;

/// Keywords of Rust, and what is in scope everywhere or special to the compiler.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "raw", "ref", "return", "safe", "self",
    "static", "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized",
    "use", "virtual", "where", "while", "yield", "AsMut", "AsRef", "DoubleEndedIterator", "Drop",
    "ExactSizeIterator", "Extend", "Fn", "FnMut", "FnOnce", "FromIterator", "Future", "Infallible", "IntoFuture",
    "IntoIterator", "Item", "Iterator", "Output", "Send", "Sized", "Sync", "ToOwned", "ToString", "TryFrom",
    "TryInto", "Unpin", "UnknownValue", "add", "cmp", "eq", "hash", "index", "neg", "not", "sub", "u8", "i32",
    "bool", "str", "char", "vec", "_x", "_1x", "__2x",
];

/// Models in which each name is that of a structure, an enum, an error, a member and a rule, and every
/// `nth` name that of an operation too: operations are most of the code.
pub(super) fn models(nth: usize) -> Vec<Value> {
    let mut names: BTreeSet<String> = reserved::exports();
    let words = WORDS
        .iter()
        .copied()
        .chain(zonal_codegen::name::reserved::all());
    names.extend(words.map(str::to_owned));
    let names: Vec<_> = names.into_iter().collect();
    let models = names.len() / TOGETHER;
    let chunks: Vec<_> = names.chunks(names.len().div_ceil(models)).collect();
    // A parameter and a variable of the same rules cannot have the same name.
    let next = chunks.iter().cycle().skip(1);
    chunks
        .iter()
        .zip(next)
        .map(|(names, variables)| model(names, variables, nth))
        .collect()
}

/// A service in which all that has a name has one of these.
fn model(names: &[String], variables: &[String], nth: usize) -> Value {
    let mut shapes = Map::new();
    let mut operations = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let few: Vec<_> = (0..FEW).map(|next| (at + next) % names.len()).collect();
        let texts = of_text(few.iter().map(|at| &names[*at]));
        let shape = |kind: &str| format!("{kind}#{name}");
        if at % nth == 0 {
            operations.push(json!({ "target": shape("operations") }));
            operation(&mut shapes, names, &few, nth);
        }
        let traits = json!({ "smithy.api#error": "client", "smithy.api#httpError": 409 });
        let error = json!({ "type": "structure", "members": texts, "traits": traits });
        shapes.insert(shape("errors"), error);
        let structure = json!({ "type": "structure", "members": texts });
        shapes.insert(shape("structures"), structure);
        let members = json!({ name: { "target": "smithy.api#Unit" } });
        let enumeration = json!({ "type": "enum", "members": members });
        shapes.insert(shape("enums"), enumeration);
        let traits = json!({ "smithy.api#documentation": "A text." });
        shapes.insert(
            shape("texts"),
            json!({ "type": "string", "traits": traits }),
        );
    }
    whole(&mut shapes, names);
    shapes.insert(
        "demo#Demo".to_owned(),
        service(&operations, names, variables),
    );
    json!({ "smithy": "2.0", "shapes": shapes })
}

/// Members that are texts.
fn of_text<'n>(names: impl Iterator<Item = &'n String>) -> Map<String, Value> {
    names
        .map(|name| (name.clone(), json!({ "target": "smithy.api#String" })))
        .collect()
}

/// An operation of the first of the few names, with its input and output. The names up to the next operation are its
/// errors.
fn operation(shapes: &mut Map<String, Value>, names: &[String], few: &[usize], nth: usize) {
    let name = &names[few[0]];
    let errors = names.iter().cycle().skip(few[0]).take(nth + 1);
    let errors = errors.map(|name| json!({ "target": format!("errors#{name}") }));
    let output = json!({ "path": "text", "expected": "a", "comparator": "stringEquals" });
    let waiter = json!({ "acceptors": [
        { "state": "success", "matcher": { "success": true } },
        { "state": "failure", "matcher": { "output": output } },
    ] });
    shapes.insert(
        format!("operations#{name}"),
        json!({
            "type": "operation",
            "input": { "target": format!("inputs#{name}") },
            "output": { "target": format!("outputs#{name}") },
            "errors": errors.collect::<Vec<_>>(),
            "traits": {
                "smithy.api#http": { "method": "PUT", "uri": format!("/{name}/{{{name}}}") },
                "smithy.waiters#waitable": { name: waiter },
            },
        }),
    );
    shapes.insert(format!("inputs#{name}"), input(names, few));
    shapes.insert(format!("outputs#{name}"), output_of(names, few));
}

/// An input that has a member at each place of a request.
fn input(names: &[String], few: &[usize]) -> Value {
    let mut members = Map::new();
    let places = [
        json!({ "smithy.api#httpLabel": {}, "smithy.api#required": {} }),
        json!({ "smithy.api#httpHeader": "x-b", "smithy.api#required": {} }),
        json!({ "smithy.api#httpQuery": "d", "smithy.api#required": {}, "smithy.api#default": "d" }),
        json!({ "smithy.api#idempotencyToken": {} }),
        json!({}),
    ];
    for (at, place) in few.iter().zip(places) {
        let name = &names[*at];
        members.insert(
            name.clone(),
            json!({ "target": format!("texts#{name}"), "traits": place }),
        );
    }
    let whole = ["whole#structure", "whole#union"];
    let target = whole[few[0] % 2];
    members.insert(names[few[FEW - 1]].clone(), json!({ "target": target }));
    json!({ "type": "structure", "members": members })
}

/// An output that holds the types of these names.
fn output_of(names: &[String], few: &[usize]) -> Value {
    let mut members = Map::new();
    let header = json!({ "smithy.api#httpHeader": "x-a" });
    members.insert(
        "text".to_owned(),
        json!({ "target": "smithy.api#String", "traits": header }),
    );
    for (number, at) in few.iter().enumerate() {
        let mut of_kinds = ["structures", "enums", "texts", "errors"];
        of_kinds.rotate_left((number + few[0]) % 4);
        let target = format!("{}#{}", of_kinds[0], names[*at]);
        let traits = match number % 3 {
            0 => json!({ "smithy.api#required": {}, "smithy.api#xmlName": format!("N{number}") }),
            _ => json!({ "smithy.api#xmlName": format!("N{number}") }),
        };
        if names[*at] != "text" {
            members.insert(
                names[*at].clone(),
                json!({ "target": target, "traits": traits }),
            );
        }
    }
    for whole in ["structure", "union"] {
        let target = format!("whole#{whole}");
        members.insert(format!("whole_{whole}"), json!({ "target": target }));
    }
    json!({ "type": "structure", "members": members })
}

/// A structure and a union of all names.
fn whole(shapes: &mut Map<String, Value>, names: &[String]) {
    let of_kinds = [
        ("structure", ["enums", "structures"]),
        ("union", ["structures", "enums"]),
    ];
    for (whole, of_kinds) in of_kinds {
        let members = names.iter().enumerate().map(|(at, name)| {
            let target = format!("{}#{name}", of_kinds[at % 2]);
            (name.clone(), json!({ "target": target }))
        });
        let members: Map<String, Value> = members.collect();
        shapes.insert(
            format!("whole#{whole}"),
            json!({ "type": whole, "members": members }),
        );
    }
}

/// A service whose endpoint rules have parameters and variables of these names.
fn service(operations: &[Value], names: &[String], variables: &[String]) -> Value {
    let mut parameters = Map::new();
    let mut settings = Map::new();
    let mut rules = Vec::new();
    for (name, url) in names.iter().zip(variables.iter().cycle()) {
        parameters.insert(
            name.clone(),
            json!({ "type": "string", "documentation": "A parameter." }),
        );
        settings.insert(
            name.clone(),
            json!({ "type": "string", "documentation": "A setting." }),
        );
        rules.push(json!({
            "conditions": [
                { "fn": "isSet", "argv": [{ "ref": name }] },
                { "fn": "parseURL", "argv": [{ "ref": name }], "assign": url },
                { "fn": "stringEquals", "argv": [{ "fn": "getAttr", "argv": [{ "ref": url }, "scheme"] }, "https"] },
            ],
            "endpoint": { "url": { "ref": name } },
            "type": "endpoint",
        }));
    }
    rules.push(json!({ "conditions": [], "error": "no endpoint", "type": "error" }));
    let mut traits = service_traits();
    traits["smithy.rules#clientContextParams"] = Value::Object(settings);
    traits["smithy.rules#endpointRuleSet"] =
        json!({ "version": "1.0", "parameters": parameters, "rules": rules });
    json!({ "type": "service", "version": "2026-01-15", "operations": operations, "traits": traits })
}

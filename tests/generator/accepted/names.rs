//! Models that call everything by names that mean something to Rust: keywords, the prelude, what the runtime exports,
//! and every word that stands in generated code.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Map, Value, json};

use super::service_traits;
use crate::{own_output, root};

/// Names that stand in one model.
const TOGETHER: usize = 50;

/// Words that no generated file of ours has.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "raw", "ref", "return", "safe", "self",
    "static", "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized",
    "use", "virtual", "where", "while", "yield", "alloc", "con", "core", "aux", "nul", "prn", "proc_macro",
    "serde", "std", "test", "tokio", "lib", "main", "Clone", "Copy", "Debug", "Display", "Drop", "Eq",
    "Error", "Fn", "FnMut", "FnOnce", "Hash", "Infallible", "Item", "Iterator", "IntoFuture", "IntoIterator",
    "Ord", "PartialEq", "Self", "Send", "Sized", "Sync", "ToOwned", "ToString", "TryFrom", "TryInto", "Unpin",
    "Unknown", "UnknownValue", "add", "cmp", "eq", "hash", "index", "neg", "not", "sub", "u8", "i32", "bool",
    "str", "char", "_x", "_1", "__2",
];

pub(super) fn models() -> Vec<Value> {
    let names: Vec<_> = names().into_iter().collect();
    let starts = (0..names.len()).step_by(TOGETHER);
    let starts = starts.map(|start| start.min(names.len() - TOGETHER));
    starts
        .map(|start| model(&names[start..start + TOGETHER]))
        .collect()
}

/// Each once, whatever the case.
fn names() -> BTreeSet<String> {
    let mut names: BTreeSet<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
    for file in ["codegen.rs", "lib.rs"] {
        words(
            &fs::read_to_string(root().join("runtime/src").join(file)).unwrap(),
            &mut names,
        );
    }
    for (path, text) in own_output().files.iter() {
        let is_one_of_each = [
            "client.rs",
            "endpoint.rs",
            "lib.rs",
            "list_parts.rs",
            "put_object.rs",
            "get_object.rs",
        ];
        if path.starts_with("client/src") && is_one_of_each.iter().any(|end| path.ends_with(end)) {
            words(text, &mut names);
        }
    }
    names
}

/// The words of code, without its comments.
fn words(code: &str, names: &mut BTreeSet<String>) {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    for word in lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')) {
        let letters = word.trim_start_matches('_');
        if letters.len() > 1
            && letters.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.len() < 24
        {
            names.insert(word.to_owned());
        }
    }
}

/// A service in which all that has a name has one of these.
fn model(names: &[String]) -> Value {
    let mut shapes = Map::new();
    let mut operations = Vec::new();
    let text = json!({ "target": "smithy.api#String" });
    let of_text = |names: &[String]| -> Map<String, Value> {
        names
            .iter()
            .map(|name| (name.clone(), text.clone()))
            .collect()
    };
    let waiters = |name: &str| {
        json!({ name: { "acceptors": [
        { "state": "success", "matcher": { "success": true } },
        { "state": "failure", "matcher": { "output": { "path": "text", "expected": "a", "comparator": "stringEquals" } } },
    ] } })
    };
    for (number, name) in names.iter().enumerate() {
        let few: Vec<_> = (0..9)
            .map(|at| names[(number + at) % names.len()].clone())
            .collect();
        operations.push(json!({ "target": format!("operations#{name}") }));
        shapes.insert(format!("operations#{name}"), json!({
            "type": "operation",
            "input": { "target": format!("inputs#{name}") },
            "output": { "target": format!("outputs#{name}") },
            "errors": [{ "target": format!("errors#{name}") }],
            "traits": {
                "smithy.api#http": { "method": "PUT", "uri": format!("/{name}/{{{}}}", few[0]) },
                "smithy.waiters#waitable": waiters(name),
            },
        }));
        shapes.insert(format!("inputs#{name}"), structure(&few, number));
        shapes.insert(format!("outputs#{name}"), outputs(&few, number));
        shapes.insert(
            format!("errors#{name}"),
            json!({
                "type": "structure",
                "members": of_text(&few),
                "traits": { "smithy.api#error": "client", "smithy.api#httpError": 409 },
            }),
        );
        shapes.insert(
            format!("structures#{name}"),
            json!({ "type": "structure", "members": of_text(&few) }),
        );
        shapes.insert(
            format!("enums#{name}"),
            json!({
                "type": "enum",
                "members": { name: { "target": "smithy.api#Unit" } },
            }),
        );
        shapes.insert(
            format!("texts#{name}"),
            json!({
                "type": "string",
                "traits": { "smithy.api#documentation": "A text." },
            }),
        );
    }
    whole(&mut shapes, names);
    shapes.insert("demo#Demo".to_owned(), service(&operations, names));
    json!({ "smithy": "2.0", "shapes": shapes })
}

/// An input that has a member at each place of a request.
fn structure(names: &[String], number: usize) -> Value {
    let mut members = Map::new();
    let places = [
        json!({ "smithy.api#httpLabel": {}, "smithy.api#required": {} }),
        json!({ "smithy.api#httpHeader": "x-a" }),
        json!({ "smithy.api#httpHeader": "x-b", "smithy.api#required": {} }),
        json!({ "smithy.api#httpQuery": "c" }),
        json!({ "smithy.api#httpQuery": "d", "smithy.api#required": {}, "smithy.api#default": "d" }),
        json!({ "smithy.api#idempotencyToken": {} }),
        json!({ "smithy.api#required": {} }),
        json!({}),
    ];
    for (name, place) in names.iter().zip(places) {
        members.insert(
            name.clone(),
            json!({ "target": format!("texts#{name}"), "traits": place }),
        );
    }
    let target = if number.is_multiple_of(2) {
        "whole#structure"
    } else {
        "whole#union"
    };
    members.insert(names[8].clone(), json!({ "target": target }));
    json!({ "type": "structure", "members": members })
}

/// An output that holds the types of these names.
fn outputs(names: &[String], number: usize) -> Value {
    let mut members = Map::new();
    members.insert(
        "text".to_owned(),
        json!({ "target": "smithy.api#String", "traits": { "smithy.api#httpHeader": "x-a" } }),
    );
    for (at, name) in names.iter().enumerate() {
        let kind = ["structures", "enums", "texts", "errors"][(at + number) % 4];
        let traits = match at % 3 {
            0 => json!({ "smithy.api#required": {}, "smithy.api#xmlName": format!("N{at}") }),
            _ => json!({ "smithy.api#xmlName": format!("N{at}") }),
        };
        if name != "text" {
            members.insert(
                name.clone(),
                json!({ "target": format!("{kind}#{name}"), "traits": traits }),
            );
        }
    }
    members.insert(
        "whole_structure".to_owned(),
        json!({ "target": "whole#structure" }),
    );
    members.insert("whole_union".to_owned(), json!({ "target": "whole#union" }));
    json!({ "type": "structure", "members": members })
}

/// A structure, a union and an enum of all names.
fn whole(shapes: &mut Map<String, Value>, names: &[String]) {
    let members = |target: &dyn Fn(&String) -> String| -> Map<String, Value> {
        names
            .iter()
            .map(|name| (name.clone(), json!({ "target": target(name) })))
            .collect()
    };
    shapes.insert(
        "whole#structure".to_owned(),
        json!({ "type": "structure", "members": members(&|name| format!("enums#{name}")) }),
    );
    shapes.insert(
        "whole#union".to_owned(),
        json!({ "type": "union", "members": members(&|name| format!("structures#{name}")) }),
    );
}

/// A service whose endpoint rules have parameters and variables of these names.
fn service(operations: &[Value], names: &[String]) -> Value {
    let mut parameters = Map::new();
    let mut settings = Map::new();
    let mut rules = Vec::new();
    for name in names {
        parameters.insert(
            name.clone(),
            json!({ "type": "string", "documentation": "A parameter." }),
        );
        settings.insert(
            name.clone(),
            json!({ "type": "string", "documentation": "A setting." }),
        );
        let url = format!("{name}_url");
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

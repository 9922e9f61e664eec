//! Models that call everything by names that mean something to Rust: keywords, the prelude, what the runtime exports,
//! and every word that stands in generated code.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Map, Value, json};

use super::service_traits;
use crate::{own_output, root};

/// Names that stand in one model, at least.
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

/// What a name is the name of.
#[derive(Clone, Copy)]
enum Kinds {
    /// An operation, its input and output, an error, a structure and an enum.
    Each,
    /// One of these, by turns: all of them for every word would be too much for the compiler.
    ByTurns,
}

/// Of what a name is the name, by turns.
const TURNS: &[&str] = &["operations", "structures", "enums", "errors"];

impl Kinds {
    /// Whether the name at this place is that of one of this kind.
    fn has(self, kind: &str, at: usize) -> bool {
        matches!(self, Self::Each) || TURNS[at % TURNS.len()] == kind
    }

    /// The shape of this name, which stands at this place, that a member can have: the first of these kinds of
    /// which there is one, or a text.
    fn target(self, kinds: &[&str], names: &[String], at: usize) -> String {
        let kind = kinds.iter().find(|kind| self.has(kind, at));
        format!("{}#{}", kind.unwrap_or(&"texts"), names[at])
    }
}

pub(super) fn models() -> Vec<Value> {
    let words: BTreeSet<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
    let mut others = names_in_code();
    others.retain(|name| !words.contains(name));
    let both = [(words, Kinds::Each), (others, Kinds::ByTurns)];
    both.into_iter()
        .flat_map(|(names, kinds)| {
            let names: Vec<_> = names.into_iter().collect();
            let models = names.len() / TOGETHER;
            let chunks = names.chunks(names.len().div_ceil(models));
            chunks.map(|names| model(names, kinds)).collect::<Vec<_>>()
        })
        .collect()
}

/// The words that stand in generated code, and those that the runtime exports.
fn names_in_code() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
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
fn model(names: &[String], kinds: Kinds) -> Value {
    let mut shapes = Map::new();
    let mut operations = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let few: Vec<_> = (0..9).map(|next| (at + next) % names.len()).collect();
        let texts = of_text(few.iter().map(|at| &names[*at]));
        let shape = |kind: &str| format!("{kind}#{name}");
        if kinds.has("operations", at) {
            operations.push(json!({ "target": shape("operations") }));
            operation(&mut shapes, names, kinds, &few);
        }
        if kinds.has("errors", at) {
            let traits = json!({ "smithy.api#error": "client", "smithy.api#httpError": 409 });
            let error = json!({ "type": "structure", "members": texts, "traits": traits });
            shapes.insert(shape("errors"), error);
        }
        if kinds.has("structures", at) {
            let structure = json!({ "type": "structure", "members": texts });
            shapes.insert(shape("structures"), structure);
        }
        if kinds.has("enums", at) {
            let members = json!({ name: { "target": "smithy.api#Unit" } });
            shapes.insert(
                shape("enums"),
                json!({ "type": "enum", "members": members }),
            );
        }
        let traits = json!({ "smithy.api#documentation": "A text." });
        shapes.insert(
            shape("texts"),
            json!({ "type": "string", "traits": traits }),
        );
    }
    whole(&mut shapes, names, kinds);
    shapes.insert("demo#Demo".to_owned(), service(&operations, names));
    json!({ "smithy": "2.0", "shapes": shapes })
}

/// Members that are texts.
fn of_text<'n>(names: impl Iterator<Item = &'n String>) -> Map<String, Value> {
    names
        .map(|name| (name.clone(), json!({ "target": "smithy.api#String" })))
        .collect()
}

/// An operation of the first of the few names, with its input and output.
fn operation(shapes: &mut Map<String, Value>, names: &[String], kinds: Kinds, few: &[usize]) {
    let name = &names[few[0]];
    let errors = few.iter().find(|at| kinds.has("errors", **at));
    let errors = errors.map(|at| json!({ "target": format!("errors#{}", names[*at]) }));
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
            "errors": errors.into_iter().collect::<Vec<_>>(),
            "traits": {
                "smithy.api#http": { "method": "PUT", "uri": format!("/{name}/{{{name}}}") },
                "smithy.waiters#waitable": { name: waiter },
            },
        }),
    );
    shapes.insert(format!("inputs#{name}"), input(names, few));
    shapes.insert(format!("outputs#{name}"), output_of(names, kinds, few));
}

/// An input that has a member at each place of a request.
fn input(names: &[String], few: &[usize]) -> Value {
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
    for (at, place) in few.iter().zip(places) {
        let name = &names[*at];
        members.insert(
            name.clone(),
            json!({ "target": format!("texts#{name}"), "traits": place }),
        );
    }
    let whole = ["whole#structure", "whole#union"];
    let target = whole[few[0] / TURNS.len() % 2];
    members.insert(names[few[8]].clone(), json!({ "target": target }));
    json!({ "type": "structure", "members": members })
}

/// An output that holds the types of these names.
fn output_of(names: &[String], kinds: Kinds, few: &[usize]) -> Value {
    let mut members = Map::new();
    let header = json!({ "smithy.api#httpHeader": "x-a" });
    members.insert(
        "text".to_owned(),
        json!({ "target": "smithy.api#String", "traits": header }),
    );
    for (number, at) in few.iter().enumerate() {
        let mut of_kinds = ["structures", "enums", "texts", "errors"];
        of_kinds.rotate_left((number + few[0]) % 4);
        let target = kinds.target(&of_kinds, names, *at);
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
fn whole(shapes: &mut Map<String, Value>, names: &[String], kinds: Kinds) {
    let of_kinds = [
        ("structure", ["enums", "structures"]),
        ("union", ["structures", "enums"]),
    ];
    for (whole, of_kinds) in of_kinds {
        let members = names.iter().enumerate().map(|(at, name)| {
            let target = kinds.target(&of_kinds, names, at);
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

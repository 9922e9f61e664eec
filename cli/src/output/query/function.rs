//! The functions of JMESPath: which there are, what they take and what they give.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::arguments::Arguments;
use super::node::Node;
use super::number::Num;
use super::order::{equal, no_order, order};
use crate::number::is_float;
use crate::output::{json, python};

type Result<T = Value> = std::result::Result<T, String>;

/// A function.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// The types that each argument may have; any type if none is named.
    pub(super) parameters: &'static [&'static [&'static str]],
    /// Whether the last argument may be repeated.
    pub(super) variadic: bool,
    pub(super) call: fn(&Arguments<'_>) -> Result,
}

const ANY: &[&str] = &[];
const NUMBER: &[&str] = &["number"];
const NUMBERS: &[&str] = &["array-number"];
const STRING: &[&str] = &["string"];
const STRINGS: &[&str] = &["array-string"];
const ARRAY: &[&str] = &["array"];
const ARRAY_OR_STRING: &[&str] = &["array", "string"];
const COMPARABLE: &[&str] = &["array-number", "array-string"];
const OBJECT: &[&str] = &["object"];
const REFERENCE: &[&str] = &["expref"];

const fn of(
    name: &'static str,
    parameters: &'static [&'static [&'static str]],
    call: fn(&Arguments<'_>) -> Result,
) -> Function {
    Function {
        name,
        parameters,
        variadic: false,
        call,
    }
}

const fn variadic(function: Function) -> Function {
    Function {
        variadic: true,
        ..function
    }
}

static FUNCTIONS: [Function; 26] = [
    of("abs", &[NUMBER], |a| Num::of(a.value(0)).abs().value()),
    of("avg", &[NUMBERS], average),
    of("ceil", &[NUMBER], |a| {
        Num::of(a.value(0)).rounded(f64::ceil).value()
    }),
    of("contains", &[ARRAY_OR_STRING, ANY], contains),
    of("ends_with", &[STRING, STRING], |a| {
        Ok(a.string(0).ends_with(a.string(1)).into())
    }),
    of("floor", &[NUMBER], |a| {
        Num::of(a.value(0)).rounded(f64::floor).value()
    }),
    of("join", &[STRING, STRINGS], join),
    of("keys", &[OBJECT], |a| {
        Ok(a.object(0)
            .into_iter()
            .flat_map(Map::keys)
            .cloned()
            .collect())
    }),
    of("length", &[&["string", "array", "object"]], |a| {
        Ok(length(a.value(0)).into())
    }),
    of("map", &[REFERENCE, ARRAY], map),
    of("max", &[COMPARABLE], |a| {
        extreme(a.array(0), a.array(0), MAX)
    }),
    of("max_by", &[ARRAY, REFERENCE], |a| {
        extreme(a.array(0), &keys_of("max_by", a)?, MAX)
    }),
    variadic(of("merge", &[OBJECT], merge)),
    of("min", &[COMPARABLE], |a| {
        extreme(a.array(0), a.array(0), MIN)
    }),
    of("min_by", &[ARRAY, REFERENCE], |a| {
        extreme(a.array(0), &keys_of("min_by", a)?, MIN)
    }),
    variadic(of("not_null", &[ANY], not_null)),
    of("reverse", &[ARRAY_OR_STRING], |a| Ok(reverse(a.value(0)))),
    of("sort", &[&["array-string", "array-number"]], |a| {
        Ok(sort(a.array(0), a.array(0)))
    }),
    of("sort_by", &[ARRAY, REFERENCE], sort_by),
    of("starts_with", &[STRING, STRING], |a| {
        Ok(a.string(0).starts_with(a.string(1)).into())
    }),
    of("sum", &[NUMBERS], |a| sum(a.array(0)).value()),
    of("to_array", &[ANY], |a| Ok(to_array(a.value(0)))),
    of("to_number", &[ANY], to_number),
    of("to_string", &[ANY], |a| Ok(to_string(a.value(0)))),
    of("type", &[ANY], |a| Ok(type_of(a.value(0)).into())),
    of("values", &[OBJECT], |a| {
        Ok(a.object(0)
            .into_iter()
            .flat_map(Map::values)
            .cloned()
            .collect())
    }),
];

/// The function with this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

impl Function {
    /// The types that an argument may have.
    pub(super) fn types(&self, index: usize) -> &'static [&'static str] {
        let last = self.parameters.len().saturating_sub(1);
        self.parameters
            .get(index.min(last))
            .copied()
            .unwrap_or_default()
    }

    /// Checks the types of arguments, and of elements where an argument is a list.
    pub(super) fn check(&self, arguments: &Arguments<'_>) -> Result<()> {
        for (index, value) in arguments.values() {
            let types = self.types(index);
            if types.is_empty() {
                continue;
            }
            let found = type_of(value);
            let fits = |wanted: &&str| wanted.split('-').next() == Some(found);
            if !types.iter().any(fits) {
                return Err(self.wrong_type(value, types, found));
            }
            self.check_elements(value, types)?;
        }
        Ok(())
    }

    /// Where the list may be of this or of that, its first element decides.
    fn check_elements(&self, value: &Value, types: &[&str]) -> Result<()> {
        let mut wanted: Vec<_> = types
            .iter()
            .filter_map(|name| Some(name.split_once('-')?.1))
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        for element in value.as_array().into_iter().flatten() {
            let found = type_of(element);
            wanted.retain(|wanted| *wanted == found);
            if wanted.is_empty() {
                return Err(self.wrong_type(element, types, python_type(element)));
            }
        }
        Ok(())
    }

    fn wrong_type(&self, value: &Value, types: &[&str], found: &str) -> String {
        wrong_type(self.name, value, types, found)
    }
}

/// The value is not shown where it can hold a secret: credentials are answers too.
fn wrong_type(function: &str, value: &Value, types: &[&str], found: &str) -> String {
    let shown = match value {
        Value::String(_) | Value::Array(_) | Value::Object(_) => "...".into(),
        simple => python::text(simple),
    };
    let types = list(types);
    format!(
        "In function {function}(), invalid type for value: {shown}, expected one of: {types}, received: \"{found}\""
    )
}

/// `['string', 'array']`
pub(super) fn list(types: &[&str]) -> String {
    python::repr(&types.iter().copied().collect())
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What Python calls the type.
pub(super) fn python_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if is_float(number) => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

fn sum(items: &[Value]) -> Num {
    items
        .iter()
        .map(Num::of)
        .fold(Num::of(&Value::Null), Num::add)
}

fn average(arguments: &Arguments<'_>) -> Result {
    match arguments.array(0) {
        [] => Ok(Value::Null),
        items => Num::Float(sum(items).float() / items.len() as f64).value(),
    }
}

fn contains(arguments: &Arguments<'_>) -> Result {
    let search = arguments.value(1);
    match (arguments.value(0), search) {
        (Value::String(text), Value::String(search)) => Ok(text.contains(search.as_str()).into()),
        (Value::String(_), other) => {
            let other = python_type(other);
            Err(format!(
                "'in <string>' requires string as left operand, not {other}"
            ))
        }
        _ => Ok(arguments
            .array(0)
            .iter()
            .any(|item| equal(item, search))
            .into()),
    }
}

fn join(arguments: &Arguments<'_>) -> Result {
    let parts: Vec<_> = arguments
        .array(1)
        .iter()
        .filter_map(Value::as_str)
        .collect();
    Ok(parts.join(arguments.string(0)).into())
}

fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

fn apply(reference: &Node, items: &[Value]) -> Result<Vec<Value>> {
    items
        .iter()
        .map(|item| Ok(reference.find(item)?.into_owned()))
        .collect()
}

fn map(arguments: &Arguments<'_>) -> Result {
    apply(arguments.reference(0), arguments.array(1)).map(Value::Array)
}

fn merge(arguments: &Arguments<'_>) -> Result {
    let mut merged = Map::new();
    for (_, value) in arguments.values() {
        merged.extend(value.as_object().cloned().unwrap_or_default());
    }
    Ok(Value::Object(merged))
}

fn not_null(arguments: &Arguments<'_>) -> Result {
    let found = arguments.values().find(|(_, value)| !value.is_null());
    Ok(found.map_or(Value::Null, |(_, value)| value.clone()))
}

fn reverse(value: &Value) -> Value {
    match value {
        Value::String(text) => text.chars().rev().collect::<String>().into(),
        Value::Array(items) => items.iter().rev().cloned().collect(),
        _ => Value::Null,
    }
}

/// What the reference gives for each element: a number or a text.
fn keys_of(function: &str, arguments: &Arguments<'_>) -> Result<Vec<Value>> {
    let keys = apply(arguments.reference(1), arguments.array(0))?;
    match keys.iter().find(|key| !key.is_number() && !key.is_string()) {
        Some(key) => Err(wrong_type(
            function,
            key,
            &["number", "string"],
            type_of(key),
        )),
        None => Ok(keys),
    }
}

const MAX: (&str, Ordering) = (">", Ordering::Greater);
const MIN: (&str, Ordering) = ("<", Ordering::Less);

/// The first of the greatest or least elements by their keys.
fn extreme(items: &[Value], keys: &[Value], (sign, wanted): (&str, Ordering)) -> Result {
    let mut pairs = items.iter().zip(keys);
    let Some(mut best) = pairs.next() else {
        return Ok(Value::Null);
    };
    for pair in pairs {
        let order = order(pair.1, best.1).ok_or_else(|| no_order(sign, pair.1, best.1))?;
        if order == wanted {
            best = pair;
        }
    }
    Ok(best.0.clone())
}

/// Elements with equal keys keep their order.
fn sort(items: &[Value], keys: &[Value]) -> Value {
    let mut pairs: Vec<_> = items.iter().zip(keys).collect();
    pairs.sort_by(|left, right| order(left.1, right.1).unwrap_or(Ordering::Equal));
    pairs.into_iter().map(|(item, _)| item.clone()).collect()
}

/// The key of the first element decides whether all keys are numbers or texts.
fn sort_by(arguments: &Arguments<'_>) -> Result {
    let items = arguments.array(0);
    let keys = apply(arguments.reference(1), items)?;
    let Some(first) = keys.first().map(type_of) else {
        return Ok(Value::Array(Vec::new()));
    };
    if !["number", "string"].contains(&first) {
        return Err(wrong_type(
            "sort_by",
            &items[0],
            &["string", "number"],
            first,
        ));
    }
    match keys.iter().find(|key| type_of(key) != first) {
        Some(key) => Err(wrong_type("sort_by", key, &[first], type_of(key))),
        None => Ok(sort(items, &keys)),
    }
}

fn to_array(value: &Value) -> Value {
    match value {
        Value::Array(_) => value.clone(),
        other => Value::Array(vec![other.clone()]),
    }
}

fn to_number(arguments: &Arguments<'_>) -> Result {
    match arguments.value(0) {
        Value::Number(number) => Ok(Value::Number(number.clone())),
        Value::String(text) => Num::parse(text).map_or(Ok(Value::Null), Num::value),
        _ => Ok(Value::Null),
    }
}

fn to_string(value: &Value) -> Value {
    match value {
        Value::String(_) => value.clone(),
        other => Value::String(json::compact(other)),
    }
}

//! Expressions of the endpoint rules: function calls, references, templates, `getAttr` paths.

use serde_json::{Map, Value};

use super::Fault;
use crate::api::endpoint::{Expr, Function, Property, Step};
use crate::diagnostics::{nearest, one_of};

/// The numbers of parameters and variables.
#[derive(Default)]
pub(super) struct Variables {
    names: Vec<String>,
}

impl Variables {
    pub(super) fn new(params: impl Iterator<Item = String>) -> Self {
        Self {
            names: params.collect(),
        }
    }

    /// The number of a variable, a new one where it has none.
    pub(super) fn declare(&mut self, name: &str) -> usize {
        self.find(name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }

    /// The names that stand behind the parameters.
    pub(super) fn assigned(self, params: usize) -> Vec<String> {
        self.names.into_iter().skip(params).collect()
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    fn get(&self, name: &str) -> Result<Expr, Fault> {
        let found = self.find(name).map(Expr::Var);
        found.ok_or_else(|| {
            let near = nearest(name, self.names.iter().map(String::as_str));
            let message = format!("`{name}` is neither a parameter nor assigned by a condition");
            match &near[..] {
                [] => message,
                near => format!("{message}; did you mean {}?", one_of(near)),
            }
        })
    }
}

/// An argument: text with references, a reference, a call, or a constant.
pub(super) fn value(value: &Value, variables: &Variables) -> Result<Expr, Fault> {
    match value {
        Value::String(text) => template(text, variables),
        Value::Bool(value) => Ok(Expr::Bool(*value)),
        Value::Number(number) => number
            .as_i64()
            .map(Expr::Int)
            .ok_or_else(|| format!("{number} is not a whole number")),
        Value::Object(object) => {
            if let Some(name) = object.get("ref").and_then(Value::as_str) {
                return variables.get(name);
            }
            let (Some(function), Some(argv)) = (
                object.get("fn").and_then(Value::as_str),
                object.get("argv").and_then(Value::as_array),
            ) else {
                return Err(format!("expected `ref` or `fn` and `argv` in {value}"));
            };
            call(function, argv, variables)
        }
        other => Err(format!("{other} is not an expression")),
    }
}

/// A call of a function.
pub(super) fn call(name: &str, argv: &[Value], variables: &Variables) -> Result<Expr, Fault> {
    let arguments = || {
        argv.iter()
            .map(|argument| value(argument, variables))
            .collect::<Result<Vec<_>, _>>()
    };
    if name == "getAttr" {
        let [of, Value::String(path)] = argv else {
            return Err("getAttr takes a value and a path".to_owned());
        };
        return Ok(Expr::GetAttr(Box::new(value(of, variables)?), steps(path)?));
    }
    let (function, count) = match name {
        "isSet" => (Function::IsSet, 1),
        "not" => (Function::Not, 1),
        "stringEquals" => (Function::StringEquals, 2),
        "booleanEquals" => (Function::BooleanEquals, 2),
        "substring" => (Function::Substring, 4),
        "isValidHostLabel" => (Function::IsValidHostLabel, 2),
        "parseURL" => (Function::ParseUrl, 1),
        "uriEncode" => (Function::UriEncode, 1),
        "aws.partition" => (Function::Partition, 1),
        "aws.parseArn" => (Function::ParseArn, 1),
        "aws.isVirtualHostableS3Bucket" => (Function::IsVirtualHostableS3Bucket, 2),
        "ite" => (Function::Ite, 3),
        "split" => (Function::Split, 3),
        "coalesce" if argv.len() >= 2 => (Function::Coalesce, argv.len()),
        _ => return Err(format!("the function `{name}` is not known")),
    };
    if argv.len() != count {
        return Err(format!(
            "`{name}` takes {count} arguments, here are {}",
            argv.len()
        ));
    }
    Ok(Expr::Call(function, arguments()?))
}

/// `{name}` and `{name#path}` stand for values, `{{` and `}}` for braces.
pub(super) fn template(text: &str, variables: &Variables) -> Result<Expr, Fault> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '{' | '}' if chars.peek().is_some_and(|(_, next)| *next == c) => {
                chars.next();
                literal.push(c);
            }
            '{' => {
                let length = text[at..]
                    .find('}')
                    .ok_or_else(|| format!("a brace is not closed in {text:?}"))?;
                if !literal.is_empty() {
                    parts.push(Expr::Str(std::mem::take(&mut literal)));
                }
                parts.push(reference(&text[at + 1..at + length], variables)?);
                while chars.next_if(|(next, _)| *next <= at + length).is_some() {}
            }
            '}' => return Err(format!("a brace is closed and was not opened in {text:?}")),
            c => literal.push(c),
        }
    }
    if !literal.is_empty() || parts.is_empty() {
        parts.push(Expr::Str(literal));
    }
    Ok(match parts.len() {
        1 => parts.remove(0),
        _ => Expr::Template(parts),
    })
}

fn reference(text: &str, variables: &Variables) -> Result<Expr, Fault> {
    match text.split_once('#') {
        None => variables.get(text),
        Some((name, path)) => Ok(Expr::GetAttr(Box::new(variables.get(name)?), steps(path)?)),
    }
}

/// `resourceId[1]`, `name`, `[-2]`
fn steps(path: &str) -> Result<Vec<Step>, Fault> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (field, index) = match part.split_once('[') {
            Some((field, index)) => (field, Some(index)),
            None => (part, None),
        };
        if !field.is_empty() {
            steps.push(Step::Field(field.to_owned()));
        }
        if let Some(index) = index {
            let number = index.strip_suffix(']').and_then(|index| index.parse().ok());
            steps.push(Step::Index(
                number.ok_or_else(|| format!("`{path}` is not a path"))?,
            ));
        }
    }
    if steps.is_empty() {
        Err(format!("`{path}` is not a path"))
    } else {
        Ok(steps)
    }
}

/// A property of an endpoint: JSON whose texts may hold references.
pub(super) fn property(value: &Value, variables: &Variables) -> Result<Property, Fault> {
    Ok(match value {
        Value::String(text) => Property::Text(template(text, variables)?),
        Value::Bool(value) => Property::Bool(*value),
        Value::Array(items) => Property::List(
            items
                .iter()
                .map(|item| property(item, variables))
                .collect::<Result<_, _>>()?,
        ),
        Value::Object(object) => Property::Map(entries(object, variables)?),
        other => return Err(format!("{other} cannot stand in a property")),
    })
}

fn entries(
    object: &Map<String, Value>,
    variables: &Variables,
) -> Result<Vec<(String, Property)>, Fault> {
    object
        .iter()
        .map(|(name, value)| Ok((name.clone(), property(value, variables)?)))
        .collect()
}

//! One option's text as a value.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Number, Value};
use zonal_commands::{Kind, Member};

use super::{file, kind_of, shorthand};
use crate::args::Senseless;
use crate::failure::Failure;
use crate::number::{is_float, quoted, whole};
use crate::version::behaviour;
use zonal_config::Env;

/// The value of an option. What it is like inside is checked later, with that of JSON.
pub(crate) fn of_text(member: &Member, text: &str, env: &Env) -> Result<Value, Failure> {
    let name = member.flag;
    match *kind_of(member) {
        Kind::Blob => Ok(Value::String(
            STANDARD.encode(file::bytes(name, text, env)?),
        )),
        Kind::Integer | Kind::Long => {
            // the longer kind is looked at when the line is, the other later, when it may have come from a file
            let loaded = match member.kind {
                Kind::Long => text.to_owned(),
                _ => file::text(name, text, env)?,
            };
            let number =
                whole(&format!("--{name}"), &loaded).map_err(|failure| match member.kind {
                    Kind::Long => {
                        let text = quoted(text);
                        Senseless(format!(
                            "argument --{name}: invalid int value: {text}; expected a whole number"
                        ))
                        .into()
                    }
                    _ => failure,
                })?;
            Ok(integer(number))
        }
        Kind::Float => {
            let text = file::text(name, text, env)?;
            let number = text.trim().parse().ok().and_then(Number::from_f64);
            number
                .map(Value::Number)
                .ok_or_else(|| Failure::new(format!("could not convert string to float: '{text}'")))
        }
        Kind::Structure(_) | Kind::Map { .. } | Kind::List { .. } => {
            let text = file::text(name, text, env)?;
            complex(member, &text, env)
        }
        Kind::Boolean
        | Kind::String
        | Kind::Secret
        | Kind::Enum(_)
        | Kind::Timestamp(_)
        | Kind::Stream => {
            if text.starts_with("fileb://") {
                file::bytes(name, text, env)?;
                Err(Failure::validation(&[format!(
                    "Invalid type for parameter {}, value: the bytes of {text}, type: <class 'bytes'>, valid types: \
                     <class 'str'>",
                    member.name
                )]))
            } else {
                Ok(Value::String(file::text(name, text, env)?))
            }
        }
    }
}

/// The value of an option that takes several words.
pub(super) fn of_list(
    member: &Member,
    words: &[&str],
    last: &str,
    env: &Env,
) -> Result<Value, Failure> {
    let first = file::text(member.flag, words.first().copied().unwrap_or(last), env)?;
    if first.trim_start().starts_with(['[', '{']) && words.len() <= 1 {
        return complex(member, &first, env);
    }
    let Kind::List { item, .. } = member.kind else {
        return complex(member, &first, env);
    };
    let load = |path: &str| file::text(member.flag, path, env).map_err(|failure| failure.text);
    // names of one kind stand in a header, where a comma is between them
    let is_name = matches!(item, Kind::Enum(_)) && !behaviour().sends_any_value;
    let split = |word: &&'_ str| -> Vec<String> {
        if is_name && !word.starts_with("file") {
            word.split(',').map(str::to_owned).collect()
        } else {
            vec![(*word).to_owned()]
        }
    };
    let words: Vec<_> = words.iter().flat_map(split).collect();
    let items = words.iter().map(|word| {
        let text = file::text(member.flag, word, env)?;
        let item = match item {
            Kind::Structure(_) | Kind::Map { .. } => shorthand::parse(item, &text, &load),
            Kind::Integer | Kind::Long => {
                let number = whole(&format!("--{}", member.flag), &text)?;
                Ok(integer(number))
            }
            _ => Ok(Value::String(text)),
        };
        item.map_err(|problem| Failure::parameter(&format!("--{}", member.flag), problem))
    });
    Ok(Value::Array(items.collect::<Result<_, _>>()?))
}

/// Whether it fits is checked with all other values.
fn integer(number: i128) -> Value {
    Number::from_i128(number).map_or(Value::Null, Value::Number)
}

/// JSON where it looks like JSON, shorthand otherwise.
fn complex(member: &Member, text: &str, env: &Env) -> Result<Value, Failure> {
    let load = |path: &str| file::text(member.flag, path, env).map_err(|failure| failure.text);
    let fail = |problem: String| Failure::parameter(&format!("--{}", member.flag), problem);
    if text.trim_start().starts_with(['{', '[']) {
        return serde_json::from_str(text).map_err(|error| fail(format!("Invalid JSON: {error}")));
    }
    shorthand::parse(&member.kind, text, &load).map_err(fail)
}

/// What Python calls the type of a value.
pub(crate) fn python_type(value: &Value) -> &'static str {
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

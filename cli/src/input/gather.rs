//! Puts options and JSON together.

use serde_json::{Map, Value};
use zonal_commands::{Command, Kind};

use super::{file, value};
use crate::args::{Arguments, FROM_JSON, FROM_YAML, Given, check_json};
use crate::failure::Failure;
use crate::version::behaviour;
use zonal_config::Env;

/// Where the body of a request comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// There is none.
    #[default]
    Nowhere,
    /// The file; `-` is standard input.
    File(String),
    /// What stands in JSON is the body itself.
    Text(String),
}

/// The input as an object with the names of the API. What the line says counts more than JSON.
pub(crate) fn gather(
    command: &'static Command,
    arguments: &Arguments<'_>,
    env: &Env,
) -> Result<(Value, Source), Failure> {
    let mut given = Map::new();
    let mut body = Source::default();
    for (member, text) in &arguments.members {
        let name = member.name.to_owned();
        let value = match (text, member.kind) {
            (Given::Flag(flag), _) => Value::Bool(*flag),
            (Given::Text(path), Kind::Stream) => {
                body = Source::File((*path).to_owned());
                continue;
            }
            (Given::Text(text), Kind::List { .. }) => {
                let words = list_words(arguments, member.name);
                value::of_list(member, &words, text, env)?
            }
            (Given::Text(text), _) => value::of_text(member, text, env)?,
        };
        given.insert(name, value);
    }
    let (name, all) = match (arguments.json, arguments.yaml) {
        (None, None) => return Ok((Value::Object(given), body)),
        (Some(json), None) => (FROM_JSON, from_json(json, env)?),
        (None, Some(yaml)) => (FROM_YAML, from_yaml(yaml, env)?),
        (Some(_), Some(_)) => {
            return Err(Failure::parameter(
                FROM_YAML,
                "there is --cli-input-json as well; one of them is enough",
            ));
        }
    };
    let mut all = match all {
        Value::Object(all) => all,
        other => {
            return Err(Failure::parameter(
                name,
                format!(
                    "it must be an object with the names of members, not {}",
                    value::python_type(&other)
                ),
            ));
        }
    };
    check_json(command, &mut all)?;
    all.extend(given);
    let streams = command.input.members.iter();
    for member in streams.filter(|member| matches!(member.kind, Kind::Stream)) {
        if let Some(Value::String(text)) = all.shift_remove(member.name)
            && body == Source::Nowhere
        {
            body = Source::Text(text);
        }
    }
    Ok((Value::Object(all), body))
}

/// The same for YAML.
fn from_yaml(yaml: &str, env: &Env) -> Result<Value, Failure> {
    let text = file::text(FROM_YAML, yaml, env)?;
    super::yaml::read(&text)
        .map_err(|problem| Failure::parameter(FROM_YAML, format!("Invalid YAML: {problem}")))
}

/// The words of the last mention of a list.
fn list_words<'a>(arguments: &Arguments<'a>, name: &str) -> Vec<&'a str> {
    let words = arguments.members.iter();
    words
        .filter(|(member, _)| member.name == name)
        .filter_map(|(_, given)| match given {
            Given::Text(text) => Some(*text),
            Given::Flag(_) => None,
        })
        .collect()
}

/// The text is read once, so that it may come from a pipe; it is not repeated in an error, for it may hold keys.
fn from_json(json: &str, env: &Env) -> Result<Value, Failure> {
    if let Some(path) = json.strip_prefix("file://")
        && behaviour().bodies_are_files
        && env.expand(path).exists()
        && !env.expand(path).is_file()
    {
        return Err(Failure::parameter(
            FROM_JSON,
            format!(
                "Invalid JSON: {path} cannot be read twice, as version 2 does; use a regular file"
            ),
        ));
    }
    let text = file::text(FROM_JSON, json, env)?;
    // JSON as bytes may have a mark in front
    let text = if json.starts_with("fileb://") {
        text.strip_prefix('\u{feff}').unwrap_or(&text)
    } else {
        &text
    };
    let read = serde_json::from_str(text);
    let read = read.or_else(|error| match python_numbers(text) {
        Some(text) if behaviour().python_json => serde_json::from_str(&text).map_err(|_| error),
        _ => Err(error),
    });
    read.map_err(|error| Failure::parameter(FROM_JSON, format!("Invalid JSON: {error}")))
}

/// JSON of Python with a number that fits no member in place of `NaN` and `Infinity`; none if it has neither.
fn python_numbers(text: &str) -> Option<String> {
    const BEYOND: &str = "1e999";
    let mut out = String::with_capacity(text.len());
    let (mut is_string, mut is_escaped, mut found) = (false, false, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let names = ["NaN", "Infinity"].into_iter();
        let name = names
            .filter(|_| !is_string)
            .find(|name| rest.starts_with(name));
        if let Some(name) = name {
            found = true;
            out.push_str(BEYOND);
            rest = &rest[name.len()..];
            continue;
        }
        is_string ^= c == '"' && !is_escaped;
        is_escaped = is_string && c == '\\' && !is_escaped;
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    found.then_some(out)
}

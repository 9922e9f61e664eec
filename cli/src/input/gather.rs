//! Puts options and JSON together.

use serde_json::{Map, Value};
use zonal_commands::{Command, Kind};

use super::{file, value};
use crate::args::{Arguments, FROM_JSON, FROM_YAML, Given, check_json};
use crate::failure::Failure;
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
    let text = file::text(FROM_JSON, json, env)?;
    // JSON as bytes may have a mark in front
    let text = if json.starts_with("fileb://") {
        text.strip_prefix('\u{feff}').unwrap_or(&text)
    } else {
        &text
    };
    serde_json::from_str(text)
        .map_err(|error| Failure::parameter(FROM_JSON, format!("Invalid JSON: {error}")))
}

//! Whether an input fits the model; the words are those of the AWS CLI.

use serde_json::{Map, Number, Value};
use zonal_commands::{Enum, Kind, Member, Place, Structure};

use super::{calendar, kind_of, times};
use crate::failure::Failure;
use crate::number::is_float;
use crate::others;
use crate::version;
use zonal_config::quoted;

/// What happens to a value that an enum does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// It is sent.
    Allowed,
    /// It is refused.
    Refused,
}

/// What a bucket may be called, as the AWS CLI says it.
const BUCKET: &str = r"Bucket name must match the regex ";
const BUCKET_PATTERN: &str = r"^[a-zA-Z0-9.\-_]{1,255}$";

/// Checks an input, and brings moments and the like into the form that requests take.
pub(crate) fn validate(
    input: &mut Value,
    structure: &Structure,
    unknown: Unknown,
) -> Result<(), Failure> {
    bucket(input, structure)?;
    let mut check = Check {
        unknown,
        document: structure.members.iter().find_map(document),
        problems: Vec::new(),
        is_inner: false,
    };
    if let Value::Object(members) = input {
        check.structure(members, structure, "");
    }
    if check.problems.is_empty() {
        Ok(())
    } else if check.is_inner && version::is_two() {
        Err(Failure::new(check.problems.join("\n")))
    } else {
        Err(Failure::validation(&check.problems))
    }
}

fn document(member: &Member) -> Option<&'static Structure> {
    match (member.place, member.kind) {
        (Place::Body, Kind::Structure(structure)) => Some(structure),
        _ => None,
    }
}

/// A bucket's name is looked at before everything else.
fn bucket(input: &Value, structure: &Structure) -> Result<(), Failure> {
    let is_bucket = structure
        .members
        .iter()
        .any(|member| member.name == "Bucket");
    let Some(bucket) = input.get("Bucket").filter(|_| is_bucket) else {
        return Ok(());
    };
    let Value::String(name) = bucket else {
        let found = found(bucket);
        return Err(Failure::new(format!(
            "Invalid type for parameter Bucket: it is {found}; expected a string"
        )));
    };
    let good = (1..=255).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
    if good || is_access_point(name) {
        Ok(())
    } else {
        let shown = crate::output::terminal::safe(name);
        Err(Failure::validation(&[format!(
            "Invalid bucket name \"{shown}\": {BUCKET}\"{BUCKET_PATTERN}\""
        )]))
    }
}

/// An ARN that the endpoint rules have something to say about.
fn is_access_point(name: &str) -> bool {
    let parts: Vec<_> = name.splitn(6, ':').collect();
    let [
        "arn",
        partition,
        "s3" | "s3-object-lambda" | "s3-outposts",
        _,
        _,
        resource,
    ] = parts[..]
    else {
        return false;
    };
    partition.starts_with("aws")
        && (resource.starts_with("accesspoint") || resource.starts_with("outpost"))
}

struct Check {
    unknown: Unknown,
    /// The structure that is the document of the request.
    document: Option<&'static Structure>,
    problems: Vec<String>,
    /// Metadata has a value that is no text. Version 2 does not count that among the invalid parameters.
    is_inner: bool,
}

impl Check {
    fn structure(&mut self, members: &mut Map<String, Value>, structure: &Structure, path: &str) {
        let place = if path.is_empty() { "input" } else { path };
        for member in structure.members.iter().filter(|member| member.required) {
            if !members.contains_key(member.name) && !matches!(member.kind, Kind::Stream) {
                let name = member.name;
                self.problems
                    .push(format!("Missing required parameter in {place}: \"{name}\""));
            }
        }
        let document = self.document;
        let find = |name: &str| {
            let own = structure.members.iter().find(|member| member.name == name);
            own.or_else(|| match document {
                Some(root) if !path.is_empty() => others::in_document(root, structure, name),
                _ => others::sent(structure, name),
            })
        };
        for name in members.keys().filter(|name| find(name).is_none()) {
            let names: Vec<_> = structure.members.iter().map(|member| member.name).collect();
            self.problems.push(format!(
                "Unknown parameter in {place}: \"{}\", must be one of: {}",
                crate::output::terminal::safe(name),
                names.join(", ")
            ));
        }
        for (name, value) in members {
            let Some(member) = find(name) else {
                continue;
            };
            let path = match path {
                "" => name.clone(),
                path => format!("{path}.{name}"),
            };
            // the client refuses it as well: the call would be another one
            let is_needed =
                matches!(member.place, Place::Header(_) | Place::Query(_)) || name == "Key";
            let is_empty = value == "" || value.as_array().is_some_and(Vec::is_empty);
            if member.required && is_needed && is_empty {
                self.problems.push(format!(
                    "Invalid length for parameter {path}, value: 0, valid min length: 1"
                ));
            }
            match (name.as_str(), &*value) {
                ("CopySource", Value::Object(parts)) => self.source(parts, &path),
                _ => self.value(value, kind_of(member), &path),
            }
            if let (Place::PrefixHeaders(_), Value::Object(entries)) = (member.place, &*value) {
                self.is_inner |= !entries.values().all(Value::is_string);
                self.ascii(entries);
            }
        }
    }

    /// A source of a copy may be given in parts.
    fn source(&mut self, parts: &Map<String, Value>, path: &str) {
        let is_given = |name| parts.get(name).is_some_and(Value::is_string);
        let mut members = parts.iter();
        let are_known = members.all(|(name, value)| {
            matches!(&**name, "Bucket" | "Key" | "VersionId") && value.is_string()
        });
        if !(are_known && is_given("Bucket") && is_given("Key")) {
            self.problems.push(format!(
                "Invalid value for parameter {path}: expected BUCKET/KEY, or an object with Bucket, Key and perhaps \
                 VersionId, which are strings"
            ));
        }
    }

    /// Metadata travels in headers.
    fn ascii(&mut self, entries: &Map<String, Value>) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for (key, value) in entries {
            let value = text(value);
            if !key.is_ascii() || !value.is_ascii() {
                self.problems.push(format!(
                    "Non ascii characters found in S3 metadata for key \"{}\", value: \"{}\".  \nS3 metadata can only \
                     contain ASCII characters.",
                    crate::output::terminal::safe(key),
                    crate::output::terminal::safe(&value)
                ));
            }
        }
    }

    fn value(&mut self, value: &mut Value, kind: &Kind, path: &str) {
        match (kind, &mut *value) {
            (Kind::Structure(structure), Value::Object(members)) => {
                self.structure(members, structure, path);
            }
            (Kind::List { item, .. }, Value::Array(items)) => {
                for (at, value) in items.iter_mut().enumerate() {
                    self.value(value, item, &format!("{path}[{at}]"));
                }
            }
            (Kind::Map { value: kind, .. }, Value::Object(entries)) => {
                for (key, value) in entries {
                    self.value(value, kind, &format!("{path}.{key}"));
                }
            }
            (Kind::Enum(values), Value::String(text)) => self.known(values, text, path),
            (Kind::Timestamp(_), Value::String(_) | Value::Number(_)) => self.time(value, path),
            (Kind::String | Kind::Secret | Kind::Blob, Value::String(_))
            | (Kind::Boolean, Value::Bool(_)) => {}
            (Kind::Integer, Value::Number(number)) if !is_float(number) => {
                self.in_range(number, i64::from(i32::MIN), i64::from(i32::MAX), path);
            }
            (Kind::Long, Value::Number(number)) if !is_float(number) => {
                self.in_range(number, i64::MIN, i64::MAX, path);
            }
            (Kind::Float, Value::Number(_)) => {}
            (kind, value) => self.problems.push(format!(
                "Invalid type for parameter {path}: {} is {}; expected {}",
                match kind {
                    Kind::Secret => "***".to_owned(),
                    _ => inner(value),
                },
                found(value),
                wanted(kind)
            )),
        }
    }

    fn in_range(&mut self, number: &Number, least: i64, most: i64, path: &str) {
        if !number
            .as_i64()
            .is_some_and(|number| (least..=most).contains(&number))
        {
            self.problems.push(format!(
                "Invalid value for parameter {path}: {number} is out of range; give a number from {least} to {most}"
            ));
        }
    }

    fn known(&mut self, values: &Enum, text: &str, path: &str) {
        let known = values.values.iter().map(|value| value.value);
        if self.unknown == Unknown::Allowed || known.clone().any(|value| value == text) {
            return;
        }
        let known: Vec<_> = known.collect();
        self.problems.push(format!(
            "Unknown value for parameter {path}: {}, valid values are: {}; --allow-unknown-values sends it \
             all the same",
            quoted(text),
            known.join(", ")
        ));
    }

    fn time(&mut self, value: &mut Value, path: &str) {
        let text = match &*value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match times::normal(&text) {
            Some(text) => *value = Value::String(text),
            None => self.problems.push(format!(
                "Invalid value for parameter {path}: {} is not a time that can be read in one way only; write {}",
                quoted(&text),
                calendar::FORMS
            )),
        }
    }
}

/// What fits.
fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Boolean => "true or false",
        Kind::Integer | Kind::Long => "a whole number",
        Kind::Float => "a number",
        Kind::Structure(_) | Kind::Map { .. } => "an object {…}",
        Kind::List { .. } => "a list […]",
        Kind::Blob | Kind::Stream => "a string of bytes in base64",
        Kind::Timestamp(_) => "a time, such as 2026-01-15T10:00:00Z,",
        Kind::String | Kind::Secret | Kind::Enum(_) => "a string",
    }
}

/// What is there instead.
fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a switch",
        Value::Number(number) if is_float(number) => "a number with a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A value as Python shows it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(inner).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members = members.iter();
            let members: Vec<_> = members
                .map(|(name, value)| format!("{}: {}", quoted(name), inner(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

fn inner(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => shown(other),
    }
}

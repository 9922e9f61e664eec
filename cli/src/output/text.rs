//! `--output text`: values between tabs, one line for each structure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde_json::{Map, Value};

use super::python;

/// Writes `value`.
pub(super) fn write(value: &Value, out: &mut dyn io::Write) -> io::Result<()> {
    item(value, None, out)
}

/// Writes a value that stands under the key `label`.
fn item(value: &Value, label: Option<&str>, out: &mut dyn io::Write) -> io::Result<()> {
    match value {
        Value::Object(members) => structure(members, label, None, out),
        Value::Array(items) => list(items, label, out),
        scalar => writeln!(out, "{}", python::text(scalar)),
    }
}

fn list(items: &[Value], label: Option<&str>, out: &mut dyn io::Write) -> io::Result<()> {
    if items.iter().any(Value::is_object) {
        let columns = scalar_keys(items);
        for element in items {
            match element {
                Value::Object(members) => structure(members, label, Some(&columns), out)?,
                Value::Array(items) => list(items, label, out)?,
                scalar => scalars(&[scalar], label, out)?,
            }
        }
        return Ok(());
    }
    let (own, nested): (Vec<_>, Vec<_>) = items.iter().partition(|item| is_scalar(item));
    if !own.is_empty() {
        scalars(&own, label, out)?;
    }
    nested
        .into_iter()
        .try_for_each(|element| item(element, label, out))
}

/// Under a key each scalar has a line of its own with the key in front.
fn scalars(items: &[&Value], label: Option<&str>, out: &mut dyn io::Write) -> io::Result<()> {
    let texts = items.iter().map(|item| python::text(item));
    let Some(label) = label else {
        return line(texts, out);
    };
    let label = label.to_uppercase();
    for text in texts {
        writeln!(out, "{label}\t{text}")?;
    }
    Ok(())
}

/// Writes the scalars on one line, sorted by key, then the rest. In a list of structures the `columns` are those of
/// all its elements, so that lines stay aligned where one has no such key.
fn structure(
    members: &Map<String, Value>,
    label: Option<&str>,
    columns: Option<&BTreeSet<&str>>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let own;
    let columns = match columns {
        Some(columns) => columns,
        None => {
            own = own_scalar_keys(members).collect();
            &own
        }
    };
    if !columns.is_empty() {
        let label = label.map(|label| label.to_uppercase().into());
        let values = columns
            .iter()
            .map(|key| members.get(*key).map(python::text).unwrap_or_default());
        line(label.into_iter().chain(values), out)?;
    }
    let rest: BTreeMap<_, _> = members
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .filter(|(key, _)| !columns.contains(key))
        .collect();
    rest.into_iter()
        .try_for_each(|(key, value)| item(value, Some(key), out))
}

fn line<'a>(texts: impl Iterator<Item = Cow<'a, str>>, out: &mut dyn io::Write) -> io::Result<()> {
    for (index, text) in texts.enumerate() {
        let tab = if index > 0 { "\t" } else { "" };
        write!(out, "{tab}{text}")?;
    }
    writeln!(out)
}

/// Whether a list in it has structures and something else.
pub(super) fn is_mixed(value: &Value) -> bool {
    match value {
        Value::Array(items) => {
            let are_all = items.iter().all(Value::is_object);
            !are_all && items.iter().any(Value::is_object) || items.iter().any(is_mixed)
        }
        Value::Object(members) => members.values().any(is_mixed),
        _ => false,
    }
}

/// Whether a value has a place on a line.
pub(super) fn is_scalar(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

fn own_scalar_keys(members: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let scalar = members.iter().filter(|(_, value)| is_scalar(value));
    scalar.map(|(key, _)| key.as_str())
}

fn scalar_keys(items: &[Value]) -> BTreeSet<&str> {
    let structures = items.iter().filter_map(Value::as_object);
    structures.flat_map(own_scalar_keys).collect()
}

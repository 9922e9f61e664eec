//! Documents that version 2 of the AWS CLI writes in the order of the input, with members that directory buckets lack.

use serde_json::Value;
use zonal_commands::{Command, Kind, Member, Place, Structure};

use super::{members, table};
use crate::version::behaviour;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Whether documents of this structure are written here.
pub(super) fn is_written(structure: &Structure) -> bool {
    behaviour().has_other_members && table::DOCUMENTS.contains(&structure.name)
}

/// The document of an input, if it is written here.
pub(super) fn of(command: &Command, input: &Value) -> Option<String> {
    let is_document = |member: &&Member| matches!(member.place, Place::Body);
    let member = command.input.members.iter().find(is_document)?;
    let Kind::Structure(structure) = member.kind else {
        return None;
    };
    let value = input.get(member.name).filter(|_| is_written(structure))?;
    let mut out = format!("<{} xmlns=\"{NAMESPACE}\">", structure.name);
    fill(structure, value, &mut out)?;
    out.push_str(&format!("</{}>", structure.name));
    Some(out)
}

/// None where a member has no place in a document.
fn fill(structure: &Structure, value: &Value, out: &mut String) -> Option<()> {
    let known = members(structure);
    for (name, value) in value.as_object()? {
        let member = known.iter().find(|member| member.name == name)?;
        let Place::Element { name, flattened } = member.place else {
            return None;
        };
        match (member.kind, value) {
            (Kind::List { item, .. }, Value::Array(items)) if flattened => {
                items
                    .iter()
                    .try_for_each(|value| element(name, item, value, out))?;
            }
            (kind, value) => element(name, &kind, value, out)?,
        }
    }
    Some(())
}

fn element(name: &str, kind: &Kind, value: &Value, out: &mut String) -> Option<()> {
    out.push_str(&format!("<{name}>"));
    match (kind, value) {
        (Kind::Structure(structure), value) => fill(structure, value, out)?,
        (
            Kind::List {
                item,
                element: of_item,
            },
            Value::Array(items),
        ) => {
            items
                .iter()
                .try_for_each(|value| element(of_item, item, value, out))?;
        }
        (_, Value::String(text)) => escape(text, out),
        (_, Value::Bool(_) | Value::Number(_)) => out.push_str(&value.to_string()),
        _ => return None,
    }
    out.push_str(&format!("</{name}>"));
    Some(())
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\n' => out.push_str("&#xA;"),
            c => out.push(c),
        }
    }
}

//! Reads an answer by the table of its command: texts stay as the service wrote them.

use http::HeaderMap;
use serde_json::{Map, Number, Value};
use zonal::__private::codegen::{DecodeError, Document, Element, Unreported};
use zonal_commands::{Command, Kind, Member, Place, Structure};

use crate::console;
use crate::input::kind_of;
use crate::others;
use crate::output::terminal;
use crate::version::behaviour;

/// The output of a command: what stands in the head of the answer, then what stands in its body, each in the order of
/// the model.
pub(super) fn read(
    command: &Command,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, DecodeError> {
    let is_inside =
        |member: &&'static Member| matches!(member.place, Place::Body | Place::Element { .. });
    let members = others::members(&command.output);
    let all = || members.iter().copied();
    let outside = all().filter(|member| !is_inside(member));
    let mut out = empty(outside.chain(all().filter(is_inside)));
    for member in all() {
        let value = match member.place {
            Place::Header(name) => {
                header(headers, name).and_then(|text| readable(&member.kind, &text))
            }
            Place::PrefixHeaders(prefix) => prefixed(headers, prefix),
            Place::Status => Some(Value::from(status)),
            Place::Body => payload(&member.kind, body)?,
            _ => None,
        };
        if let Some(value) = value {
            out.insert(member.name.to_owned(), value);
        }
    }
    let has_elements = |member: &'static Member| matches!(member.place, Place::Element { .. });
    if all().any(has_elements) {
        let mut document = Document::parse(body, command.output.name)?;
        if let Some(mut root) = document.element() {
            match command.output.members {
                [member] if command.unwrapped => {
                    let value = scalar(&member.kind, &root.text()?);
                    out.insert(member.name.to_owned(), value);
                }
                _ => fill(&mut root, &command.output, &mut out)?,
            }
        }
    }
    let mut out = present(out);
    keep_expires(&mut out);
    Ok(Value::Object(out))
}

/// Adds the items that the answer does not name to those that the service could not do.
pub(super) fn report(command: &Command, unreported: &[Unreported], answer: &mut Value) {
    let (Some(reports), Value::Object(answer)) = (&command.reports, answer) else {
        return;
    };
    // as version 2 the answer is printed as it is, but what was never sent is no silence of the service
    let is_told = |item: &&Unreported| behaviour().prints_any_items && item.is_sent;
    unreported.iter().filter(is_told).for_each(tell);
    let items = unreported.iter().filter(|item| !is_told(item)).map(|item| {
        let texts = [&*item.name, item.code, item.message];
        let members = reports.members.iter().zip(texts);
        let members = members.map(|(member, text)| ((*member).to_owned(), Value::from(text)));
        Value::Object(members.collect())
    });
    let items: Vec<_> = items.collect();
    if items.is_empty() {
        return;
    }
    let list = answer.entry(reports.list);
    if let Value::Array(list) = list.or_insert_with(|| Value::Array(Vec::new())) {
        list.extend(items);
    }
}

/// Says of an item that the answer does not name it.
fn tell(item: &Unreported) {
    let (name, message) = (terminal::safe(&item.name), item.message);
    console::warn(&format!("{name}: {message}"));
}

/// Says which items an answer names although the request does not.
pub(super) fn tell_strangers(names: &[String]) {
    for name in names {
        let name = terminal::safe(name);
        console::warn(&format!(
            "{name}: the answer names this, and the request did not; it may belong to another request"
        ));
    }
}

/// The header `Expires` holds anything at all. It is printed as it came, and as a time if it is one.
fn keep_expires(out: &mut Map<String, Value>) {
    const NAME: &str = "Expires";
    let Some(Value::String(text)) = out.get(NAME) else {
        return;
    };
    let text = text.clone();
    if crate::input::moment(&text).is_none() {
        out.shift_remove(NAME);
    }
    out.insert("ExpiresString".to_owned(), Value::String(text));
}

/// Every member in its place, none of them there yet.
fn empty<'a>(members: impl Iterator<Item = &'a Member>) -> Map<String, Value> {
    members
        .map(|member| (member.name.to_owned(), Value::Null))
        .collect()
}

fn present(members: Map<String, Value>) -> Map<String, Value> {
    let members = members.into_iter();
    members.filter(|(_, value)| !value.is_null()).collect()
}

fn fill(
    element: &mut Element<'_, '_>,
    structure: &Structure,
    out: &mut Map<String, Value>,
) -> Result<(), DecodeError> {
    let members = others::members(structure);
    for member in &members {
        if let Place::Attribute(name) = member.place
            && let Some(text) = element.attribute(name)?
        {
            out.insert(member.name.to_owned(), Value::String(text));
        }
    }
    while let Some(child) = element.next()? {
        let here = |member: &&&Member| match member.place {
            Place::Element { name, .. } => name.rsplit(':').next() == Some(child.name()),
            _ => false,
        };
        let Some(member) = members.iter().find(here) else {
            child.skip()?;
            continue;
        };
        let flattened = matches!(
            member.place,
            Place::Element {
                flattened: true,
                ..
            }
        );
        let slot = out.entry(member.name).or_insert(Value::Null);
        match (kind_of(member), flattened) {
            (Kind::List { item, .. }, true) => {
                let value = value(child, item)?;
                match slot {
                    Value::Array(items) => items.push(value),
                    slot => *slot = Value::Array(vec![value]),
                }
            }
            (kind, _) => *slot = value(child, kind)?,
        }
    }
    Ok(())
}

fn value(mut element: Element<'_, '_>, kind: &Kind) -> Result<Value, DecodeError> {
    match kind {
        Kind::Structure(structure) => {
            let mut out = empty(others::members(structure).into_iter());
            fill(&mut element, structure, &mut out)?;
            Ok(Value::Object(present(out)))
        }
        Kind::List {
            item,
            element: name,
        } => {
            let mut items = Vec::new();
            while let Some(child) = element.next()? {
                if child.name() == *name {
                    items.push(value(child, item)?)
                } else {
                    child.skip()?
                }
            }
            Ok(Value::Array(items))
        }
        Kind::Map {
            value: kind,
            key_element,
            value_element,
        } => {
            let mut entries = Map::new();
            while let Some(mut entry) = element.next()? {
                let (mut key, mut found) = (None, Value::Null);
                while let Some(child) = entry.next()? {
                    match child.name() {
                        name if name == *key_element => key = Some(child.text()?.into_owned()),
                        name if name == *value_element => found = value(child, kind)?,
                        _ => child.skip()?,
                    }
                }
                entries.extend(key.map(|key| (key, found)));
            }
            Ok(Value::Object(entries))
        }
        kind => Ok(scalar(kind, &element.text()?)),
    }
}

/// A text as a value of this kind. The client has checked it; what it cannot be stays a text.
fn scalar(kind: &Kind, text: &str) -> Value {
    let number = match kind {
        Kind::Boolean => return Value::Bool(text.trim() == "true"),
        Kind::Integer | Kind::Long => text.trim().parse::<i64>().ok().map(Number::from),
        Kind::Float => text.trim().parse().ok().and_then(Number::from_f64),
        _ => None,
    };
    match number {
        Some(number) => Value::Number(number),
        None => Value::String(text.to_owned()),
    }
}

/// What a header holds as a value of this kind; nothing where it cannot be one, as in the library.
fn readable(kind: &Kind, text: &str) -> Option<Value> {
    let value = scalar(kind, text);
    let is_right = match kind {
        Kind::Boolean => behaviour().booleans_are_false || matches!(text.trim(), "true" | "false"),
        Kind::Integer | Kind::Long | Kind::Float => value.is_number(),
        Kind::Timestamp(_) => crate::input::moment(text).is_some(),
        _ => true,
    };
    is_right.then_some(value)
}

/// The text of all headers of a name; none where there is no header, or one that is no UTF-8.
fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(name).iter();
    let texts = values.map(|value| std::str::from_utf8(value.as_bytes()));
    let texts: Vec<_> = texts.collect::<Result<_, _>>().ok()?;
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// Headers whose names start so, by the rest of their names; an empty object where there are none.
fn prefixed(headers: &HeaderMap, prefix: &str) -> Option<Value> {
    let prefix = prefix.to_ascii_lowercase();
    let found: Map<_, _> = headers
        .iter()
        .filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix(&prefix)?;
            let value = std::str::from_utf8(value.as_bytes()).ok()?;
            Some((name.to_owned(), Value::from(value)))
        })
        .collect();
    Some(Value::Object(found))
}

/// A body that is one member.
fn payload(kind: &Kind, body: &[u8]) -> Result<Option<Value>, DecodeError> {
    if body.is_empty() {
        return Ok(None);
    }
    match kind {
        Kind::Structure(structure) => {
            let mut document = Document::parse(body, structure.name)?;
            let Some(root) = document.element() else {
                return Ok(None);
            };
            value(root, kind).map(Some)
        }
        Kind::Stream => Ok(None),
        kind => Ok(Some(scalar(kind, &String::from_utf8_lossy(body)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zonal_commands::COMMANDS;

    fn shown(command: &str, headers: &[(&'static str, &'static str)], body: &str) -> String {
        let command = COMMANDS.iter().find(|found| found.name == command).unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        read(command, 200, &map, body.as_bytes())
            .unwrap()
            .to_string()
    }

    #[test]
    fn the_head_of_an_answer_comes_before_its_body() {
        let sse = ("x-amz-server-side-encryption", "AES256");
        let body = "<InitiateMultipartUploadResult><Key>k</Key></InitiateMultipartUploadResult>";
        assert_eq!(
            shown("create-multipart-upload", &[sse], body),
            r#"{"ServerSideEncryption":"AES256","Key":"k"}"#
        );
    }

    #[test]
    fn metadata_is_there_even_if_there_is_none_and_headers_are_joined() {
        let twice = [("cache-control", "a"), ("cache-control", "b")];
        let text = shown("head-object", &twice, "");
        assert!(text.contains(r#""Metadata":{}"#), "{text}");
        assert!(text.contains(r#""CacheControl":"a, b""#), "{text}");
        let text = shown("head-object", &[("expires", "soon")], "");
        assert!(text.contains(r#""ExpiresString":"soon""#), "{text}");
        assert!(!text.contains(r#""Expires":"#), "{text}");
    }

    #[test]
    fn a_header_that_cannot_be_read_is_left_out() {
        let odd = [
            ("last-modified", "whatever"),
            ("content-length", "many"),
            ("x-amz-server-side-encryption-bucket-key-enabled", "True"),
            ("etag", "e"),
        ];
        let text = shown("head-object", &odd, "");
        assert_eq!(text, r#"{"ETag":"e","Metadata":{}}"#);
    }
}

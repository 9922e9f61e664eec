//! Tokens that a later call goes on with: JSON in base64, as the AWS CLI writes them.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::failure::Failure;
use zonal_config::quoted;

/// How many items of its first page a call has shown.
const CUT: &str = "boto_truncate_amount";

/// Where a call begins.
pub(super) struct Start {
    /// The input members that name the page.
    pub(super) token: Map<String, Value>,
    /// How many of its items are left out.
    pub(super) skip: usize,
}

impl Start {
    /// At the first page.
    pub(super) fn new(names: &[&str]) -> Self {
        Self::of(names, &Value::Null)
    }

    /// At the page that an input names.
    pub(super) fn of(names: &[&str], input: &Value) -> Self {
        let token = names.iter().map(|name| {
            let value = input.get(*name).cloned().unwrap_or_default();
            ((*name).to_owned(), value)
        });
        Self {
            token: token.collect(),
            skip: 0,
        }
    }
}

/// Reads a token. What is none of ours is the service's own, perhaps in the form that old versions of the AWS
/// CLI wrote: values between `___`, a number of items last.
pub(super) fn read(text: &str, names: &[&str]) -> Result<Start, Failure> {
    let bad = || super::failed(format!("Bad starting token: {}", quoted(text)));
    let json = STANDARD.decode(text).ok();
    let json = json.and_then(|json| serde_json::from_slice::<Map<String, Value>>(&json).ok());
    let Some(mut token) = json else {
        return old(text, names).ok_or_else(bad);
    };
    let skip = match token.shift_remove(CUT) {
        None => Some(0),
        Some(skip) => skip.as_u64().and_then(|skip| usize::try_from(skip).ok()),
    };
    let is_ours = token.iter().all(|(name, value)| {
        let is_plain = value.is_null() || value.is_string() || value.is_number();
        names.contains(&name.as_str()) && is_plain
    });
    match skip {
        Some(skip) if is_ours => Ok(Start { token, skip }),
        _ => Err(bad()),
    }
}

fn old(text: &str, names: &[&str]) -> Option<Start> {
    let mut parts: Vec<_> = text.split("___").collect();
    let mut skip = 0;
    if parts.len() == names.len() + 1 {
        match parts.last().and_then(|number| number.parse().ok()) {
            Some(number) => {
                skip = number;
                parts.pop();
            }
            None => parts = vec![text],
        }
    }
    if parts.len() > names.len() {
        return None;
    }
    let mut start = Start::new(names);
    for (name, part) in names.iter().zip(parts) {
        if part != "None" {
            start.token.insert((*name).to_owned(), Value::from(part));
        }
    }
    Some(Start { skip, ..start })
}

/// Makes an input ask for the page of a token.
pub(super) fn insert(input: &mut Value, token: &Map<String, Value>) {
    let Value::Object(input) = input else {
        return;
    };
    for (name, value) in token {
        if value.is_null() || value.as_str() == Some("None") {
            input.shift_remove(name)
        } else {
            input.insert(name.clone(), value.clone())
        };
    }
}

/// The token of a page.
pub(super) fn write(token: &Map<String, Value>) -> String {
    STANDARD.encode(json(token))
}

/// The token of a page of which so many items have been shown.
pub(super) fn write_cut(token: &Map<String, Value>, shown: usize) -> String {
    let mut token = token.clone();
    token.insert(CUT.to_owned(), Value::from(shown));
    write(&token)
}

/// JSON as Python writes it: a blank behind commas and colons, all in ASCII.
fn json(token: &Map<String, Value>) -> String {
    let text = |value: &Value| {
        let mut out = String::new();
        for c in value.to_string().chars() {
            if c.is_ascii() {
                out.push(c)
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // writing to a string cannot fail
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
        out
    };
    let members = token
        .iter()
        .map(|(name, value)| format!("{}: {}", text(&Value::from(name.as_str())), text(value)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}

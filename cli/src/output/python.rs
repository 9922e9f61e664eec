//! Values in Python's words: `True`, `None`, `1e-05`, `{'a': 1}`.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Number, Value};

use crate::number::is_float;

/// What `str(value)` gives.
pub(super) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(repr(other)),
    }
}

/// What `repr(value)` gives.
pub(super) fn repr(value: &Value) -> String {
    let mut out = String::new();
    push_repr(&mut out, value);
    out
}

fn push_repr(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Number(n) => out.push_str(&number(n)),
        Value::String(text) => push_quoted(out, text),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                push_repr(out, item);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                push_quoted(out, key);
                out.push_str(": ");
                push_repr(out, value);
            }
            out.push('}');
        }
    }
}

/// A string between single quotes, or double quotes where that saves an escape.
fn push_quoted(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if is_printable(c) => out.push(c),
            c => push_code(out, u32::from(c)),
        }
    }
    out.push(quote);
}

fn push_code(out: &mut String, code: u32) {
    // writing to a string cannot fail
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Rust and Python call the same categories printable. Rust escapes a combining mark as well when it comes first, so
/// it is asked with a letter in front.
fn is_printable(c: char) -> bool {
    let mut buffer = [b'a'; 5];
    let end = 1 + c.encode_utf8(&mut buffer[1..]).len();
    let with_letter = std::str::from_utf8(&buffer[..end]).unwrap_or_default();
    matches!(c, '"' | '\'') || with_letter.escape_debug().nth(1) == Some(c)
}

/// A number: integers with all of their digits, others as [`float`].
pub(super) fn number(number: &Number) -> String {
    match number.as_f64().filter(|_| is_float(number)) {
        Some(value) => float(value),
        // no double holds it
        None if is_float(number) && number.as_str().starts_with('-') => "-inf".to_owned(),
        None if is_float(number) => "inf".to_owned(),
        None if number.as_str() == "-0" => "0".to_owned(),
        None => number.to_string(),
    }
}

/// The shortest text that reads back as `value`: with an exponent below 1e-4 and from 1e16 on.
pub(super) fn float(value: f64) -> String {
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific; // not finite
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        // prints digits only, whatever the size
        let plain = value.to_string();
        return if plain.contains('.') {
            plain
        } else {
            plain + ".0"
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

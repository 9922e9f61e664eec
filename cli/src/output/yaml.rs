//! `--output yaml` and `yaml-stream`: block style, keys in order of the alphabet, lines folded at 80 columns, texts in
//! quotes where they would be read as something else by YAML 1.2.

use std::io;

use serde_json::Value;

use super::python;
use super::terminal::is_unsafe;

/// Lines are folded at the first blank behind this column.
const WIDTH: usize = 80;

/// Writes `value` as a document, and nothing at all for an empty structure.
pub(super) fn write(value: &Value, out: &mut dyn io::Write) -> io::Result<()> {
    if value.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(());
    }
    let mut writer = Writer::default();
    writer.node(value, 0, 2);
    if !writer.text.ends_with('\n') {
        writer.text.push('\n');
    }
    out.write_all(writer.text.as_bytes())
}

/// An input to be filled in: each member with a comment, in the order given.
pub(super) fn form<'a>(members: impl Iterator<Item = (&'a str, &'a Value, String)>) -> String {
    let mut writer = Writer {
        keeps_order: true,
        ..Writer::default()
    };
    for (name, value, comment) in members {
        let start = writer.text.len();
        let mut one = serde_json::Map::new();
        one.insert(name.to_owned(), value.clone());
        writer.members(&Value::Object(one), 0);
        let end = writer.text[start..]
            .find('\n')
            .map_or(writer.text.len(), |end| start + end);
        writer.text.insert_str(end, &format!("  # {comment}"));
    }
    writer.text
}

/// Writes `value` as one more item of a list.
pub(super) fn write_item(value: &Value, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = Writer::default();
    writer.items(std::slice::from_ref(value), 0);
    out.write_all(writer.text.as_bytes())
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Members stand as they come, not in order of the alphabet.
    keeps_order: bool,
}

impl Writer {
    /// Writes a value behind what is on the line. `indent` is that of the lines of a collection, `fold` that of a text
    /// that goes on in the next line.
    fn node(&mut self, value: &Value, indent: usize, fold: usize) {
        match value {
            Value::Array(items) if items.is_empty() => self.text.push_str("[]"),
            Value::Object(members) if members.is_empty() => self.text.push_str("{}"),
            Value::Array(items) => self.items(items, indent),
            Value::Object(_) => self.members(value, indent),
            Value::Null => self.text.push_str("null"),
            Value::Bool(is_true) => self.text.push_str(if *is_true { "true" } else { "false" }),
            Value::Number(number) => self.text.push_str(&plain_number(number)),
            Value::String(text) => self.scalar(text, Some(fold)),
        }
    }

    fn items(&mut self, items: &[Value], indent: usize) {
        for (at, item) in items.iter().enumerate() {
            // the first item of a list within a list stands behind its dash
            if at > 0 || self.text.is_empty() || self.text.ends_with('\n') {
                self.start_line(indent);
            }
            self.text.push_str("- ");
            self.node(item, indent + 2, indent + 2);
            self.end_line();
        }
    }

    fn members(&mut self, value: &Value, indent: usize) {
        let members = value.as_object().into_iter().flatten();
        let mut members: Vec<_> = members.collect();
        if !self.keeps_order {
            members.sort_by(|left, right| left.0.cmp(right.0));
        }
        for (at, (name, value)) in members.into_iter().enumerate() {
            if at > 0 || self.text.is_empty() || self.text.ends_with('\n') {
                self.start_line(indent);
            }
            self.scalar(name, None);
            self.text.push(':');
            match value {
                Value::Object(inner) if !inner.is_empty() => {
                    self.text.push('\n');
                    self.members(value, indent + 2);
                }
                // a list in a structure stands as far left as its name
                Value::Array(inner) if !inner.is_empty() => {
                    self.text.push('\n');
                    self.items(inner, indent);
                }
                value => {
                    self.text.push(' ');
                    self.node(value, indent, indent + 2);
                }
            }
            self.end_line();
        }
    }

    fn start_line(&mut self, indent: usize) {
        self.text.push_str(&" ".repeat(indent));
    }

    fn end_line(&mut self) {
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn column(&self) -> usize {
        let start = self.text.rfind('\n').map_or(0, |at| at + 1);
        self.text[start..].chars().count()
    }

    /// `fold` is the indent of further lines; none keeps the text on one.
    fn scalar(&mut self, text: &str, fold: Option<usize>) {
        match style(text) {
            Style::Plain => self.words(text, fold),
            Style::Single => {
                self.text.push('\'');
                self.words(&text.replace('\'', "''"), fold);
                self.text.push('\'');
            }
            Style::Double => self.double(text, fold),
        }
    }

    /// Breaks the line at single blanks that come behind the last column.
    fn words(&mut self, text: &str, fold: Option<usize>) {
        let mut rest = text;
        while let Some(at) = rest.find(' ') {
            self.text.push_str(&rest[..at]);
            let blanks = rest[at..].len() - rest[at..].trim_start_matches(' ').len();
            let is_inside = !(at == 0 && rest.len() == text.len()) && at + blanks < rest.len();
            match fold {
                Some(indent) if blanks == 1 && is_inside && self.column() > WIDTH => {
                    self.text.push('\n');
                    self.start_line(indent);
                }
                _ => self.start_line(blanks),
            }
            rest = &rest[at + blanks..];
        }
        self.text.push_str(rest);
    }

    /// With escapes; a line that is full ends in a backslash.
    fn double(&mut self, text: &str, fold: Option<usize>) {
        self.text.push('"');
        let length = text.chars().count();
        for (at, c) in text.chars().enumerate() {
            match c {
                '"' | '\\' => self.text.extend(['\\', c]),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                '\0' => self.text.push_str("\\0"),
                '\u{7}' => self.text.push_str("\\a"),
                '\u{8}' => self.text.push_str("\\b"),
                '\u{b}' => self.text.push_str("\\v"),
                '\u{c}' => self.text.push_str("\\f"),
                '\u{1b}' => self.text.push_str("\\e"),
                '\u{85}' => self.text.push_str("\\N"),
                '\u{a0}' => self.text.push_str("\\_"),
                '\u{2028}' => self.text.push_str("\\L"),
                '\u{2029}' => self.text.push_str("\\P"),
                c if is_printable(c) => self.text.push(c),
                c if u32::from(c) <= 0xff => {
                    self.text.push_str(&format!("\\x{:02X}", u32::from(c)))
                }
                c if u32::from(c) <= 0xffff => {
                    self.text.push_str(&format!("\\u{:04X}", u32::from(c)))
                }
                c => self.text.push_str(&format!("\\U{:08X}", u32::from(c))),
            }
            if let Some(indent) = fold
                && c == ' '
                && at > 0
                && at + 1 < length
                && self.column() > WIDTH
            {
                self.text.push_str("\\\n");
                self.start_line(indent);
            }
        }
        self.text.push('"');
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
}

/// How a text has to be written so that it is read as one.
fn style(text: &str) -> Style {
    let is_break = |c: char| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if text.chars().any(|c| is_break(c) || !is_printable(c)) {
        return Style::Double;
    }
    let first = text.chars().next();
    let is_blank = |c: Option<char>| c.is_none_or(|c| matches!(c, ' ' | '\t'));
    let second_is_blank = is_blank(text.chars().nth(1));
    let starts_oddly = match first {
        None => true,
        Some('-' | '?' | ':') => second_is_blank,
        Some(c) => "#,[]{}&*!|>'\"%@`".contains(c),
    };
    let is_marked = starts_oddly
        || text.starts_with("---")
        || text.starts_with("...")
        || text.starts_with(' ')
        || text.ends_with([' ', ':'])
        || text.contains(": ")
        || text.contains(" #")
        || text.contains('\t');
    if is_marked || means_something_else(text) {
        Style::Single
    } else {
        Style::Plain
    }
}

/// Whether YAML 1.2 reads a plain text as null, a switch, a number or a time.
fn means_something_else(text: &str) -> bool {
    let is_word = matches!(
        text,
        "~" | "null"
            | "Null"
            | "NULL"
            | "true"
            | "True"
            | "TRUE"
            | "false"
            | "False"
            | "FALSE"
            | "<<"
            | "="
    );
    is_word || is_number(text) || is_time(text)
}

fn is_number(text: &str) -> bool {
    let bare = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    if matches!(bare, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let radix = |prefix: &str, allowed: fn(&u8) -> bool| {
        let rest = bare.strip_prefix(prefix);
        rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b == b'_' || allowed(&b)))
    };
    if radix("0x", u8::is_ascii_hexdigit)
        || radix("0o", |b| (b'0'..=b'7').contains(b))
        || radix("0b", |b| matches!(b, b'0' | b'1'))
    {
        return true;
    }
    let (mantissa, exponent) = match bare.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (bare, None),
    };
    let exponent_is_good = exponent.is_none_or(|exponent| {
        let bare = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit())
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digit = mantissa.bytes().any(|b| b.is_ascii_digit());
    exponent_is_good && has_digit && digits(whole) && digits(fraction) && !whole.starts_with('_')
}

/// `2026-01-15`, with a time of day or without.
fn is_time(text: &str) -> bool {
    let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    let Some((year, rest)) = text.split_once('-') else {
        return false;
    };
    let Some((month, rest)) = rest.split_once('-') else {
        return false;
    };
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (day, time) = rest.split_at(end);
    let is_date = digits(year, 4..=4) && digits(month, 1..=2) && digits(day, 1..=2);
    if time.is_empty() {
        return is_date && month.len() == 2 && day.len() == 2;
    }
    let clock = time.trim_start_matches(['T', 't', ' ', '\t']);
    let mut parts = clock.splitn(3, ':');
    let [hours, minutes, seconds] = [(); 3].map(|()| parts.next().unwrap_or_default());
    is_date
        && clock.len() < time.len()
        && digits(hours, 1..=2)
        && digits(minutes, 2..=2)
        && seconds
            .get(..2)
            .is_some_and(|seconds| digits(seconds, 2..=2))
        && seconds
            .bytes()
            .all(|b| b.is_ascii_digit() || b".:+-Zz ".contains(&b))
}

/// What a terminal might act on is escaped, also where YAML could do without: it is read as the same.
fn is_printable(c: char) -> bool {
    matches!(c, '\t' | '\n')
        || c >= ' ' && c != '\u{feff}' && c < '\u{fffe}' && !is_unsafe(c)
        || c >= '\u{10000}'
}

/// As Python writes it; a power has a point before it.
fn plain_number(number: &serde_json::Number) -> String {
    let text = python::number(number);
    match text.split_once('e') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => format!("{mantissa}.0e{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn yaml(value: &Value) -> String {
        let mut out = Vec::new();
        write(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn collections_stand_in_blocks() {
        let value = json!({
            "b": [{"y": 1, "x": [[1, 2], [], {}]}, "text"],
            "a": {"n": null, "t": true, "f": 1.5, "e": 1e20},
        });
        assert_eq!(
            yaml(&value),
            "a:\n  e: 1.0e+20\n  f: 1.5\n  n: null\n  t: true\nb:\n- x:\n  - - 1\n    - 2\n  - []\n  - {}\n  y: 1\n- text\n"
        );
        assert_eq!(yaml(&json!({})), "");
        assert_eq!(yaml(&json!([])), "[]\n");
        assert_eq!(yaml(&json!(5)), "5\n");
        assert_eq!(yaml(&json!("x")), "x\n");
        assert_eq!(yaml(&json!("")), "''\n");
    }

    #[test]
    fn texts_are_quoted_where_they_would_be_something_else() {
        for (text, written) in [
            ("plain text", "plain text"),
            ("yes", "yes"),
            ("a#b:c", "a#b:c"),
            ("-x", "-x"),
            ("", "''"),
            ("1", "'1'"),
            ("1.5e3", "'1.5e3'"),
            ("0x1f", "'0x1f'"),
            ("true", "'true'"),
            ("~", "'~'"),
            ("2026-01-15", "'2026-01-15'"),
            ("2026-01-15T10:00:00+00:00", "'2026-01-15T10:00:00+00:00'"),
            ("2026-01-15 is a day", "2026-01-15 is a day"),
            ("it's", "it's"),
            ("'it'", "'''it'''"),
            ("\"e\"", "'\"e\"'"),
            ("a: b", "'a: b'"),
            ("a #b", "'a #b'"),
            ("- x", "'- x'"),
            ("x:", "'x:'"),
            ("日本", "日本"),
            ("a\nb\u{1b}", "\"a\\nb\\e\""),
        ] {
            assert_eq!(yaml(&json!([text])), format!("- {written}\n"), "{text}");
        }
    }

    #[test]
    fn long_texts_go_on_in_the_next_line() {
        let text = ["word"; 20].join(" ");
        let first = ["word"; 16].join(" ");
        assert_eq!(
            yaml(&json!({"k": text})),
            format!("k: {first}\n  {}\n", ["word"; 4].join(" "))
        );
        let solid = "x".repeat(200);
        assert_eq!(yaml(&json!({"k": solid})), format!("k: {solid}\n"));
    }
}

//! `--output table`: a box for each structure, one level further in for each level of nesting.

mod render;
mod section;

use std::collections::BTreeSet;
use std::io;

use serde_json::{Map, Value};

use super::text::is_scalar;
use super::{Style, Terminal, python, terminal};
use section::Section;

/// Writes `value` below the title of `style`.
pub(super) fn write(value: &Value, style: &Style<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut table = Table::default();
    let title = terminal::safe(style.title);
    let is_filled = match value {
        // the AWS CLI prints the title only, or nothing
        value if style.shows_scalars && is_scalar(value) && !value.is_null() && value != "" => {
            table.open(Some(&title), 0);
            table.current().add_row([cell(value)]);
            true
        }
        value => table.add(Some(&title), value, 0),
    };
    if style.refuses_mixed_lists && !table.sections.iter().all(Section::is_even) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the rows of the table differ in length",
        ));
    }
    if is_filled {
        render::write(table.sections, style.columns, style.color, out)?;
    }
    if style.color && style.terminal == Terminal::Yes {
        // the AWS CLI leaves a terminal this way, whatever it printed
        out.write_all(render::RESET.as_bytes())?;
    }
    Ok(())
}

/// The sections of a table, from top to bottom.
#[derive(Default)]
struct Table {
    sections: Vec<Section>,
}

impl Table {
    /// Adds a section for `value`, if it holds anything. Without a title, its rows go to the section before.
    fn add(&mut self, title: Option<&str>, value: &Value, indent: usize) -> bool {
        if is_nothing(value) {
            return false;
        }
        if title.is_some() {
            self.open(title, indent);
        }
        match value {
            Value::Array(items) => match items.first() {
                Some(Value::Object(_)) => self.add_structures(title, items, indent),
                _ => self.add_rows(items),
            },
            Value::Object(members) => self.add_structure(members, indent),
            _ => {} // the AWS CLI prints a title only
        }
        true
    }

    fn open(&mut self, title: Option<&str>, indent: usize) {
        self.sections.push(Section::new(title, indent));
    }

    /// The section that rows go to.
    fn current(&mut self) -> &mut Section {
        if self.sections.is_empty() {
            self.open(None, 0);
        }
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    /// Each scalar is a row, and so is each list of scalars. Of an object among them only the keys are shown.
    fn add_rows(&mut self, items: &[Value]) {
        for item in items {
            match item {
                Value::Object(members) => self.current().add_row(members.keys().cloned()),
                Value::Array(cells) if cells.iter().all(is_scalar) => {
                    self.current().add_row(cells.iter().map(cell));
                }
                Value::Array(_) => {
                    self.add(None, item, 0);
                }
                scalar => self.current().add_row([cell(scalar)]),
            }
        }
    }

    /// Scalars become a row below their keys; a single one a row with its key. Then the rest, one level in.
    fn add_structure(&mut self, members: &Map<String, Value>, indent: usize) {
        let (headers, nested) = split_keys([members]);
        if let [key] = headers.iter().copied().collect::<Vec<_>>()[..] {
            self.current().add_row([key.to_owned(), find(members, key)]);
        } else if !headers.is_empty() {
            let section = self.current();
            section.add_header(headers.iter().copied());
            section.add_row(headers.iter().map(|key| find(members, key)));
        }
        self.add_nested(members, &nested, indent);
    }

    /// One row for each structure. If any has more than scalars, each structure has a section of its own.
    fn add_structures(&mut self, title: Option<&str>, items: &[Value], indent: usize) {
        let empty = Map::new();
        // what is empty has no keys, whatever it is
        let structures = || items.iter().filter_map(|item| as_structure(item, &empty));
        let (headers, nested) = split_keys(structures());
        self.current().add_header(headers.iter().copied());
        for (index, members) in structures().enumerate() {
            if index > 0 && !nested.is_empty() {
                self.open(title, indent);
                self.current().add_header(headers.iter().copied());
            }
            let row = headers.iter().map(|key| find(members, key));
            self.current().add_row(row);
            self.add_nested(members, &nested, indent);
        }
        let is_other = |item: &&Value| as_structure(item, &empty).is_none();
        let others: Vec<_> = items.iter().filter(is_other).cloned().collect();
        if !others.is_empty() {
            self.open(title, indent);
            self.add_rows(&others);
        }
    }

    fn add_nested(&mut self, members: &Map<String, Value>, keys: &BTreeSet<&str>, indent: usize) {
        for key in keys {
            if let Some(value) = members.get(*key) {
                self.add(Some(key), value, indent + 1);
            }
        }
    }
}

/// Whether Python calls the value false.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

fn as_structure<'a>(
    value: &'a Value,
    empty: &'a Map<String, Value>,
) -> Option<&'a Map<String, Value>> {
    match value {
        Value::Object(members) => Some(members),
        Value::Array(items) if items.is_empty() => Some(empty),
        Value::String(text) if text.is_empty() => Some(empty),
        _ => None,
    }
}

fn cell(value: &Value) -> String {
    python::text(value).into_owned()
}

fn find(members: &Map<String, Value>, key: &str) -> String {
    members.get(key).map(cell).unwrap_or_default()
}

/// The keys with scalars, and those with anything else, sorted. A key can be both in a list of structures.
fn split_keys<'a>(
    structures: impl IntoIterator<Item = &'a Map<String, Value>>,
) -> (BTreeSet<&'a str>, BTreeSet<&'a str>) {
    let mut headers = BTreeSet::new();
    let mut nested = BTreeSet::new();
    for (key, value) in structures.into_iter().flatten() {
        if is_scalar(value) {
            headers.insert(key.as_str());
        } else {
            nested.insert(key.as_str());
        }
    }
    (headers, nested)
}

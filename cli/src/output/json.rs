//! `--output json`.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use serde_json::{Number, Value};

use super::{Terminal, python, terminal};

/// Which characters are written as `\uXXXX` beyond those that JSON wants escaped.
#[derive(Clone, Copy)]
enum Escape {
    Nothing,
    Unsafe,
    NotAscii,
}

impl Escape {
    fn applies(self, c: char) -> bool {
        match self {
            Self::Nothing => false,
            Self::Unsafe => terminal::is_unsafe(c),
            Self::NotAscii => !c.is_ascii(),
        }
    }
}

/// Writes `value`, and nothing at all for an empty structure.
pub(super) fn write(value: &Value, terminal: Terminal, out: &mut dyn io::Write) -> io::Result<()> {
    if value.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(());
    }
    let escape = match terminal {
        Terminal::No => Escape::Nothing,
        Terminal::Yes => Escape::Unsafe,
    };
    let layout = Pretty(PrettyFormatter::with_indent(b"    "), escape);
    value.serialize(&mut Serializer::with_formatter(&mut *out, layout))?;
    out.write_all(b"\n")
}

/// `value` on one line without blanks and in ASCII, as `to_string` in a query gives it.
pub(super) fn compact(value: &Value) -> String {
    let mut out = Vec::new();
    // writing to a vector cannot fail, and a value has no keys that are not strings
    let _ = value.serialize(&mut Serializer::with_formatter(&mut out, Compact));
    String::from_utf8(out).unwrap_or_default()
}

fn write_fragment<W>(out: &mut W, fragment: &str, escape: Escape) -> io::Result<()>
where
    W: ?Sized + io::Write,
{
    let mut rest = fragment;
    while let Some(at) = rest.find(|c| escape.applies(c)) {
        let (plain, from) = rest.split_at(at);
        out.write_all(plain.as_bytes())?;
        let mut characters = from.chars();
        if let Some(c) = characters.next() {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        rest = characters.as_str();
    }
    out.write_all(rest.as_bytes())
}

/// A number as it was read, in Python's form.
fn write_number<W: ?Sized + io::Write>(out: &mut W, digits: &str) -> io::Result<()> {
    let number: Number = digits.parse()?;
    let text = match &*python::number(&number) {
        "inf" => "Infinity".to_owned(),
        "-inf" => "-Infinity".to_owned(),
        text => text.to_owned(),
    };
    out.write_all(text.as_bytes())
}

/// serde_json's layout with Python's numbers.
struct Pretty<'a>(PrettyFormatter<'a>, Escape);

impl Formatter for Pretty<'_> {
    fn write_number_str<W>(&mut self, out: &mut W, digits: &str) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        write_number(out, digits)
    }

    fn write_string_fragment<W>(&mut self, out: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        write_fragment(out, fragment, self.1)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W>(&mut self, out: &mut W, first: bool) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W>(&mut self, out: &mut W, first: bool) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

struct Compact;

impl Formatter for Compact {
    fn write_number_str<W>(&mut self, out: &mut W, digits: &str) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        write_number(out, digits)
    }

    fn write_string_fragment<W>(&mut self, out: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        write_fragment(out, fragment, Escape::NotAscii)
    }
}

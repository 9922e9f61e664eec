//! What goes to standard output: an answer as JSON, text or a table, the way the AWS CLI prints it.
//!
//! Wherever the AWS CLI prints something, this prints the same bytes. It differs on purpose in three places: on a
//! terminal, control characters that came from a server are escaped (see [`terminal`]); lists that mix objects with
//! other values, on which the AWS CLI crashes, are printed; and a table of a single value shows the value.

pub mod failure;
mod json;
mod python;
pub mod query;
pub mod skeleton;
mod table;
pub mod terminal;
mod text;
mod width;
mod yaml;

use std::borrow::Cow;
use std::io;

use serde_json::Value;

/// A value as Python shows it.
pub(crate) fn python_repr(value: &Value) -> String {
    python::repr(value)
}

/// The values of `--output`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Indented by four blanks, characters as they are.
    #[default]
    Json,
    /// Lines of values between tabs.
    Text,
    /// Boxes drawn with characters.
    Table,
    /// YAML, keys in order.
    Yaml,
    /// YAML, a list of answers.
    YamlStream,
}

impl Format {
    /// The names of all formats, as `--output` takes them.
    pub const NAMES: [&str; 5] = ["json", "text", "table", "yaml", "yaml-stream"];

    /// The format with this name, which is in lower case.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "text" => Some(Self::Text),
            "table" => Some(Self::Table),
            "yaml" => Some(Self::Yaml),
            "yaml-stream" => Some(Self::YamlStream),
            _ => None,
        }
    }
}

/// Whether standard output is a terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Terminal {
    /// A pipe or a file: values are printed as they came.
    #[default]
    No,
    /// A terminal: control characters in values are escaped.
    Yes,
}

/// The width to which tables are fitted where there is no terminal.
pub const COLUMNS: usize = 80;

/// How to print an answer.
#[derive(Clone, Copy, Debug)]
pub struct Style<'a> {
    /// The value of `--output`.
    pub format: Format,
    /// The title of a table: the name of the operation.
    pub title: &'a str,
    /// Whether tables have colours.
    pub color: bool,
    /// Where the output goes.
    pub terminal: Terminal,
    /// Whether a table of a single value shows the value.
    pub shows_scalars: bool,
    /// Whether lists that mix structures with other values, and tables of rows of different lengths, are an error.
    pub refuses_mixed_lists: bool,
    /// How many characters fit on a line: of the terminal, or else [`COLUMNS`].
    pub columns: usize,
}

impl<'a> Style<'a> {
    /// Without colours, to a pipe.
    pub fn new(format: Format, title: &'a str) -> Self {
        Self {
            format,
            title,
            color: false,
            terminal: Terminal::No,
            shows_scalars: true,
            refuses_mixed_lists: false,
            columns: COLUMNS,
        }
    }
}

/// Prints `value`.
///
/// An empty structure prints nothing, and as text or a table so does an empty list.
///
/// # Errors
///
/// What `out` reports, which had better be buffered; [`failure::exit_code`] says how the program then ends. Invalid data
/// where the value has no such form.
pub fn write(value: &Value, style: &Style<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let value = match (style.terminal, style.format) {
        // JSON and YAML have escapes of their own
        (Terminal::No, _) | (_, Format::Json | Format::Yaml | Format::YamlStream) => {
            Cow::Borrowed(value)
        }
        (Terminal::Yes, _) => Cow::Owned(terminal::safe_value(value)),
    };
    match style.format {
        Format::Json => json::write(&value, style.terminal, out)?,
        Format::Text if style.refuses_mixed_lists && text::is_mixed(&value) => {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the list has structures and other values",
            ));
        }
        Format::Text => text::write(&value, out)?,
        Format::Table => table::write(&value, style, out)?,
        Format::Yaml => yaml::write(&value, out)?,
        Format::YamlStream => yaml::write_item(&value, out)?,
    }
    out.flush()
}

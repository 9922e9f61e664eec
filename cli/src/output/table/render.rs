//! Draws sections with `+`, `-` and `|`.

use std::io;

use super::section::Section;
use crate::output::width::width;

const VALUE: &str = "\x1b[1m\x1b[34m";
const BAR: &str = "\x1b[2m\x1b[33m";
pub(super) const RESET: &str = "\x1b[0m";

/// Writes all sections, each as wide as the widest. If that is more than `columns`, sections with one row are turned
/// on their side; nothing is wrapped.
pub(super) fn write(
    mut sections: Vec<Section>,
    columns: usize,
    color: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if widest(&sections) > columns {
        sections = sections.into_iter().map(Section::into_vertical).collect();
    }
    let total = widest(&sections);
    let mut pen = Pen { out, color };
    pen.put(&format!("{}\n", "-".repeat(total)))?;
    for section in &sections {
        let inner = total - 2 * section.indent;
        title(section, inner, &mut pen)?;
        headers(section, inner, &mut pen)?;
        rows(section, inner, &mut pen)?;
    }
    Ok(())
}

fn widest(sections: &[Section]) -> usize {
    let widths = sections.iter().map(Section::total_width);
    widths.max().unwrap_or_default()
}

fn title(section: &Section, total: usize, pen: &mut Pen<'_>) -> io::Result<()> {
    let Some(title) = section.title.as_deref().filter(|title| !title.is_empty()) else {
        return Ok(());
    };
    pen.line(section.indent, &centered(title, total, "|"))?;
    if section.headers.is_empty() && section.rows.is_empty() {
        pen.line(section.indent, &rule(&[total]))?;
    }
    Ok(())
}

fn headers(section: &Section, total: usize, pen: &mut Pen<'_>) -> io::Result<()> {
    if section.headers.is_empty() {
        return Ok(());
    }
    let widths = section.column_widths(total);
    pen.line(section.indent, &rule(&widths))?;
    let cells = cells(&widths, &section.headers);
    let line: String = cells
        .map(|(text, width, edge)| centered(text, width, edge))
        .collect();
    pen.line(section.indent, &line)
}

fn rows(section: &Section, total: usize, pen: &mut Pen<'_>) -> io::Result<()> {
    let widths = section.column_widths(total);
    if section.rows.is_empty() || widths.is_empty() {
        return Ok(());
    }
    pen.line(section.indent, &rule(&widths))?;
    for row in &section.rows {
        let line: String = cells(&widths, row)
            .map(|(text, width, edge)| left_aligned(text, width, edge, pen.color))
            .collect();
        pen.line(section.indent, &line)?;
    }
    pen.line(section.indent, &rule(&widths))
}

/// The cells of a row with their widths; only the first has a bar on its left. A short row has empty cells.
fn cells<'a>(
    widths: &'a [usize],
    row: &'a [String],
) -> impl Iterator<Item = (&'a str, usize, &'static str)> {
    widths.iter().enumerate().map(|(index, width)| {
        let text = row.get(index).map_or("", String::as_str);
        (text, *width, if index == 0 { "|" } else { "" })
    })
}

/// `+---+----+`
fn rule(widths: &[usize]) -> String {
    let mut rule = String::new();
    for (index, width) in widths.iter().enumerate() {
        let edge = if index == 0 { "+" } else { "" };
        let dashes = "-".repeat(width.saturating_sub(1 + edge.len()));
        rule.extend([edge, &dashes, "+"]);
    }
    rule
}

fn centered(text: &str, total: usize, left: &str) -> String {
    let length = width(text);
    let before = (total / 2).saturating_sub(length / 2 + 1);
    let after = total.saturating_sub(left.len() + before + length + 1);
    format!("{left}{}{text}{}|", " ".repeat(before), " ".repeat(after))
}

fn left_aligned(text: &str, total: usize, left: &str, color: bool) -> String {
    let length = width(text);
    let before = if length + 2 + left.len() < total {
        2
    } else {
        0
    };
    let after = total.saturating_sub(left.len() + before + length + 1);
    let (value, reset) = if color { (VALUE, RESET) } else { ("", "") };
    let (before, after) = (" ".repeat(before), " ".repeat(after));
    format!("{left}{before}{value}{text}{reset}{after}|")
}

/// Writes pieces of text. With colours each piece is followed by a reset, as the AWS CLI's library does it, even if
/// the piece is empty.
struct Pen<'a> {
    out: &'a mut dyn io::Write,
    color: bool,
}

impl Pen<'_> {
    fn put(&mut self, text: &str) -> io::Result<()> {
        let reset = if self.color { RESET } else { "" };
        write!(self.out, "{text}{reset}")
    }

    /// A line between the bars of the levels around it.
    fn line(&mut self, indent: usize, text: &str) -> io::Result<()> {
        let bar = if self.color {
            format!("{BAR}|{RESET}")
        } else {
            "|".to_owned()
        };
        let bars = bar.repeat(indent);
        self.put(&bars)?;
        self.put(text)?;
        self.put(&bars)?;
        self.put("\n")
    }
}

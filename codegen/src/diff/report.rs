//! Writes down what a comparison has found.

use std::fmt;

use super::{Change, DiffReport, Difference};

/// Values are cut to this many characters.
const VALUE_WIDTH: usize = 100;

impl fmt::Display for DiffReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_differences(f)?;
        if !self.deliberate.is_empty() {
            writeln!(f, "deliberate:")?;
            for (entry, covered) in &self.deliberate {
                let count = covered.len();
                writeln!(
                    f,
                    "  {} {} ({})",
                    entry.shape,
                    entry.path,
                    counted(count, "difference")
                )?;
                writeln!(f, "      {}", entry.reason)?;
            }
            writeln!(f)?;
        }
        if !self.stale.is_empty() {
            writeln!(
                f,
                "listed as deliberate, but not there; take these entries away:"
            )?;
            for entry in &self.stale {
                writeln!(f, "  {} {}", entry.shape, entry.path)?;
            }
            writeln!(f)?;
        }
        let deliberate: usize = self
            .deliberate
            .iter()
            .map(|(_, covered)| covered.len())
            .sum();
        writeln!(
            f,
            "{} compared: {} to mend, {deliberate} deliberate, {}",
            counted(self.shapes, "shape"),
            counted(self.differences.len(), "difference"),
            counted(self.stale.len(), "stale entry"),
        )
    }
}

impl DiffReport<'_> {
    fn write_differences(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = None;
        for difference in &self.differences {
            if last != Some(difference.shape) {
                writeln!(f, "{}", difference.shape)?;
                last = Some(difference.shape);
            }
            write_difference(f, difference)?;
        }
        if !self.differences.is_empty() {
            writeln!(f)?;
        }
        Ok(())
    }
}

fn write_difference(f: &mut fmt::Formatter<'_>, difference: &Difference<'_>) -> fmt::Result {
    let path = if difference.path.is_empty() {
        "the shape itself"
    } else {
        &difference.path
    };
    match &difference.change {
        Change::OnlyOurs(value) => writeln!(f, "  {path}: only ours\n      {}", cut(value)),
        Change::OnlyTheirs(value) => writeln!(f, "  {path}: only theirs\n      {}", cut(value)),
        Change::Content { ours, theirs } => {
            writeln!(
                f,
                "  {path}\n      ours:   {}\n      theirs: {}",
                cut(ours),
                cut(theirs)
            )
        }
        Change::Order { ours, theirs } => {
            writeln!(
                f,
                "  {path}: in another order\n      ours:   {}\n      theirs: {}",
                cut(ours),
                cut(theirs)
            )
        }
    }
}

/// The value in one line, and not too much of it.
fn cut(value: &str) -> String {
    let mut words = String::new();
    for word in value.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.len() > 4 * VALUE_WIDTH {
            break;
        }
    }
    match words.char_indices().nth(VALUE_WIDTH) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

fn counted(count: usize, what: &str) -> String {
    match (count, what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {what}s"),
    }
}

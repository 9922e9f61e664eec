//! Writes down what a comparison has found.

use std::collections::HashSet;
use std::fmt;

use super::left_out::WHOLE;
use super::{Change, DiffReport, Difference, Standing};

/// Values are cut to this many characters.
const VALUE_WIDTH: usize = 100;

/// A line for each difference; what is deliberate where it is asked for.
impl fmt::Display for DiffReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (difference, standing) in &self.differences {
            write_difference(f, difference, *standing)?;
        }
        for (shape, path) in &self.gone {
            match &**path {
                WHOLE => writeln!(f, "{shape}: a part of it is gone from theirs")?,
                path => writeln!(f, "{shape} {path}: gone from theirs")?,
            }
        }
        for entry in &self.stale {
            writeln!(
                f,
                "{} {}: listed as deliberate, but not there; take the entry away",
                entry.shape, entry.path
            )?;
        }
        for (entry, covered) in self.deliberate.iter().filter(|_| self.verbose) {
            let count = counted(covered.len(), "difference");
            writeln!(f, "deliberate: {} {} ({count})", entry.shape, entry.path)?;
            writeln!(f, "    {}", entry.reason)?;
        }
        Ok(())
    }
}

impl DiffReport<'_> {
    /// How many there are of each kind, in one line.
    pub fn summary(&self) -> String {
        let deliberate = self.deliberate.iter();
        let deliberate: usize = deliberate.map(|(_, covered)| covered.len()).sum();
        let stale = match self.stale.len() {
            0 => String::new(),
            count => format!(", {}", counted(count, "stale entry")),
        };
        let left_out: HashSet<_> = self.left_out.iter().map(|it| it.shape).collect();
        let left_out = match left_out.len() {
            0 => String::new(),
            count => format!(", {} left out", counted(count, "shape")),
        };
        format!(
            "{} compared: {} to mend, {deliberate} deliberate{left_out}{stale}",
            counted(self.shapes, "shape"),
            counted(self.differences.len() + self.gone.len(), "difference"),
        )
    }
}

fn write_difference(
    f: &mut fmt::Formatter<'_>,
    difference: &Difference<'_>,
    standing: Standing,
) -> fmt::Result {
    let path = match &*difference.path {
        "" => "the shape itself",
        path => path,
    };
    write!(f, "{} {path}: ", difference.shape)?;
    match (&difference.change, standing) {
        (Change::OnlyOurs(value), _) => writeln!(f, "only ours: {}", cut(value)),
        (Change::OnlyTheirs(value), Standing::New) => {
            writeln!(f, "only theirs: {}", cut(value))
        }
        (Change::OnlyTheirs(value), Standing::Changed) => {
            writeln!(f, "changed in theirs: {}", cut(value))
        }
        (Change::Content { ours, theirs }, _) => {
            writeln!(f, "ours is {}, theirs {}", cut(ours), cut(theirs))
        }
        (Change::Order { ours, theirs }, _) => {
            writeln!(
                f,
                "in another order: ours {}; theirs {}",
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

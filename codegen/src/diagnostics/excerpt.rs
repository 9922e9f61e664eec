//! The lines of a file that a diagnostic shows.
//!
//! Official models may come minified, with everything in one line of megabytes. The renderer cuts long
//! lines to a window, but only what is not far behind the marks is given to it.

use std::ops::Range;

use super::Label;
use crate::source::{Source, SourceId, Sources};

/// What is shown of a line behind what it is about, in bytes.
const CONTEXT: usize = 200;
/// What is underlined of a span at most.
const UNDERLINED: usize = 80;
/// Labels in one file farther apart than this many lines get an excerpt each.
const FAR: usize = 1000;

/// Some consecutive lines of one file, with marks in them.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub(super) source: SourceId,
    /// The number of the first line of `text`.
    pub(super) first_line: usize,
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
}

/// A marked piece of the excerpt's text.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) range: Range<usize>,
    pub(super) label: String,
    pub(super) primary: bool,
}

struct Spot<'l> {
    label: &'l Label,
    primary: bool,
    line: usize,
}

/// Excerpts for the labels, that of the primary label first.
pub(super) fn excerpts(
    sources: &Sources,
    primary: Option<&Label>,
    secondary: &[Label],
) -> Vec<Excerpt> {
    let labels = primary
        .into_iter()
        .map(|label| (label, true))
        .chain(secondary.iter().map(|label| (label, false)));
    let mut groups: Vec<Vec<Spot<'_>>> = Vec::new();
    for (label, primary) in labels {
        let (line, _) = sources
            .get(label.span.source)
            .line_column(label.span.start());
        let spot = Spot {
            label,
            primary,
            line,
        };
        let near = |group: &&mut Vec<Spot<'_>>| {
            let first = &group[0];
            first.label.span.source == label.span.source && first.line.abs_diff(line) < FAR
        };
        match groups.iter_mut().find(near) {
            Some(group) => group.push(spot),
            None => groups.push(vec![spot]),
        }
    }
    groups.iter().map(|group| excerpt(sources, group)).collect()
}

fn excerpt(sources: &Sources, group: &[Spot<'_>]) -> Excerpt {
    let first = &group[0];
    let source = sources.get(first.label.span.source);
    let from = group.iter().map(|spot| spot.line).min().unwrap_or(1);
    let to = group.iter().map(|spot| spot.line).max().unwrap_or(1);
    let mut excerpt = Excerpt {
        source: first.label.span.source,
        first_line: from,
        text: String::new(),
        marks: Vec::new(),
    };
    let start = group
        .iter()
        .map(|spot| line_around(source, spot.label.span.start()).start)
        .min()
        .unwrap_or(0);
    let mut at = start;
    for line in from..=to {
        let range = line_around(source, at);
        let spots: Vec<_> = group.iter().filter(|spot| spot.line == line).collect();
        excerpt.push_line(source, range.clone(), &spots);
        at = range.end + 1;
    }
    excerpt
}

impl Excerpt {
    fn push_line(&mut self, source: &Source, line: Range<usize>, spots: &[&Spot<'_>]) {
        let text = source.text();
        let base = self.text.len();
        let mut shown = line.end.min(line.start + CONTEXT);
        for spot in spots {
            let span = spot.label.span;
            let end = text
                .floor_char_boundary(span.end().min(span.start() + UNDERLINED))
                .min(line.end);
            let range = base + span.start() - line.start..base + end.max(span.start()) - line.start;
            self.marks.push(Mark {
                range,
                label: spot.label.text.clone(),
                primary: spot.primary,
            });
            shown = shown.max(end + CONTEXT).min(line.end);
        }
        let shown = text.floor_char_boundary(shown);
        // Control characters would move the underline away from what it marks.
        self.text.extend(text[line.start..shown].chars().map(|c| {
            if c.is_ascii_control() && c != '\t' {
                ' '
            } else {
                c
            }
        }));
        if shown < line.end {
            self.text.push('…');
        }
        self.text.push('\n');
    }
}

/// The line around an offset, without its line break.
fn line_around(source: &Source, offset: usize) -> Range<usize> {
    let text = source.text();
    let offset = text.floor_char_boundary(offset.min(text.len()));
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[offset..]
        .find('\n')
        .map_or(text.len(), |newline| offset + newline);
    start..end
}

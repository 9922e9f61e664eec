//! The lines of a file that a diagnostic shows.
//!
//! Official models may come minified, with everything in one line of megabytes: of long lines only what is around the
//! marks is shown, with the place in the file and the way to it through the JSON.

use std::ops::Range;

use super::Label;
use super::json_path::json_path;
use crate::source::{Source, SourceId, Sources, floor_char_boundary};

/// Longer lines, in bytes, are cut.
const LONG: usize = 200;
/// How many characters of a long line are shown on either side of a mark.
const AROUND: usize = 40;
/// What is underlined of a span at most, in bytes.
const UNDERLINED: usize = 80;
/// The same in a long line.
const UNDERLINED_OF_LONG: usize = 40;
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
    /// Where a line is cut: the place of the first mark.
    pub(super) cut: Option<Cut>,
}

/// A place that the excerpt itself does not tell.
#[derive(Debug)]
pub(super) struct Cut {
    pub(super) line: usize,
    pub(super) column: usize,
    /// Keys and indices in a JSON file; empty at its top.
    pub(super) path: String,
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
        cut: None,
    };
    let start = group
        .iter()
        .map(|spot| line_around(source, spot.label.span.start()).start)
        .min()
        .unwrap_or(0);
    let mut at = start;
    let mut is_cut = false;
    for line in from..=to {
        let range = line_around(source, at);
        let spots: Vec<_> = group.iter().filter(|spot| spot.line == line).collect();
        is_cut |= range.len() > LONG && !spots.is_empty();
        excerpt.push_line(source, range.clone(), &spots);
        at = range.end + 1;
    }
    excerpt.cut = is_cut.then(|| {
        let start = first.label.span.start();
        let (line, column) = source.line_column(start);
        let path = match source.markdown() {
            None => json_path(source.text(), start),
            Some(_) => String::new(),
        };
        Cut { line, column, path }
    });
    excerpt
}

impl Excerpt {
    fn push_line(&mut self, source: &Source, line: Range<usize>, spots: &[&Spot<'_>]) {
        let text = source.text();
        let spans = spots.iter().map(|spot| underlined(text, &line, spot));
        let spans: Vec<_> = spans.collect();
        let mut shown = line.start;
        for window in windows(text, &line, &spans) {
            if window.start > shown {
                self.text.push('…');
            }
            let base = self.text.len();
            for (spot, span) in spots.iter().zip(&spans) {
                if window.start <= span.start && span.end <= window.end {
                    self.marks.push(Mark {
                        range: base + span.start - window.start..base + span.end - window.start,
                        label: spot.label.text.clone(),
                        primary: spot.primary,
                    });
                }
            }
            shown = window.end;
            self.push(&text[window]);
        }
        if shown < line.end {
            self.text.push('…');
        }
        self.text.push('\n');
    }

    /// Control characters would move the underline away from what it marks.
    fn push(&mut self, text: &str) {
        self.text.extend(text.chars().map(|c| {
            if c.is_ascii_control() && c != '\t' {
                ' '
            } else {
                c
            }
        }));
    }
}

/// The bytes to underline.
fn underlined(text: &str, line: &Range<usize>, spot: &Spot<'_>) -> Range<usize> {
    let span = spot.label.span;
    let most = if line.len() > LONG {
        UNDERLINED_OF_LONG
    } else {
        UNDERLINED
    };
    let start = span.start().min(line.end);
    let end = floor_char_boundary(text, span.end().min(start + most));
    start..end.min(line.end).max(start)
}

/// What is shown of a line, in order: all of a short one.
fn windows(text: &str, line: &Range<usize>, spans: &[Range<usize>]) -> Vec<Range<usize>> {
    if line.len() <= LONG {
        return vec![line.clone()];
    }
    let around = |span: &Range<usize>| {
        let mut before = text[line.start..span.start].char_indices().rev();
        let mut behind = text[span.end..line.end].char_indices();
        let start = before.nth(AROUND - 1);
        let end = behind.nth(AROUND);
        start.map_or(line.start, |(at, _)| line.start + at)
            ..end.map_or(line.end, |(at, _)| span.end + at)
    };
    let mut windows: Vec<_> = match spans {
        [] => vec![around(&(line.start..line.start))],
        spans => spans.iter().map(around).collect(),
    };
    windows.sort_by_key(|window| window.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for window in windows {
        match joined.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            _ => joined.push(window),
        }
    }
    joined
}

/// The line around an offset, without its line break.
fn line_around(source: &Source, offset: usize) -> Range<usize> {
    let text = source.text();
    let offset = floor_char_boundary(text, offset);
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[offset..]
        .find('\n')
        .map_or(text.len(), |newline| offset + newline);
    start..end
}

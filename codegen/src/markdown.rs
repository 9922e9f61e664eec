//! Documentation in Markdown files: a heading for each shape and member, with positions.
//!
//! `# namespace#Shape` begins a shape and `## member` one of its members. Headings of a lower level, and all that
//! stands in fenced code, are text.

use std::ops::Range;

use crate::document::{Fence, unwrap};

/// A file, cut at its headings.
#[derive(Debug, Clone, Default)]
pub struct Markdown {
    /// What stands below each heading, in file order.
    pub sections: Vec<Section>,
    /// The first line above all headings that is not blank.
    pub stray: Option<Range<usize>>,
    /// The line that opens fenced code that is not closed.
    pub unclosed: Option<Range<usize>>,
}

/// A heading and the text below it.
#[derive(Debug, Clone)]
pub struct Section {
    /// What it is about.
    pub subject: Subject,
    /// Where the id or name stands.
    pub name: Range<usize>,
    /// The text as a JSON string, with every paragraph and item of a list on one line; `""` where there is none.
    pub json: String,
}

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A shape.
    Shape,
    /// A member of the shape above.
    Member,
}

impl Markdown {
    /// Cuts a file at its headings.
    pub fn parse(text: &str) -> Self {
        let mut markdown = Self::default();
        let mut headings: Vec<(Subject, Range<usize>, usize)> = Vec::new();
        let mut ends = Vec::new();
        let mut fence = Fence::default();
        let mut next = 0;
        for line in text.split_inclusive('\n') {
            let start = next;
            next += line.len();
            let line = line.trim_end();
            let was_open = fence.is_open();
            let code = fence.takes(line);
            if code && !was_open {
                markdown.unclosed = Some(start..start + line.len());
            }
            match heading(line).filter(|_| !code) {
                Some((subject, name)) => {
                    headings.push((subject, start + name.start..start + name.end, next));
                    ends.push(start);
                }
                None if headings.is_empty() && !line.is_empty() && markdown.stray.is_none() => {
                    markdown.stray = Some(start..start + line.len());
                }
                None => {}
            }
        }
        markdown.unclosed = markdown.unclosed.filter(|_| fence.is_open());
        let ends = ends.into_iter().skip(1).chain([text.len()]);
        markdown.sections = headings
            .into_iter()
            .zip(ends)
            .map(|((subject, name, start), end)| Section {
                subject,
                name,
                json: serde_json::Value::from(unwrap(&text[start..end])).to_string(),
            })
            .collect();
        markdown
    }
}

/// What a line begins, and where in it the name stands.
fn heading(line: &str) -> Option<(Subject, Range<usize>)> {
    let (subject, name) = match line.strip_prefix("# ") {
        Some(name) => (Subject::Shape, name),
        None => (Subject::Member, line.strip_prefix("## ")?),
    };
    Some((subject, line.len() - name.trim_start().len()..line.len()))
}

impl Section {
    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.json == "\"\""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections(text: &str) -> Vec<(&str, String)> {
        let sections = Markdown::parse(text).sections;
        let read = |section: Section| {
            let value = serde_json::from_str(&section.json).expect("a string");
            (&text[section.name], value)
        };
        sections.into_iter().map(read).collect()
    }

    #[test]
    fn files_are_cut_at_their_headings() {
        let text = "\n# a#B\r\n\r\nOne \"two\"\r\nthree.\r\n\r\n### Deeper\r\n\r\n## left\n\n- four\n  five\n- six\n\n```\n# a#C\n  as it is\n```\n# a#D\n";
        assert_eq!(
            sections(text),
            [
                ("a#B", "One \"two\" three.\n\n### Deeper".to_owned()),
                (
                    "left",
                    "- four five\n- six\n\n```\n# a#C\n  as it is\n```".to_owned()
                ),
                ("a#D", String::new()),
            ]
        );
    }

    #[test]
    fn what_belongs_to_no_heading_is_found() {
        let found = Markdown::parse("\nHello\n\n# a#B\n\n~~~\n# a#C\n");
        assert_eq!((found.stray, found.unclosed), (Some(1..6), Some(15..18)));
        assert_eq!(found.sections.len(), 1);
        assert!(Markdown::parse("").sections.is_empty());
    }
}

//! The document pass: model documentation (CommonMark, or HTML as AWS writes it) becomes lines of
//! Markdown, wrapped to a width.
//!
//! A model's documentation is read and written again: in what comes out only addresses are links, no code is Rust that
//! rustdoc would run, and no character hides or reorders others.

mod fence;
mod html;
mod inline;
mod markdown;
mod spans;
mod wrap;
mod writer;

use self::inline::{Piece, pieces};

pub(crate) use fence::Fence;

/// Documentation, cleaned and ready to be wrapped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docs {
    markdown: String,
}

impl Docs {
    /// Reads the documentation of a model.
    pub fn new(source: &str) -> Self {
        // Lints take tabs in documentation amiss.
        let source = clean(source).replace('\t', "    ");
        let markdown = if html::looks_like_html(&source) {
            html::to_markdown(&source)
        } else {
            markdown::to_markdown(&source)
        };
        Self { markdown }
    }

    /// Markdown of ours, taken as it is.
    pub fn of(markdown: impl Into<String>) -> Self {
        Self {
            markdown: markdown.into(),
        }
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.markdown.is_empty()
    }

    /// The first sentence, on one line.
    pub fn summary(&self) -> String {
        let paragraph = self.markdown.split("\n\n").next().unwrap_or_default();
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        match sentence_end(&line) {
            Some(end) => line[..end].to_owned(),
            None => line,
        }
    }

    /// What follows the first sentence; all of it where it does not begin with one.
    pub fn without_summary(&self) -> Self {
        let (paragraph, rest) = self
            .markdown
            .split_once("\n\n")
            .unwrap_or((&self.markdown, ""));
        if !is_plain(paragraph) {
            return self.clone();
        }
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = sentence_end(&line).unwrap_or(line.len());
        Self::of(line[end..].trim_start()).and(rest)
    }

    /// All of it, with every code span that `link` knows turned into the link that it returns.
    pub fn linked(&self, link: impl Fn(&str) -> Option<Link>) -> Self {
        Self {
            markdown: link_code_spans(&self.markdown, link),
        }
    }

    /// With another paragraph at the end.
    pub fn and(&self, paragraph: &str) -> Self {
        let separator = if self.is_empty() || paragraph.is_empty() {
            ""
        } else {
            "\n\n"
        };
        Self {
            markdown: format!("{}{separator}{paragraph}", self.markdown),
        }
    }

    /// With another sentence at the end, of the last paragraph where that is plain text.
    pub fn ending(&self, sentence: &str) -> Self {
        let last = self.markdown.rsplit("\n\n").next().unwrap_or_default();
        let is_plain = is_plain(last) && last.ends_with(['.', '!', '?', ')']);
        if !is_plain || sentence.is_empty() {
            return self.and(sentence);
        }
        Self {
            markdown: format!("{} {sentence}", self.markdown),
        }
    }

    /// With its highest headings at this level and the others below.
    pub fn headings_from(&self, level: usize) -> Self {
        let mut highest = usize::MAX;
        map_lines(&self.markdown, |line| {
            highest = highest.min(heading(line).unwrap_or(highest));
            String::new()
        });
        let markdown = map_lines(&self.markdown, |line| match heading(line) {
            None => line.to_owned(),
            Some(depth) => format!(
                "{}{}",
                "#".repeat((depth - highest + level).min(6)),
                &line[depth..]
            ),
        });
        Self { markdown }
    }

    /// Lines of at most `width` columns where words allow it.
    pub fn lines(&self, width: usize) -> Vec<String> {
        wrap::wrap(&self.markdown, width)
    }

    /// The Markdown as it is.
    pub fn markdown(&self) -> &str {
        &self.markdown
    }
}

/// Whether a paragraph is text, and no list, code, table or quote.
fn is_plain(paragraph: &str) -> bool {
    let special = ['#', '|', '>', '-', '*', ' '];
    !paragraph.is_empty()
        && !paragraph.starts_with(special)
        && !paragraph.starts_with(|c: char| c.is_ascii_digit())
        && !paragraph.contains("```")
}

/// Markdown with every paragraph and every item of a list on one line. Code, tables, quotes and hard breaks stay.
pub(crate) fn unwrap(markdown: &str) -> String {
    wrap::wrap(markdown, usize::MAX)
        .join("\n")
        .trim_matches('\n')
        .to_owned()
}

/// Text as a code span, whatever is in it.
pub fn code_span(text: &str) -> String {
    marked(text, 1)
}

/// Text between so many backticks, or more where it has some itself.
fn marked(text: &str, ticks: usize) -> String {
    let text = clean(text).replace('\n', " ");
    let longest = text.split(|c| c != '`').map(str::len).max();
    match longest.unwrap_or_default() {
        0 if text.is_empty() => "`\"\"`".to_owned(),
        0 => {
            let ticks = "`".repeat(ticks);
            format!("{ticks}{text}{ticks}")
        }
        longest => {
            let ticks = "`".repeat(ticks.max(longest + 1));
            format!("{ticks} {text} {ticks}")
        }
    }
}

/// A title of a model on one line.
pub fn title(text: &str) -> String {
    markdown::to_line(&clean(text))
}

/// Text without control characters, and without those that reorder what stands around them.
pub(crate) fn clean(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(
                c,
                '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
            )
    };
    let ends = |c: char| matches!(c, '\r' | '\u{2028}' | '\u{2029}');
    if text.contains(|c| is_hidden(c) || ends(c)) {
        let text = text.replace("\r\n", "\n").replace(ends, "\n");
        text.replace(is_hidden, "")
    } else {
        text.to_owned()
    }
}

/// What a code span links to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The code that is shown.
    pub text: String,
    /// The path or address.
    pub target: String,
}

/// Where the first sentence ends: a full stop before a blank and no small letter, outside of code and links.
fn sentence_end(line: &str) -> Option<usize> {
    let mut at = 0;
    for piece in pieces(line) {
        let Piece::Text(text) = piece else {
            at += piece.as_str().len();
            continue;
        };
        for (index, c) in text.char_indices() {
            let end = at + index + c.len_utf8();
            let rest = &line[end..];
            let next = rest.trim_start().chars().next();
            let is_end =
                rest.is_empty() || rest.starts_with(' ') && next.is_none_or(|c| !c.is_lowercase());
            if matches!(c, '.' | '!' | '?') && is_end {
                return Some(end);
            }
        }
        at += text.len();
    }
    None
}

/// The level of a line that is a heading.
fn heading(line: &str) -> Option<usize> {
    let depth = line.bytes().take_while(|b| *b == b'#').count();
    (depth > 0 && line[depth..].starts_with(' ')).then_some(depth)
}

/// Applies `edit` to every line outside of fenced code.
fn map_lines(markdown: &str, mut edit: impl FnMut(&str) -> String) -> String {
    let mut fence = Fence::default();
    let lines: Vec<String> = markdown
        .lines()
        .map(|line| {
            if fence.takes(line) {
                line.to_owned()
            } else {
                edit(line)
            }
        })
        .collect();
    lines.join("\n")
}

fn link_code_spans(markdown: &str, link: impl Fn(&str) -> Option<Link>) -> String {
    map_lines(markdown, |line| {
        let pieces = pieces(line).map(|piece| match piece {
            // Two backticks around a name say that it is meant to be no link.
            Piece::Code(code) if !code.starts_with("``") => match link(code.trim_matches('`')) {
                Some(Link { text, target }) => format!("[`{text}`]({target})"),
                None => code.to_owned(),
            },
            other => other.as_str().to_owned(),
        });
        pieces.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_the_first_sentence() {
        let docs = Docs::new("Opens `a. B` at s3.example.com, e.g. this. Then more.\n\nAnd more.");
        assert_eq!(docs.summary(), "Opens `a. B` at s3.example.com, e.g. this.");
        assert_eq!(Docs::new("No full stop").summary(), "No full stop");
    }

    #[test]
    fn what_follows_the_first_sentence() {
        let docs = Docs::of("The name of a bucket. It has\n3 characters.\n\n- at least");
        let rest = docs.without_summary();
        assert_eq!(rest.markdown(), "It has 3 characters.\n\n- at least");
        assert!(Docs::of("A size in bytes.").without_summary().is_empty());
        let list = Docs::of("- one. Two");
        assert_eq!(list.without_summary(), list);
    }

    #[test]
    fn no_character_hides() {
        let docs = Docs::new("a\u{202e}b\0c\u{7}\r\nd `\u{2066}e\u{2069}`");
        assert_eq!(docs.markdown(), "abc d `e`");
        assert_eq!(code_span("a`b``c\nd"), "``` a`b``c d ```");
        assert_eq!(title("A [b]\n# c `d`"), "A \\[b\\] # c `d`");
    }

    #[test]
    fn code_spans_become_links_but_not_twice_and_not_in_code() {
        let docs = Docs::of("`A`, [`A`](x) and `B`\n\n```\n`A`\n```");
        let linked = docs.linked(|name| {
            (name == "A").then(|| Link {
                text: "a".to_owned(),
                target: "a.md".to_owned(),
            })
        });
        assert_eq!(
            linked.markdown(),
            "[`a`](a.md), [`A`](x) and `B`\n\n```\n`A`\n```"
        );
    }

    #[test]
    fn headings_move_outside_of_code() {
        let docs = Docs::of("### Permissions\n\n```\n# not a heading\n```");
        assert_eq!(
            docs.headings_from(1).markdown(),
            "# Permissions\n\n```\n# not a heading\n```"
        );
    }
}

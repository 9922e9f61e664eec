//! Wraps Markdown: paragraphs and list items flow, everything else stays as it is.

use super::Fence;
use super::inline::{Piece, pieces};

/// Lines of at most `width` columns where words allow it.
pub(super) fn wrap(markdown: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut block: Option<Block> = None;
    let mut fence = Fence::default();
    let mut in_list = false;
    for line in markdown.lines() {
        let trimmed = line.trim();
        in_list &= block.is_some() || trimmed.is_empty() || line.starts_with(' ');
        let is_code =
            fence.takes(line) || (block.is_none() && !in_list && line.starts_with("    "));
        if is_code || trimmed.is_empty() || trimmed.starts_with(['#', '|', '>']) {
            flush(&mut block, width, &mut lines);
            lines.push(line.trim_end().to_owned());
        } else if let Some(marker) = list_marker(line) {
            flush(&mut block, width, &mut lines);
            block = Some(Block::new(&line[..marker], line));
            in_list = true;
        } else if let Some(before) = &mut block {
            if let Some(next) = before.broken(line) {
                flush(&mut block, width, &mut lines);
                block = Some(next);
            } else {
                before.push(line);
            }
        } else {
            let indent = line.len() - line.trim_start().len();
            block = Some(Block::new(&line[..indent], line));
        }
    }
    flush(&mut block, width, &mut lines);
    lines
}

/// A paragraph or a list item: what stands before its first line, its text, and whether the last line of that ends
/// in a hard break.
struct Block {
    first: String,
    text: String,
    breaks: bool,
}

impl Block {
    /// The block that this line begins, without what stands before it.
    fn new(first: &str, line: &str) -> Self {
        let text = line[first.len()..].trim().to_owned();
        Self {
            first: first.to_owned(),
            text,
            breaks: has_hard_break(line),
        }
    }

    fn push(&mut self, line: &str) {
        self.text.push(' ');
        self.text.push_str(line.trim());
        self.breaks = has_hard_break(line);
    }

    /// What follows a hard break, which blanks at the end of a line become visible in.
    fn broken(&mut self, line: &str) -> Option<Self> {
        if !self.breaks {
            return None;
        }
        if !self.text.ends_with('\\') {
            self.text.push('\\');
        }
        let indent = " ".repeat(self.first.len());
        let text = line.trim().to_owned();
        Some(Self {
            first: indent,
            text,
            breaks: has_hard_break(line),
        })
    }
}

/// Whether Markdown ends the line here, whatever the width.
fn has_hard_break(line: &str) -> bool {
    line.ends_with("  ") || line.ends_with('\\')
}

fn flush(block: &mut Option<Block>, width: usize, lines: &mut Vec<String>) {
    let Some(Block { first, text, .. }) = block.take() else {
        return;
    };
    let indent = " ".repeat(first.len());
    let mut before = first;
    let mut line: Vec<&str> = Vec::new();
    let columns = |words: &[&str]| {
        words
            .iter()
            .map(|word| word.chars().count() + 1)
            .sum::<usize>()
    };
    let mut length = before.len();
    for word in words(&text) {
        if length + word.chars().count() > width {
            // A line must not start with what Markdown would read as a list or a heading: such a word takes
            // the one in front of it along.
            let next: Vec<_> = line.iter().copied().chain([word]).collect();
            let start = (1..=line.len()).rev().find(|at| !starts_a_block(next[*at]));
            if let Some(start) = start {
                lines.push(format!("{before}{}", line[..start].join(" ")));
                line.drain(..start);
                before.clone_from(&indent);
                length = before.len() + columns(&line);
            }
        }
        length += columns(&[word]);
        line.push(word);
    }
    lines.push(format!("{before}{}", line.join(" ")));
}

/// Splits at blanks, but neither inside a code span nor inside a link.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut at) = (0, 0);
    for piece in pieces(text) {
        if let Piece::Text(plain) = piece {
            for (blank, c) in plain.char_indices().filter(|(_, c)| c.is_whitespace()) {
                words.push(&text[start..at + blank]);
                start = at + blank + c.len_utf8();
            }
        }
        at += piece.as_str().len();
    }
    words.push(&text[start..]);
    words.retain(|word| !word.is_empty());
    words
}

/// The length of a list marker with its indent and blank, if the line starts with one.
fn list_marker(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    let rest = &line[indent..];
    if rest.starts_with(['-', '*', '+']) && rest[1..].starts_with(' ') {
        return Some(indent + 2);
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && rest[digits..].starts_with(". ")).then_some(indent + digits + 2)
}

/// Whether a line that starts with this word would be a list, a heading, a quote, a rule or part of a table.
pub(super) fn starts_a_block(word: &str) -> bool {
    let number = word
        .strip_suffix(['.', ')'])
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let is_rule = !word.is_empty()
        && word
            .chars()
            .all(|c| matches!(c, '-' | '=' | '+' | ':' | '|'));
    number || is_rule || word == "*" || word.starts_with(['#', '>', '|'])
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn paragraphs_and_items_flow_and_code_stays() {
        let text = "One two three four five.\n\n- alpha beta gamma delta\n  more\n1. first\n\n```\nlet long = \"a line that stays as it is\";\n```";
        let expected = [
            "One two three",
            "four five.",
            "",
            "- alpha beta",
            "  gamma delta",
            "  more",
            "1. first",
            "",
            "```",
            "let long = \"a line that stays as it is\";",
            "```",
        ];
        assert_eq!(wrap(text, 14), expected);
    }

    #[test]
    fn hard_breaks_and_indented_code_stay() {
        let text = "One\ntwo  \nthree\\\nfour\n\n    let a = 1;\n    let b;\n\n- five\n\n    six\n    seven";
        let expected = [
            "One two\\",
            "three\\",
            "four",
            "",
            "    let a = 1;",
            "    let b;",
            "",
            "- five",
            "",
            "    six seven",
        ];
        assert_eq!(wrap(text, usize::MAX), expected);
    }

    #[test]
    fn code_spans_are_not_broken_and_no_line_starts_a_list() {
        assert_eq!(
            wrap("see `a b c d e f` now", 8),
            ["see", "`a b c d e f`", "now"]
        );
        assert_eq!(wrap("it is 5 - 3 here", 7), ["it is", "5 - 3", "here"]);
    }
}

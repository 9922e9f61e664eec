//! A page as text in lines of a width.

use super::inline::Span;
use super::{Block, Document};

/// Columns from one depth to the next.
const STEP: usize = 4;
/// Text is never narrower than this, however far in it stands.
const MIN_WIDTH: usize = 20;

/// The page; `styled` is whether it may have bold text.
pub(super) fn render(document: &Document, width: usize, styled: bool) -> String {
    let mut page = Page {
        text: String::new(),
        width,
        styled,
    };
    let mut before: Option<&Block> = None;
    for block in &document.blocks {
        let is_close = matches!(
            (before, block),
            (None, _)
                | (
                    Some(Block::Section(_) | Block::Heading(_) | Block::Term(..)),
                    _
                )
                | (Some(Block::Bullet(..)), Block::Bullet(..))
        );
        if !is_close {
            page.text.push('\n');
        }
        page.block(block);
        before = Some(block);
    }
    page.text
}

struct Page {
    text: String,
    width: usize,
    styled: bool,
}

impl Page {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Section(title) => self.heading("", title),
            Block::Heading(title) => self.heading("  ", title),
            Block::Text(depth, spans) | Block::Term(depth, spans) => {
                self.wrap(spans, (depth + 1) * STEP, 0);
            }
            Block::Bullet(depth, spans) => {
                let indent = (depth + 1) * STEP;
                self.text.push_str(&format!("{:indent$}- ", ""));
                self.wrap(spans, indent + 2, indent + 2);
            }
            Block::Code(depth, lines) => {
                let indent = (depth + 1) * STEP;
                for line in lines {
                    match second_column(line) {
                        _ if line.is_empty() => self.text.push('\n'),
                        Some(at) if indent + line.chars().count() > self.width => {
                            let (name, text) = line.split_at(at);
                            self.text.push_str(&format!("{:indent$}{name}", ""));
                            let text = [Span {
                                text: text.to_owned(),
                                bold: false,
                            }];
                            self.wrap(&text, indent + at, indent + at);
                        }
                        _ => self.text.push_str(&format!("{:indent$}{line}\n", "")),
                    }
                }
            }
        }
    }

    fn heading(&mut self, indent: &str, title: &str) {
        let title = self.styled(title, true);
        self.text.push_str(&format!("{indent}{title}\n"));
    }

    /// A paragraph, of whose first line so many columns are written already.
    fn wrap(&mut self, spans: &[Span], indent: usize, written: usize) {
        let end = self.width.max(indent + MIN_WIDTH);
        let mut column = written;
        for word in words(spans) {
            let length: usize = word.iter().map(|part| part.text.chars().count()).sum();
            if column > indent && column + 1 + length > end {
                self.text.push('\n');
                column = 0;
            }
            match column {
                0 => {
                    self.text.push_str(&" ".repeat(indent));
                    column = indent;
                }
                column_now if column_now > indent => {
                    self.text.push(' ');
                    column += 1;
                }
                _ => {}
            }
            for part in &word {
                let part = self.styled(&part.text, part.bold);
                self.text.push_str(&part);
            }
            column += length;
        }
        self.text.push('\n');
    }

    fn styled(&self, text: &str, bold: bool) -> String {
        if self.styled && bold {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Where the text begins that stands behind an option.
fn second_column(line: &str) -> Option<usize> {
    let option = line.trim_start();
    let (_, text) = option
        .split_once("  ")
        .filter(|_| option.starts_with("--"))?;
    Some(line.len() - text.trim_start().len())
}

/// The words of a paragraph, each of which may have parts in bold.
fn words(spans: &[Span]) -> Vec<Vec<Span>> {
    let mut words: Vec<Vec<Span>> = Vec::new();
    let mut open = false;
    for Span { text, bold } in spans {
        for (number, part) in text.split(char::is_whitespace).enumerate() {
            open &= number == 0;
            if part.is_empty() {
                continue;
            }
            let part = Span {
                text: part.to_owned(),
                bold: *bold,
            };
            match words.last_mut().filter(|_| open) {
                Some(word) => word.push(part),
                None => words.push(vec![part]),
            }
            open = true;
        }
        open &= !text.ends_with(char::is_whitespace);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::help::markdown::{blocks, term};

    #[test]
    fn what_stands_behind_an_option_flows() {
        let rows = [
            "  --quiet    print nothing at all, not even errors",
            "  echo --a  --b  --c",
        ];
        let document = Document {
            title: String::new(),
            blocks: vec![Block::Code(0, rows.map(str::to_owned).into())],
        };
        let narrow = "      --quiet    print nothing at all,\n                 not even errors\n      echo --a  --b  --c\n";
        assert_eq!(render(&document, 38, false), narrow);
    }

    #[test]
    fn text_flows_at_any_width() {
        let docs = "Some `code`, and a word\n- an item of a list that is long\n```\na line of code that stays as it is\n```";
        let mut page = vec![Block::Section("OPTIONS"), term(0, "--a", "(string)")];
        page.extend(blocks(docs.lines(), 1));
        let document = Document {
            title: String::new(),
            blocks: page,
        };
        let narrow = "OPTIONS\n    --a (string)\n        Some code, and a\n        word\n\n        - an item of a list\n          \
                      that is long\n\n        a line of code that stays as it is\n";
        assert_eq!(render(&document, 28, false), narrow);
        let wide = render(&document, 200, true);
        assert!(
            wide.contains("        Some \u{1b}[1mcode\u{1b}[0m, and a word\n"),
            "{wide}"
        );
        assert!(render(&document, 1, false).lines().count() < 20);
    }
}

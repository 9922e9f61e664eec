//! Writes a page in the language of `man`, which fits lines to the terminal of the reader.

use super::inline::Span;
use super::{Block, Document};

/// Manual pages name a date. This is that of the model's S3 examples and changes with no build.
const DATE: &str = "2026-01-15";
/// Columns of a line of the source: `mandoc` warns of longer ones.
const WIDTH: usize = 78;
/// Columns from one depth to the next.
const STEP: usize = 4;
/// Words are not hyphenated, so that options and URLs can be copied; lines are not filled up with blanks, and a sentence
/// that ends a line of the source has one blank behind it like others.
const LAYOUT: &str = ".nh\n.ad l\n.ss 12 0\n";

/// The manual page.
pub(super) fn manual(document: &Document) -> String {
    let title = escaped(&document.title.to_uppercase());
    let version = env!("CARGO_PKG_VERSION");
    let mut page = Page {
        text: format!(".TH {title} 1 {DATE} \"zonal {version}\" \"User Commands\"\n{LAYOUT}"),
        depth: 0,
        starts: true,
    };
    for block in &document.blocks {
        page.block(block);
    }
    page.go_to(0);
    page.text
}

struct Page {
    text: String,
    depth: usize,
    /// Whether the next paragraph needs no macro: a heading or a term stands before it.
    starts: bool,
}

impl Page {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Section(title) => self.heading("SH", title),
            Block::Heading(title) => self.heading("SS", title),
            Block::Text(depth, spans) => {
                // the first paragraph below a term belongs to it
                if !(self.starts && *depth == self.depth + 1) {
                    self.go_to(*depth);
                    self.paragraph(".PP\n");
                }
                self.spans(spans);
                self.starts = false;
            }
            Block::Term(depth, spans) => {
                self.go_to(*depth);
                self.text.push_str(&format!(".TP {STEP}\n"));
                let term: String = spans.iter().map(styled).collect();
                self.text.push_str(&format!("{}\n", guarded(&term)));
                self.starts = true;
            }
            Block::Bullet(depth, spans) => {
                self.go_to(*depth);
                self.text.push_str(".IP \\(bu 2\n");
                self.spans(spans);
                self.starts = false;
            }
            Block::Code(depth, lines) => {
                self.go_to(*depth);
                self.paragraph(".PP\n");
                self.text.push_str(".nf\n");
                for line in lines {
                    // an empty line would be a paragraph
                    let line = if line.is_empty() {
                        "\\&".to_owned()
                    } else {
                        guarded(&escaped(line))
                    };
                    self.text.push_str(&format!("{line}\n"));
                }
                self.text.push_str(".fi\n");
                self.starts = false;
            }
        }
    }

    fn heading(&mut self, name: &str, title: &str) {
        self.go_to(0);
        self.text.push_str(&format!(".{name} {}\n", escaped(title)));
        self.starts = true;
    }

    /// Begins a paragraph; behind a heading there is none to end.
    fn paragraph(&mut self, macro_: &str) {
        if !self.starts || self.depth > 0 {
            self.text.push_str(macro_);
        }
    }

    /// Moves the left edge.
    fn go_to(&mut self, depth: usize) {
        while self.depth < depth {
            self.text.push_str(&format!(".RS {STEP}\n"));
            self.depth += 1;
        }
        while self.depth > depth {
            self.text.push_str(".RE\n");
            self.depth -= 1;
        }
    }

    /// A paragraph in lines that are not too long for the tools that read them.
    fn spans(&mut self, spans: &[Span]) {
        let text: String = spans.iter().map(styled).collect();
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.len() + 1 + word.len() > WIDTH {
                self.text.push_str(&format!("{}\n", guarded(&line)));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.text.push_str(&format!("{}\n", guarded(&line)));
    }
}

fn styled(span: &Span) -> String {
    let text = escaped(&span.text);
    if span.bold {
        // lines may break within it
        format!("\\fB{text}\\fR")
    } else {
        text
    }
}

/// A line that is text even where it begins like a macro.
fn guarded(line: &str) -> String {
    if line.starts_with(['.', '\'']) {
        format!("\\&{line}")
    } else {
        line.to_owned()
    }
}

/// Text in which no character means anything else than itself.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\e"),
            '-' => escaped.push_str("\\-"),
            '\'' => escaped.push_str("\\(aq"),
            '`' => escaped.push_str("\\(ga"),
            '^' => escaped.push_str("\\(ha"),
            '~' => escaped.push_str("\\(ti"),
            '"' => escaped.push_str("\\(dq"),
            '…' => escaped.push_str("..."),
            c if c.is_ascii() => escaped.push(c),
            c => escaped.push_str(&format!("\\[u{:04X}]", u32::from(c))),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::help::markdown::{blocks, term};

    #[test]
    fn text_is_not_taken_for_macros() {
        let mut page = vec![Block::Section("OPTIONS"), term(0, "--a", "")];
        page.extend(blocks(
            ".a `'b` \\c é…\n\nNext\n```\n.x\n\n'y'\n```".lines(),
            1,
        ));
        let document = Document {
            title: "zonal".to_owned(),
            blocks: page,
        };
        let body = manual(&document);
        let body = body.split_once(LAYOUT).unwrap().1;
        let expected = ".SH OPTIONS\n.TP 4\n\\fB\\-\\-a\\fR\n\\&.a \\fB\\(aqb\\fR \\ec \\[u00E9]...\n.RS 4\n.PP\nNext\n.PP\n.nf\n\
                        \\&.x\n\\&\n\\(aqy\\(aq\n.fi\n.RE\n";
        assert_eq!(body, expected);
    }
}

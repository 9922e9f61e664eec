//! The CommonMark of models, written again so that rustdoc follows, runs and warns of nothing that was not meant: what
//! only looks like a link, a tag or Rust is text.

use super::spans::inline;
use super::writer::Writer;

/// Turns CommonMark into Markdown that is safe.
pub(super) fn to_markdown(source: &str) -> String {
    let mut reader = Reader::default();
    source.lines().for_each(|line| reader.line(line));
    reader.finish()
}

/// Text on one line, such as a title: no block begins in it.
pub(super) fn to_line(source: &str) -> String {
    let mut writer = Writer::default();
    inline(&mut writer, source);
    writer.finish()
}

/// What a block of code can be in without being Rust.
const LANGUAGES: &[&str] = &["http", "json", "sh", "text", "toml", "xml", "yaml"];
/// Lists that are nested deeper are text.
const MAX_LISTS: usize = 16;

#[derive(Default)]
struct Reader {
    writer: Writer,
    paragraph: String,
    lists: Vec<List>,
    code: Option<Code>,
    after_blank: bool,
}

/// An open list in the source.
struct List {
    numbered: bool,
    /// The columns of its marker and of what follows.
    marker: usize,
    content: usize,
}

/// A block of code in the source.
struct Code {
    /// What ends it; none for code that is only indented.
    fence: Option<String>,
    language: &'static str,
    indent: usize,
    lines: Vec<String>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let line = line.replace('\t', "    ");
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if self.in_code(&line, text, indent) {
            return;
        }
        if text.is_empty() {
            self.end_paragraph();
            self.after_blank = true;
            return;
        }
        self.content(text.trim_end(), indent);
        self.after_blank = false;
    }

    /// Takes a line that belongs to a block of code.
    fn in_code(&mut self, line: &str, text: &str, indent: usize) -> bool {
        let Some(code) = &mut self.code else {
            return false;
        };
        let is_end = match &code.fence {
            Some(fence) => {
                let closing = text.trim_end();
                closing.starts_with(fence.as_str())
                    && closing.trim_start_matches(&fence[..1]).is_empty()
            }
            None => !text.is_empty() && indent < code.indent,
        };
        if !is_end {
            let from = code.indent.min(indent).min(line.len());
            code.lines.push(line[from..].to_owned());
            return true;
        }
        let fenced = code.fence.is_some();
        self.end_code();
        fenced
    }

    fn end_code(&mut self) {
        if let Some(mut code) = self.code.take() {
            while code.lines.last().is_some_and(|line| line.is_empty()) {
                code.lines.pop();
            }
            self.writer.fence(code.language, &code.lines);
            self.after_blank = true;
        }
    }

    /// A line outside of code.
    fn content(&mut self, text: &str, indent: usize) {
        self.leave_lists(text, indent);
        let base = self.lists.last().map_or(0, |list| list.content);
        if self.paragraph.is_empty() && indent >= base + 4 && self.after_blank {
            return self.begin_code(None, base + 4, "text", text, indent);
        }
        if let Some(fence) = fence(text) {
            self.end_paragraph();
            let language = text[fence.len()..].trim();
            let language = LANGUAGES.iter().find(|known| **known == language);
            let language = language.copied().unwrap_or("text");
            return self.begin_code(Some(fence.to_owned()), indent, language, "", indent);
        }
        if is_rule(text) {
            return self.end_paragraph();
        }
        if let Some(level) = heading(text) {
            self.end_paragraph();
            self.writer.heading(level);
            self.paragraph = text[level..].trim().trim_end_matches('#').to_owned();
            return self.end_paragraph();
        }
        if text.starts_with('|') {
            self.end_paragraph();
            inline(&mut self.writer, text);
            return self.writer.row();
        }
        if let Some(quoted) = text.strip_prefix('>') {
            let quoted = quoted.trim_start_matches(['>', ' ']);
            return match quoted {
                "" => self.end_paragraph(),
                quoted => self.content(quoted, indent.min(3)),
            };
        }
        if let Some((length, number)) = marker(text) {
            return self.item(text, indent, length, number);
        }
        if !self.paragraph.is_empty() {
            self.paragraph.push(' ');
        }
        self.paragraph.push_str(text);
    }

    fn begin_code(
        &mut self,
        fence: Option<String>,
        code_indent: usize,
        language: &'static str,
        first: &str,
        indent: usize,
    ) {
        let mut lines = Vec::new();
        if fence.is_none() {
            lines.push(format!("{}{first}", " ".repeat(indent - code_indent)));
        }
        self.code = Some(Code {
            fence,
            language,
            indent: code_indent,
            lines,
        });
    }

    /// Ends the lists that a line does not belong to.
    fn leave_lists(&mut self, text: &str, indent: usize) {
        let is_item = marker(text).is_some() && !is_rule(text);
        while let Some(list) = self.lists.last() {
            let belongs = if is_item {
                indent >= list.marker
            } else {
                indent >= list.content || !self.after_blank
            };
            if belongs {
                return;
            }
            self.end_list();
        }
    }

    fn end_list(&mut self) {
        self.end_paragraph();
        self.writer.end_list();
        self.lists.pop();
    }

    fn item(&mut self, text: &str, indent: usize, length: usize, number: Option<usize>) {
        self.end_paragraph();
        let numbered = number.is_some();
        let is_nested = self.lists.last().is_none_or(|list| indent >= list.content);
        if !is_nested
            && self
                .lists
                .last()
                .is_some_and(|list| list.numbered != numbered)
        {
            self.end_list();
            return self.item(text, indent, length, number);
        }
        if is_nested && self.lists.len() < MAX_LISTS {
            self.writer.list(number);
            self.lists.push(List {
                numbered,
                marker: indent,
                content: 0,
            });
        }
        let rest = text[length..].trim_start();
        let content = indent + length;
        if let Some(list) = self.lists.last_mut() {
            list.content = content;
        }
        self.writer.item();
        match rest {
            "" => {}
            rest if self.lists.len() < MAX_LISTS => self.content(rest, content),
            rest => self.paragraph.push_str(rest),
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        if !paragraph.is_empty() {
            inline(&mut self.writer, &paragraph);
            self.writer.block();
        }
    }

    fn finish(mut self) -> String {
        self.end_code();
        self.end_paragraph();
        self.writer.finish()
    }
}

/// The marks that begin a block of code.
fn fence(text: &str) -> Option<&str> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = text.len() - text.trim_start_matches(mark).len();
    let is_fence = length >= 3 && !(mark == '`' && text[length..].contains('`'));
    is_fence.then(|| &text[..length])
}

/// A line across, or one below a heading.
fn is_rule(text: &str) -> bool {
    let marks = ['-', '=', '*', '_'].into_iter();
    let mut marks = marks.filter(|mark| text.starts_with(*mark));
    let is_long = text.len() >= 3 || text.starts_with('=');
    is_long && marks.any(|mark| text.chars().all(|c| c == mark || c == ' '))
}

/// The level of a heading.
fn heading(text: &str) -> Option<usize> {
    let level = text.bytes().take_while(|byte| *byte == b'#').count();
    let is_heading = (1..=6).contains(&level) && text[level..].starts_with(' ');
    is_heading.then_some(level)
}

/// How long the marker is that begins an item of a list, blank included, and its number.
fn marker(text: &str) -> Option<(usize, Option<usize>)> {
    if text.starts_with("- ") || text.starts_with("* ") || text.starts_with("+ ") {
        return Some((2, None));
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let is_marker = (1..=9).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") "));
    is_marker.then(|| (digits + 2, text[..digits].parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::{to_line, to_markdown};

    #[test]
    fn only_links_to_addresses_are_links() {
        for (source, expected) in [
            ("See [link] and [x][y].", r"See \[link\] and \[x\]\[y\]."),
            (
                "[a](https://b.c/d) [a](b) ![i](https://j.k) ![i](j)",
                r"[a](https://b.c/d) \[a\](b) [i](https://j.k) !\[i\](j)",
            ),
            ("A Vec<T> of `Vec<T>`", r"A Vec\<T\> of `Vec<T>`"),
            (
                "At https://a.b/c?d=e, or <http://f.g>.",
                "At <https://a.b/c?d=e>, or <http://f.g>.",
            ),
            (r"a ` b ``c``d \[ \q", r"a \` b ``c``d \[ \\q"),
            (
                "é [ü] <ä snake_case _em_ *i* **b**",
                r"é \[ü\] \<ä snake_case *em* *i* **b**",
            ),
            ("a * b ** c _ d", r"a \* b \*\* c \_ d"),
            ("<p>x</p> <b>y</b> &lt;z&gt;", "x\n\n**y** \\<z\\>"),
        ] {
            assert_eq!(to_markdown(source), expected, "{source}");
        }
        assert_eq!(to_line("- a\n# b ``` [c]"), r"\- a # b \`\`\` \[c\]");
    }

    #[test]
    fn code_is_not_rust() {
        let source = "```\nlet x;\n```\n\n    f();\n\n      g();\n\n- item\n  more\n\n      h();\n\n~~~rust\n```\n[a]";
        let expected = "```text\nlet x;\n```\n\n```text\nf();\n\n  g();\n```\n\n- item more\n\n  ```text\n  h();\n  ```\n\n\
                        ````text\n```\n[a]\n````";
        assert_eq!(to_markdown(source), expected);
    }

    #[test]
    fn blocks_stay_what_they_are() {
        let source = "## Head ##\nText\n===\n> quote\n> more\n\n| a | [b] |\n|---|---|\n| c | d |\n\n1) one\n2) two\n   - in\n\n   para\n\n+ b\n\
                      last\n\nend";
        let expected = "## Head\n\nText\n\nquote more\n\n| a | \\[b\\] |\n|---|---|\n| c | d |\n\n1. one\n2. two\n   - in\n\n   para\n\n\
                        - b last\n\nend";
        assert_eq!(to_markdown(source), expected);
    }

    #[test]
    fn what_never_ends_is_read_in_time() {
        for piece in [
            "`", "[", "*", "<", "_", "> ", "- ", "1. ", "``a` ", "![", "](", "<a", "**a",
            "http://", "\\", "| ",
        ] {
            to_markdown(&piece.repeat(20_000));
            super::super::html::to_markdown(&piece.repeat(20_000));
        }
    }
}

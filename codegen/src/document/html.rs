//! The HTML that AWS writes into its models, as Markdown.
//!
//! Only the handful of elements that occur there are known; others vanish and leave their text.

/// Whether documentation is HTML rather than CommonMark.
pub(super) fn looks_like_html(source: &str) -> bool {
    let start = source.trim_start();
    [
        "<p",
        "<note",
        "<important",
        "<ul",
        "<ol",
        "<dl",
        "<b>",
        "<code",
        "<a ",
        "<i>",
    ]
    .iter()
    .any(|tag| start.starts_with(tag))
        || source.contains("</p>")
}

/// Turns HTML into Markdown.
pub(super) fn to_markdown(source: &str) -> String {
    let mut writer = Writer::default();
    let mut rest = source;
    while let Some(open) = rest.find('<') {
        writer.text(&rest[..open]);
        let Some(length) = rest[open..].find('>') else {
            writer.text(&rest[open..]);
            return writer.finish();
        };
        writer.tag(&rest[open + 1..open + length]);
        rest = &rest[open + length + 1..];
    }
    writer.text(rest);
    writer.finish()
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Whether the last block was the first of a list item: another such follows without an empty line.
    after_item: bool,
    line: String,
    /// The open lists: the number of the next item, none for bullets.
    lists: Vec<Option<usize>>,
    /// A list item has begun and its first block has not been written yet.
    item: Option<String>,
    link: Option<String>,
    code: bool,
    emphasis: Vec<usize>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let text = unescape(text);
        if self.code {
            self.line.push_str(&text);
            return;
        }
        for (index, piece) in text.split_whitespace().enumerate() {
            let blank = index > 0 || text.starts_with(char::is_whitespace);
            if blank && !self.line.is_empty() && !self.line.ends_with([' ', '[', '(']) {
                self.line.push(' ');
            }
            escape(piece, &mut self.line);
        }
        if text.ends_with(char::is_whitespace) && !self.line.is_empty() && !self.line.ends_with(' ')
        {
            self.line.push(' ');
        }
    }

    fn tag(&mut self, tag: &str) {
        let closing = tag.starts_with('/');
        let tag = tag.trim_matches('/').trim();
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        match (name.to_ascii_lowercase().as_str(), closing) {
            ("p" | "div" | "note" | "important" | "br" | "dl" | "dd" | "fullname", _) => {
                self.block()
            }
            ("dt", false) => self.block(),
            ("dt", true) => self.term(),
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", false) => {
                self.block();
                self.line.push_str("### ");
            }
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", true) => self.block(),
            ("ul", false) => self.list(None),
            ("ol", false) => self.list(Some(1)),
            ("ul" | "ol", true) => {
                self.block();
                self.lists.pop();
                self.item = None;
            }
            ("li", false) => self.item(),
            ("li", true) => self.block(),
            ("code", false) if !self.code => self.open_code(),
            ("code", true) if self.code => self.close_code(),
            ("b" | "strong" | "i" | "em", false) if !self.code => self.open_emphasis(),
            ("b" | "strong", true) => self.close_emphasis("**"),
            ("i" | "em", true) => self.close_emphasis("*"),
            ("a", false) => self.open_link(attributes),
            ("a", true) => self.close_link(),
            _ => {}
        }
    }

    fn list(&mut self, first: Option<usize>) {
        self.block();
        self.lists.push(first);
    }

    fn item(&mut self) {
        self.block();
        let marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
        self.item = Some(marker);
    }

    /// Ends the term of a definition, which stands out.
    fn term(&mut self) {
        let term = self.line.trim();
        if !term.is_empty() && !term.contains('*') && self.link.is_none() && !self.code {
            self.line = format!("**{term}**");
        }
        self.block();
    }

    fn open_code(&mut self) {
        self.code = true;
        self.line.push('`');
    }

    fn close_code(&mut self) {
        self.code = false;
        let start = self.line.rfind('`').map_or(0, |at| at + 1);
        let text: String = self
            .line
            .split_off(start)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if text.is_empty() {
            self.line.pop();
        } else {
            self.line.push_str(&text.replace('`', "'"));
            self.line.push('`');
        }
    }

    fn open_emphasis(&mut self) {
        self.emphasis.push(self.line.len());
    }

    fn close_emphasis(&mut self, mark: &str) {
        let Some(start) = self
            .emphasis
            .pop()
            .filter(|start| *start <= self.line.len())
        else {
            return;
        };
        let text = self.line.split_off(start);
        let inner = text.trim();
        if inner.is_empty() || inner.contains('*') {
            self.line.push_str(&text);
            return;
        }
        let (before, after) = (
            text.len() > text.trim_start().len(),
            text.len() > text.trim_end().len(),
        );
        let pad = |wanted: bool| if wanted { " " } else { "" };
        self.line
            .push_str(&format!("{}{mark}{inner}{mark}{}", pad(before), pad(after)));
    }

    fn open_link(&mut self, attributes: &str) {
        let target = attributes
            .split_once("href=\"")
            .and_then(|(_, rest)| rest.split_once('"'));
        if let Some((url, _)) =
            target.filter(|(url, _)| url.starts_with("http") && self.link.is_none())
        {
            self.link = Some(
                url.replace(' ', "%20")
                    .replace('(', "%28")
                    .replace(')', "%29"),
            );
            self.line.push('[');
        }
    }

    fn close_link(&mut self) {
        if let Some(url) = self.link.take() {
            let text = self.line.trim_end().len();
            self.line.truncate(text);
            self.line.push_str(&format!("]({url})"));
        }
    }

    /// Ends the block that is being written.
    fn block(&mut self) {
        self.close_link();
        self.emphasis.clear();
        let text = std::mem::take(&mut self.line);
        let text = text.trim();
        if text.is_empty() || text == "###" {
            return;
        }
        let depth = self.lists.len().saturating_sub(1);
        let item = self.item.take();
        let is_item = item.is_some();
        let block = match item {
            Some(marker) => format!("{}{marker}{text}", "  ".repeat(depth)),
            None if self.lists.is_empty() => text.to_owned(),
            None => format!("{}{text}", "  ".repeat(depth + 1)),
        };
        if !self.text.is_empty() {
            let tight = is_item && self.after_item;
            self.text.push_str(if tight { "\n" } else { "\n\n" });
        }
        self.text.push_str(&block);
        self.after_item = is_item;
    }

    fn finish(mut self) -> String {
        if self.code {
            self.close_code();
        }
        self.block();
        self.text
    }
}

/// Escapes what Markdown or rustdoc would take for a link or a tag.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '[' | ']' | '<' | '>' | '*' | '_' | '`' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    named.iter().fold(text.to_owned(), |text, (entity, plain)| {
        text.replace(entity, plain)
    })
}

#[cfg(test)]
mod tests {
    use super::to_markdown;

    #[test]
    fn paragraphs_lists_code_and_links() {
        let html = "<p>Uses <code>a b</code> &amp; <b>more</b>, see <a href=\"https://x.y/z\">the page</a>.</p>\
                    <ul> <li> <p>one [x]</p> </li> <li>two<ol><li>in</li></ol></li></ul><note><p>Last</p></note>";
        let expected = "Uses `a b` & **more**, see [the page](https://x.y/z).\n\n- one \\[x\\]\n- two\n  1. in\n\nLast";
        assert_eq!(to_markdown(html), expected);
    }

    #[test]
    fn broken_html_ends() {
        for html in [
            "<p>a <b",
            "<code>x",
            "<a href=\"http://x\">y",
            "</p></ul></li>",
            "<li>z",
        ] {
            to_markdown(html);
        }
    }
}

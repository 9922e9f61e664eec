//! [`Writer`]: Markdown that says what was meant, in rustdoc and on pages alike. Text is escaped, so that none of it
//! is taken for a link, a tag or code; blocks are indented by the lists they stand in.

use super::marked;

/// Lists that are nested deeper are written as if they were not.
const MAX_LISTS: usize = 16;

/// Builds Markdown block by block.
#[derive(Default)]
pub(super) struct Writer {
    text: String,
    /// Whether the last block was the first of a list item: another such follows without an empty line.
    after_item: bool,
    /// Whether a list has ended since the last block.
    after_list: bool,
    /// Whether the last block was a row of a table.
    after_row: bool,
    line: String,
    lists: Vec<List>,
    /// A list item has begun and its first block has not been written yet.
    item: Option<String>,
    /// The level of the heading that is being written.
    heading: Option<usize>,
    /// The address of the link that is being written, and where it starts in the line.
    link: Option<(String, usize)>,
    /// The code that is being written.
    code: Option<String>,
    emphasis: Vec<usize>,
}

/// An open list.
struct List {
    /// The number of the next item, none for bullets.
    next: Option<usize>,
    /// How far its items indent what belongs to them: nothing before the first item.
    width: usize,
}

impl Writer {
    /// Text, which means nothing but itself.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
            return;
        }
        for (index, word) in text.split_whitespace().enumerate() {
            let blank = index > 0 || text.starts_with(char::is_whitespace);
            let opens = self.line.ends_with([' ', '(']) || self.opens_link();
            if blank && !self.line.is_empty() && !opens {
                self.line.push(' ');
            }
            self.word(word);
        }
        if text.ends_with(char::is_whitespace) && !self.line.is_empty() && !self.line.ends_with(' ')
        {
            self.line.push(' ');
        }
    }

    /// Whether a link has been opened just now.
    fn opens_link(&self) -> bool {
        let start = self.link.as_ref().map(|(_, start)| *start);
        start.is_some_and(|start| self.line.len() == start + 1)
    }

    /// Addresses become links, unless a link is being written.
    fn word(&mut self, mut word: &str) {
        while let Some((start, length)) = find_address(word).filter(|_| self.link.is_none()) {
            escape(&word[..start], &mut self.line);
            let address = &word[start..start + length];
            self.line.push_str(&format!("<{address}>"));
            word = &word[start + length..];
        }
        escape(word, &mut self.line);
    }

    /// Code on a line, between so many backticks.
    pub(super) fn code(&mut self, code: &str, ticks: usize) {
        let words: Vec<_> = code.split_whitespace().collect();
        if words.is_empty() {
            return;
        }
        // Next to another span its marks would be taken for one.
        if self.line.ends_with('`') {
            self.line.push(' ');
        }
        self.line.push_str(&marked(&words.join(" "), ticks));
    }

    pub(super) fn open_code(&mut self) {
        self.code.get_or_insert_default();
    }

    pub(super) fn close_code(&mut self) {
        let Some(code) = self.code.take() else {
            return;
        };
        self.code(&code, 1);
    }

    pub(super) fn in_code(&self) -> bool {
        self.code.is_some()
    }

    pub(super) fn open_emphasis(&mut self) {
        self.emphasis.push(self.line.len());
    }

    pub(super) fn close_emphasis(&mut self, mark: &str) {
        let start = self.emphasis.pop();
        let Some(start) = start.filter(|start| *start <= self.line.len()) else {
            return;
        };
        let text = self.line.split_off(start);
        let inner = text.trim();
        if inner.is_empty() || inner.contains('*') {
            self.line.push_str(&text);
            return;
        }
        let pad = |wanted: bool| if wanted { " " } else { "" };
        let before = pad(text.len() > text.trim_start().len());
        let after = pad(text.len() > text.trim_end().len());
        self.line
            .push_str(&format!("{before}{mark}{inner}{mark}{after}"));
    }

    /// A link to an address; to anything else there is none.
    pub(super) fn open_link(&mut self, target: &str) {
        let is_address = target.starts_with("https://") || target.starts_with("http://");
        if !is_address || self.link.is_some() || self.code.is_some() {
            return;
        }
        // Together they would be an image.
        if self.line.ends_with('!') {
            self.line.insert(self.line.len() - 1, '\\');
        }
        self.link = Some((encoded(target), self.line.len()));
        self.line.push('[');
    }

    pub(super) fn close_link(&mut self) {
        let Some((target, start)) = self.link.take() else {
            return;
        };
        let end = self.line.trim_end().len();
        self.line.truncate(end);
        if self.line.len() <= start + 1 {
            self.line.truncate(start);
            return;
        }
        self.line.push_str(&format!("]({target})"));
    }

    /// Ends the term of a definition, which stands out.
    pub(super) fn term(&mut self) {
        let term = self.line.trim();
        if !term.is_empty() && !term.contains('*') && self.link.is_none() && self.code.is_none() {
            self.line = format!("**{term}**");
        }
        self.block();
    }

    pub(super) fn heading(&mut self, level: usize) {
        self.block();
        self.heading = Some(level);
    }

    /// Opens a list with this number, or with bullets.
    pub(super) fn list(&mut self, first: Option<usize>) {
        self.block();
        // Next to another list it would be taken for a part of that.
        self.after_item &= !self.after_list;
        self.lists.push(List {
            next: first,
            width: 0,
        });
    }

    pub(super) fn end_list(&mut self) {
        self.block();
        self.lists.pop();
        self.item = None;
        self.after_list = true;
    }

    pub(super) fn item(&mut self) {
        self.block();
        let number = self.lists.last_mut().and_then(|list| list.next.as_mut());
        self.item = Some(match number {
            Some(number) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            None => "- ".to_owned(),
        });
    }

    /// Ends a row of a table, as it stands in the source.
    pub(super) fn row(&mut self) {
        let row = std::mem::take(&mut self.line);
        let separator = if self.after_row { "\n" } else { "\n\n" };
        let indent = self.indent(self.lists.len());
        self.push(separator, &format!("{indent}{}", row.trim()));
        self.after_row = true;
    }

    /// Lines of code in this language, which is not Rust: rustdoc would run it.
    pub(super) fn fence(&mut self, language: &str, lines: &[String]) {
        self.block();
        let indent = self.indent(self.lists.len());
        // A line of the kind would end the block.
        let longest = lines.iter().map(|line| {
            let line = line.trim_start();
            line.len() - line.trim_start_matches('`').len()
        });
        let fence = "`".repeat(longest.max().unwrap_or_default().max(2) + 1);
        let inner = lines.iter().map(|line| match line.trim_end() {
            "" => "\n".to_owned(),
            line => format!("{indent}{line}\n"),
        });
        let inner: String = inner.collect();
        let block = format!("{indent}{fence}{language}\n{inner}{indent}{fence}");
        self.push("\n\n", &block);
    }

    /// Ends the block that is being written.
    pub(super) fn block(&mut self) {
        self.close_code();
        self.close_link();
        self.emphasis.clear();
        let line = std::mem::take(&mut self.line);
        let heading = self.heading.take();
        let text = line.trim();
        if text.is_empty() {
            return;
        }
        let text = match heading {
            Some(level) if self.lists.is_empty() => format!("{} {text}", "#".repeat(level)),
            _ => guarded(text),
        };
        let Some(marker) = self.item.take() else {
            let indent = self.indent(self.lists.len());
            self.push("\n\n", &format!("{indent}{text}"));
            return;
        };
        let depth = self.lists.len().saturating_sub(1);
        let indent = self.indent(depth);
        // Only a list from 1 can follow a line of text.
        let is_late = self.lists.last().is_some_and(|list| list.width == 0)
            && marker.starts_with(|c: char| c.is_ascii_digit())
            && marker != "1. ";
        if let Some(list) = self.lists.last_mut() {
            list.width = marker.len();
        }
        let tight = self.after_item && !is_late;
        let separator = if tight { "\n" } else { "\n\n" };
        self.push(separator, &format!("{indent}{marker}{text}"));
        self.after_item = true;
    }

    /// How far blocks within so many lists are indented.
    fn indent(&self, lists: usize) -> String {
        let lists = self.lists.iter().take(lists.min(MAX_LISTS));
        " ".repeat(lists.map(|list| list.width).sum())
    }

    fn push(&mut self, separator: &str, block: &str) {
        if !self.text.is_empty() {
            self.text.push_str(separator);
        }
        self.text.push_str(block);
        self.after_item = false;
        self.after_list = false;
        self.after_row = false;
    }

    /// All blocks, with an empty line between them.
    pub(super) fn finish(mut self) -> String {
        self.block();
        self.text
    }
}

/// A block whose first word cannot be taken for a marker.
fn guarded(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    if !super::wrap::starts_a_block(word) {
        return text.to_owned();
    }
    // A backslash means something only before punctuation.
    let at = word
        .find(|c: char| c.is_ascii_punctuation())
        .unwrap_or_default();
    format!("{}\\{}", &text[..at], &text[at..])
}

/// Escapes what Markdown or rustdoc would take for a link, a tag, code or emphasis.
fn escape(word: &str, out: &mut String) {
    let mut before = out.chars().next_back();
    let mut rest = word.chars();
    while let Some(c) = rest.next() {
        let special = match c {
            '[' | ']' | '<' | '>' | '*' | '`' | '\\' | '~' => true,
            // Inside of a word it stands for itself.
            '_' => {
                let is_inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                !(is_inside(before) && is_inside(rest.clone().next()))
            }
            '&' => is_entity(rest.as_str()),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
}

/// Whether an ampersand before this would be read with it as one character.
fn is_entity(text: &str) -> bool {
    let name = text.trim_start_matches('#');
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    end > 0 && name[end..].starts_with(';')
}

/// An address as the target of a link: nothing in it ends the link.
fn encoded(target: &str) -> String {
    let mut out = String::with_capacity(target.len());
    for c in target.chars() {
        match c {
            ' ' | '(' | ')' | '<' | '>' | '\\' | '`' | '[' | ']' | '*' => {
                out.push_str(&format!("%{:02X}", c as u32));
            }
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

/// Where in a word an address begins, and how long it is without what ends the sentence.
pub(super) fn find_address(word: &str) -> Option<(usize, usize)> {
    let starts = word.match_indices("http").map(|(at, _)| at);
    let mut starts = starts.filter(|at| !word[..*at].ends_with(char::is_alphanumeric));
    starts.find_map(|at| Some((at, address(&word[at..])?)))
}

/// How long the address is that a text begins with.
pub(super) fn address(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.starts_with(scheme))?
        .len();
    let ends = |c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '\\' | '|' | '*' | '[' | ']')
    };
    let rest = &text[scheme..];
    let end = rest.find(ends).unwrap_or(rest.len());
    let trailing = ['.', ',', ';', ':', '!', '?', ')', '\''];
    let length = rest[..end].trim_end_matches(trailing).len();
    (length > 0).then_some(scheme + length)
}

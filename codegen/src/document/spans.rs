//! What stands within a block of CommonMark: code, links, emphasis, elements of HTML. Marks without an end are text.

use super::html;
use super::writer::{Writer, address};
use crate::source::floor_char_boundary;

/// What is opened is closed within so many bytes, or stands for itself.
const MAX_SPAN: usize = 4_000;

/// What stands within a block.
pub(super) fn inline(writer: &mut Writer, text: &str) {
    let (mut plain, mut at) = (0, 0);
    while let Some(found) = text[at..].find(['\\', '`', '<', '[', '*', '_', '!', 'h']) {
        at += found;
        let (length, span) = span(text, at);
        if let Some(span) = span {
            writer.text(&html::unescape(&text[plain..at]));
            span.write(writer);
            plain = at + length;
        }
        at += length;
    }
    writer.text(&html::unescape(&text[plain..]));
}

/// What is more than text.
enum Span<'t> {
    Text(&'t str),
    Code(&'t str, usize),
    Link(&'t str, &'t str),
    Emphasis(&'static str, &'t str),
    Tag(html::Tag<'t>),
}

impl Span<'_> {
    fn write(self, writer: &mut Writer) {
        match self {
            Self::Text(text) => writer.text(text),
            Self::Code(code, ticks) => writer.code(code, ticks),
            Self::Link(text, target) => {
                writer.open_link(target);
                inline(writer, text);
                writer.close_link();
            }
            Self::Emphasis(mark, text) => {
                writer.open_emphasis();
                inline(writer, text);
                writer.close_emphasis(mark);
            }
            Self::Tag(tag) => tag.write(writer),
        }
    }
}

/// What begins with the mark at this place, and how long it is: marks without an end are text.
fn span(text: &str, at: usize) -> (usize, Option<Span<'_>>) {
    let rest = &text[at..];
    let window = &rest[..floor_char_boundary(rest, MAX_SPAN)];
    let before = text[..at].chars().next_back();
    match rest.as_bytes()[0] {
        b'\\' => {
            if rest[1..].starts_with(|c: char| c.is_ascii_punctuation()) {
                (2, Some(Span::Text(&rest[1..2])))
            } else {
                (1, None)
            }
        }
        b'`' => code(window),
        b'<' => tag(window, rest),
        b'[' => link(window).unwrap_or((1, None)),
        b'!' if window.starts_with("![") => match link(&window[1..]) {
            Some((length, link)) => (length + 1, link),
            None => (2, None),
        },
        b'*' | b'_' => emphasis(before, window),
        b'h' if !before.is_some_and(char::is_alphanumeric) => match address(window) {
            Some(length) => (length, Some(Span::Text(&window[..length]))),
            None => (1, None),
        },
        _ => (1, None),
    }
}

fn code(window: &str) -> (usize, Option<Span<'_>>) {
    let ticks = run(window, '`');
    let mut at = ticks;
    while let Some(found) = window[at..].find('`') {
        let start = at + found;
        let length = run(&window[start..], '`');
        if length == ticks {
            return (
                start + length,
                Some(Span::Code(&window[ticks..start], ticks)),
            );
        }
        at = start + length;
    }
    (ticks, None)
}

/// How often a mark stands at the start.
fn run(text: &str, mark: char) -> usize {
    text.len() - text.trim_start_matches(mark).len()
}

/// An address in pointed brackets, or an element of HTML.
fn tag<'t>(window: &'t str, rest: &'t str) -> (usize, Option<Span<'t>>) {
    let end = window.find('>').unwrap_or_default();
    if end > 0 && address(&window[1..]) == Some(end - 1) {
        return (end + 1, Some(Span::Text(&window[1..end])));
    }
    match html::tag(rest) {
        Some(tag) => (tag.length, Some(Span::Tag(tag))),
        None => (1, None),
    }
}

/// `[text](https://…)`
fn link(window: &str) -> Option<(usize, Option<Span<'_>>)> {
    let middle = window.find("](")?;
    let (text, target) = (&window[1..middle], &window[middle + 2..]);
    let end = target.find(')')?;
    let address = target[..end].split_whitespace().next()?;
    let is_address = address.starts_with("https://") || address.starts_with("http://");
    let is_link = is_address && !text.contains(['[', ']']) && !text.trim().is_empty();
    is_link.then_some((middle + 2 + end + 1, Some(Span::Link(text, address))))
}

/// `**text**`, `*text*`, `__text__` or `_text_`; a mark at a word is a part of it.
fn emphasis(before: Option<char>, window: &str) -> (usize, Option<Span<'_>>) {
    let mark = if window.starts_with('*') { '*' } else { '_' };
    let length = run(window, mark);
    let inner = &window[length..];
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let closed = inner.find(mark).filter(|end| {
        let (text, tail) = inner.split_at(*end);
        let after = tail.trim_start_matches(mark).chars().next();
        let is_flush = text.trim() == text && !text.is_empty();
        length <= 2 && run(tail, mark) == length && is_flush && !is_word(before) && !is_word(after)
    });
    match closed {
        Some(end) => {
            let strength = if length == 2 { "**" } else { "*" };
            (
                end + 2 * length,
                Some(Span::Emphasis(strength, &inner[..end])),
            )
        }
        None => (length, None),
    }
}

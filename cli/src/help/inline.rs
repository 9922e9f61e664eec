//! Inline Markdown of the table of commands: code, strong text and links.

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    /// Whether it is shown in bold: code, names and strong text are.
    pub(super) bold: bool,
}

impl Span {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            bold: false,
        }
    }

    pub(super) fn bold(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            bold: true,
        }
    }
}

/// Reads a paragraph of Markdown. Marks that are not closed are text.
pub(super) fn spans(markdown: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = markdown.trim();
    while let Some(c) = rest.chars().next() {
        let found = match c {
            '`' => code(rest),
            '*' => strong(rest),
            '[' => link(rest),
            '<' => address(rest),
            '\\' => rest[1..]
                .chars()
                .next()
                .filter(char::is_ascii_punctuation)
                .map(|c| (Span::plain(c), 1 + c.len_utf8())),
            _ => None,
        };
        let (span, length) = found.unwrap_or_else(|| (Span::plain(c), c.len_utf8()));
        if span.bold {
            if !plain.is_empty() {
                spans.push(Span::plain(std::mem::take(&mut plain)));
            }
            spans.push(span);
        } else {
            plain.push_str(&span.text)
        }
        rest = &rest[length..];
    }
    if !plain.is_empty() {
        spans.push(Span::plain(plain));
    }
    spans
}

/// Code between as many backticks as it begins with.
fn code(text: &str) -> Option<(Span, usize)> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let inner = &text[ticks..];
    let end = inner.find(&text[..ticks])?;
    let code = &inner[..end];
    let trimmed = match ticks {
        1 => code,
        _ => code.trim(),
    };
    Some((Span::bold(trimmed), ticks + end + ticks))
}

/// `**strong**` or `*emphasis*`.
fn strong(text: &str) -> Option<(Span, usize)> {
    let mark = if text.starts_with("**") { "**" } else { "*" };
    let inner = &text[mark.len()..];
    let end = inner.find(mark).filter(|end| *end > 0)?;
    let is_tight = !inner.starts_with(' ') && !inner[..end].ends_with(' ');
    is_tight.then(|| (Span::bold(&inner[..end]), mark.len() + end + mark.len()))
}

/// `[text](address)` as `text (address)`; of an address on the same site, the text alone.
fn link(text: &str) -> Option<(Span, usize)> {
    let (label, rest) = text[1..].split_once("](")?;
    if label.contains('[') {
        return None;
    }
    let (target, _) = rest.split_once(')')?;
    let length = 1 + label.len() + 2 + target.len() + 1;
    let label = label.replace('`', "");
    let shown = if target.contains("://") {
        format!("{label} ({target})")
    } else {
        label
    };
    Some((Span::plain(shown), length))
}

/// `<https://…>`
fn address(text: &str) -> Option<(Span, usize)> {
    let (address, _) = text[1..].split_once('>')?;
    let is_address = address.contains("://") && !address.contains(char::is_whitespace);
    is_address.then(|| (Span::plain(address), address.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_spans() {
        let read = |markdown: &str| {
            let spans = spans(markdown).into_iter();
            let spans = spans.map(|span| {
                if span.bold {
                    format!("<{}>", span.text)
                } else {
                    span.text
                }
            });
            spans.collect::<String>()
        };
        for (markdown, expected) in [
            ("a `b` **c** *d* e", "a <b> <c> <d> e"),
            ("``a`b`` and `` ` ``", "<a`b> and <`>"),
            (
                "[a `b`](https://c.d/e), [f](g.md)",
                "a b (https://c.d/e), f",
            ),
            ("<https://a.b> <c>", "https://a.b <c>"),
            (r"\[a\] 2 * 3 * 4 `open é", "[a] 2 * 3 * 4 `open é"),
            ("[not a link] *", "[not a link] *"),
        ] {
            assert_eq!(read(markdown), expected, "{markdown}");
        }
    }
}

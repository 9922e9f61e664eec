//! The document pass: model documentation (CommonMark, or HTML as AWS writes it) becomes lines of
//! Markdown, wrapped to a width.

mod fence;
mod html;
mod wrap;

pub(crate) use fence::Fence;

/// Documentation, cleaned and ready to be wrapped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docs {
    markdown: String,
}

impl Docs {
    /// Reads model documentation.
    pub fn new(source: &str) -> Self {
        let markdown = if html::looks_like_html(source) {
            html::to_markdown(source)
        } else {
            source.trim().to_owned()
        };
        Self { markdown }
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
        let special = ['#', '|', '>', '-', '*', ' '];
        let is_plain = !last.is_empty()
            && !last.starts_with(special)
            && !last.starts_with(|c: char| c.is_ascii_digit())
            && !last.contains("```")
            && last.ends_with(['.', '!', '?', ')']);
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
            Some(depth) => format!("{}{}", "#".repeat(depth - highest + level), &line[depth..]),
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

/// Markdown with every paragraph and every item of a list on one line. Code, tables, quotes and hard breaks stay.
pub(crate) fn unwrap(markdown: &str) -> String {
    wrap::wrap(markdown, usize::MAX)
        .join("\n")
        .trim_matches('\n')
        .to_owned()
}

/// Text as a code span, whatever is in it.
pub fn code_span(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
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

/// Where the first sentence ends: a full stop before a blank and no small letter, outside of code.
fn sentence_end(line: &str) -> Option<usize> {
    let mut in_code = false;
    for (at, c) in line.char_indices() {
        match c {
            '`' => in_code = !in_code,
            '.' | '!' | '?' if !in_code => {
                let rest = &line[at + 1..];
                let next = rest.trim_start().chars().next();
                if rest.is_empty()
                    || (rest.starts_with(' ') && next.is_none_or(|c| !c.is_lowercase()))
                {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
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
        .map(|line| match fence.takes(line) {
            true => line.to_owned(),
            false => edit(line),
        })
        .collect();
    lines.join("\n")
}

fn link_code_spans(markdown: &str, link: impl Fn(&str) -> Option<Link>) -> String {
    map_lines(markdown, |line| {
        let mut out = String::with_capacity(line.len());
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('`') {
            let Some((code, tail)) = after.split_once('`') else {
                break;
            };
            out.push_str(before);
            let linked = before.ends_with('[') || tail.starts_with("](");
            match link(code).filter(|_| !linked && !code.is_empty()) {
                Some(Link { text, target }) => out.push_str(&format!("[`{text}`]({target})")),
                None => out.push_str(&format!("`{code}`")),
            }
            rest = tail;
        }
        out.push_str(rest);
        out
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
    fn code_spans_become_links_but_not_twice_and_not_in_code() {
        let docs = Docs::new("`A`, [`A`](x) and `B`\n\n```\n`A`\n```");
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
        let docs = Docs::new("### Permissions\n\n```\n# not a heading\n```");
        assert_eq!(
            docs.headings_from(1).markdown(),
            "# Permissions\n\n```\n# not a heading\n```"
        );
    }
}

//! Converts the documentation in the table of commands to blocks: paragraphs, items, code and
//! headings.

use super::Block;
use super::inline::{Span, spans};

/// Reads documentation whose paragraphs stand on a line each.
pub(super) fn blocks<'l>(lines: impl IntoIterator<Item = &'l str>, depth: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut code: Option<Vec<String>> = None;
    for line in lines {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            match code.take() {
                Some(lines) => blocks.push(Block::Code(depth, lines)),
                None => code = Some(Vec::new()),
            }
            continue;
        }
        if let Some(code) = &mut code {
            code.push(line.to_owned());
            continue;
        }
        let level = (line.len() - line.trim_start().len()) / 2;
        let item = trimmed
            .strip_prefix("- ")
            .or_else(|| trimmed.strip_prefix("* "));
        match (trimmed, item) {
            ("", _) => {}
            (_, Some(item)) => blocks.push(Block::Bullet(depth + level, spans(item))),
            (heading, None) if heading.starts_with('#') => {
                let heading = spans(heading.trim_start_matches('#'));
                let heading = heading.into_iter().map(|span| span.text);
                blocks.push(Block::Heading(heading.collect()));
            }
            (table, None) if table.starts_with('|') => {
                blocks.push(Block::Code(depth, vec![table.to_owned()]));
            }
            (text, None) => {
                let text = text.trim_start_matches("> ").trim_end_matches('\\');
                blocks.push(Block::Text(depth + level, spans(text)));
            }
        }
    }
    if let Some(lines) = code {
        blocks.push(Block::Code(depth, lines));
    }
    blocks
}

/// A paragraph of our own.
pub(super) fn text(depth: usize, markdown: &str) -> Block {
    Block::Text(depth, spans(markdown))
}

/// A term: a name, and facts after it.
pub(super) fn term(depth: usize, name: &str, facts: &str) -> Block {
    let mut spans = vec![Span::bold(name)];
    if !facts.is_empty() {
        spans.push(Span::plain(format!(" {facts}")));
    }
    Block::Term(depth, spans)
}

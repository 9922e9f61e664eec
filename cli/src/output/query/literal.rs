//! Reads the literals of an expression, `` `…` ``, ahead of the parser.

use std::collections::HashMap;

use serde_json::Value;

use super::explain::lexer_error;

/// Takes the place of a literal.
const PLACEHOLDER: &str = "`0`";

/// An expression for the parser of the crate.
pub(super) struct Prepared {
    /// The expression with [`PLACEHOLDER`]s.
    pub(super) text: String,
    /// The literals by the offset of their placeholders in `text`.
    pub(super) literals: HashMap<usize, Value>,
    /// How many characters outside of quotes can nest an expression.
    pub(super) operators: usize,
    /// For each literal, where it ends in `text` and in the expression.
    ends: Vec<(usize, usize)>,
}

impl Prepared {
    /// The offset in the expression that belongs to one in `text`.
    pub(super) fn original(&self, offset: usize) -> usize {
        let before = self.ends.iter().rev().find(|(end, _)| *end <= offset);
        before.map_or(offset, |(end, original)| original + (offset - end))
    }
}

/// Puts placeholders in the place of literals. A quote that is not closed is left to the parser.
pub(super) fn prepare(expression: &str) -> Result<Prepared, String> {
    let mut prepared = Prepared {
        text: String::with_capacity(expression.len()),
        literals: HashMap::new(),
        operators: 0,
        ends: Vec::new(),
    };
    let mut rest = expression;
    while let Some(c) = rest.chars().next() {
        let at = expression.len() - rest.len();
        let length = match c {
            '`' | '\'' | '"' => quoted_length(rest, c),
            _ => Some(c.len_utf8()),
        };
        let Some(length) = length else {
            prepared.text.push_str(rest);
            return Ok(prepared);
        };
        let (token, after) = rest.split_at(length);
        if c == '`' {
            let value = read(&token[1..length - 1])
                .map_err(|message| lexer_error(expression, at, &message))?;
            prepared.literals.insert(prepared.text.len(), value);
            prepared.text.push_str(PLACEHOLDER);
            prepared.ends.push((prepared.text.len(), at + length));
        } else {
            prepared.text.push_str(token);
            prepared.operators += usize::from("[({.|&!*<>=".contains(c));
        }
        rest = after;
    }
    Ok(prepared)
}

/// The length of the token that opens `text` with `quote`, with both quotes. A backslash protects what follows it.
fn quoted_length(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        if c == '\\' {
            characters.next();
        } else if c == quote {
            return Some(at + 1);
        }
    }
    None
}

/// JSON, or else text without quotes.
fn read(content: &str) -> Result<Value, String> {
    let content = content.replace("\\`", "`");
    let text = || serde_json::from_str(&format!("\"{}\"", content.trim_start()));
    match serde_json::from_str(&content) {
        Ok(value) => Ok(value),
        Err(error) if error.to_string().starts_with("number out of range") => Err(error),
        Err(_) => text(),
    }
    .map_err(|_| format!("Bad token {content}"))
}

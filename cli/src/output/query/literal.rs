//! Reads the literals of an expression, `` `…` ``, ahead of the parser.

use std::collections::HashMap;

use serde_json::Value;

use crate::number::is_float;
use crate::version::behaviour;

/// Takes the place of a literal.
const PLACEHOLDER: &str = "`0`";

/// An expression for the parser of the crate.
pub(super) struct Prepared<'a> {
    /// The expression as it was given.
    pub(super) expression: &'a str,
    /// The expression with [`PLACEHOLDER`]s.
    pub(super) text: String,
    /// The literals by the offset of their placeholders in `text`.
    pub(super) literals: HashMap<usize, Value>,
    /// How deep the expression can be nested at most.
    pub(super) depth: usize,
    /// For each literal, where it ends in `text` and in the expression.
    ends: Vec<(usize, usize)>,
}

impl Prepared<'_> {
    /// The offset in the expression that belongs to one in `text`.
    pub(super) fn original(&self, offset: usize) -> usize {
        let before = self.ends.iter().rev().find(|(end, _)| *end <= offset);
        before.map_or(offset, |(end, original)| original + (offset - end))
    }

    /// Whether the list that opens at `offset` has commas between its elements; the crate does not ask for them.
    pub(super) fn has_commas(&self, offset: usize, elements: usize) -> bool {
        let mut rest = self.text.get(offset..).unwrap_or_default();
        let (mut depth, mut commas) = (0_usize, 0);
        while let Some(c) = rest.chars().next() {
            match c {
                '[' | '{' | '(' => depth += 1,
                ']' | '}' | ')' => depth = depth.saturating_sub(1),
                ',' if depth == 1 => commas += 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            let length = token_length(rest, c).unwrap_or(c.len_utf8());
            rest = rest.get(length..).unwrap_or_default();
        }
        commas + 1 == elements
    }
}

/// Puts placeholders in the place of literals. A quote that is not closed is left to the parser.
pub(super) fn prepare(expression: &str) -> Result<Prepared<'_>, String> {
    let mut prepared = Prepared {
        expression,
        text: String::with_capacity(expression.len()),
        literals: HashMap::new(),
        depth: 0,
        ends: Vec::new(),
    };
    let mut nesting = Nesting::default();
    let mut rest = expression;
    while let Some(c) = rest.chars().next() {
        let at = expression.len() - rest.len();
        let Some(length) = token_length(rest, c) else {
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
            nesting.add(c);
            prepared.depth = prepared.depth.max(nesting.depth);
        }
        rest = after;
    }
    Ok(prepared)
}

/// Counts what can nest one part of an expression in another: brackets, and operators up to the next comma.
#[derive(Default)]
struct Nesting {
    depth: usize,
    /// What was counted in each bracket that is open, and outside of all.
    open: Vec<usize>,
    here: usize,
}

impl Nesting {
    fn add(&mut self, c: char) {
        match c {
            '(' | '[' | '{' => {
                self.depth += 1;
                self.open.push(self.here + 1);
                self.here = 0;
            }
            ')' | ']' | '}' => {
                self.leave();
                self.here = self.open.pop().unwrap_or_default();
            }
            ',' => self.leave(),
            '.' | '|' | '&' | '!' | '*' | '<' | '>' | '=' => {
                self.depth += 1;
                self.here += 1;
            }
            _ => {}
        }
    }

    fn leave(&mut self) {
        self.depth -= self.here;
        self.here = 0;
    }
}

/// The length of the character at the start of `text` or, if it is a quote, of all up to the next. A backslash
/// protects what follows it.
fn token_length(text: &str, quote: char) -> Option<usize> {
    if !matches!(quote, '`' | '\'' | '"') {
        return Some(quote.len_utf8());
    }
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
    let bad = || format!("Bad token {content}");
    match serde_json::from_str(&content) {
        Ok(value) if is_finite(&value) || behaviour().python_json => Ok(value),
        Ok(_) => Err(bad()),
        Err(_) => text().map_err(|_| bad()),
    }
}

/// Whether a double holds each number that has a fraction or an exponent.
fn is_finite(value: &Value) -> bool {
    match value {
        Value::Number(number) => !is_float(number) || number.as_f64().is_some(),
        Value::Array(items) => items.iter().all(is_finite),
        Value::Object(members) => members.values().all(is_finite),
        _ => true,
    }
}

/// The message for what is no token, with a caret below it.
pub(super) fn lexer_error(expression: &str, at: usize, message: &str) -> String {
    let caret = " ".repeat(column(expression, at));
    format!("Bad jmespath expression: {message}:\n{expression}\n{caret}^")
}

/// The characters before this byte.
pub(super) fn column(expression: &str, at: usize) -> usize {
    let before = expression
        .char_indices()
        .take_while(|(index, _)| *index < at);
    before.count()
}

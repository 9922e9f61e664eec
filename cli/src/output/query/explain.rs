//! Says what is wrong with an expression, in the words of the AWS CLI.

use jmespath::{ErrorReason, JmespathError};

use super::literal::{Prepared, column, lexer_error};

/// The message for an error of the crate's parser.
pub(super) fn explain(prepared: &Prepared<'_>, error: &JmespathError) -> String {
    let expression = prepared.expression;
    let at = prepared.original(error.offset);
    let reason = match &error.reason {
        ErrorReason::Parse(reason) => reason.as_str(),
        ErrorReason::Runtime(_) => "",
    };
    if let Some(message) = of_lexer(expression, at, reason) {
        return lexer_error(expression, at, &message);
    }
    // of an end that comes too soon the AWS CLI says in some places what it expected
    let at_end = ("", "eof");
    let says_more = reason.starts_with("Expected identifier")
        || reason.starts_with("Expected number, ':', or ']'");
    let Some((text, kind)) = token(expression, at).or(says_more.then_some(at_end)) else {
        let caret = " ".repeat(expression.chars().count() + 1);
        return format!(
            "Invalid jmespath expression: Incomplete expression:\n\"{expression}\"\n{caret}^"
        );
    };
    let column = column(expression, at);
    let message = of_parser(reason, text, kind);
    let (kind, caret) = (kind.to_uppercase(), " ".repeat(column + 1));
    format!(
        "{message}: Parse error at column {column}, token \"{text}\" ({kind}), for expression:\n\"{expression}\"\n{caret}^"
    )
}

fn of_lexer(expression: &str, at: usize, reason: &str) -> Option<String> {
    let first = expression.get(at..)?.chars().next()?;
    if reason.starts_with("Invalid character") {
        Some(format!("Unknown token {first}"))
    } else if reason.starts_with("'=' is not") || reason.starts_with("'-' must") {
        Some(format!("Unknown token '{first}'"))
    } else if reason.starts_with("Unclosed") {
        Some(format!("Unclosed {first} delimiter"))
    } else if reason.starts_with("Expected valid number") {
        Some("Number out of range".to_owned())
    } else if reason.starts_with("Unable to parse") {
        Some("Bad quoted identifier".to_owned())
    } else {
        None
    }
}

/// How the crate's messages begin, and what the AWS CLI says instead.
const MESSAGES: [(&str, &str); 11] = [
    ("Unexpected", "invalid token"),
    (
        "Quoted strings",
        "Quoted identifier not allowed for function names.",
    ),
    ("Invalid function name", "Invalid function name"),
    (
        "Expected Field",
        "Expecting: ['quoted_identifier', 'unquoted_identifier'], got: ",
    ),
    ("Expected ':' to", "Expecting: colon, got: "),
    (
        "Expected identifier",
        "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: ",
    ),
    (
        "Expected '}'",
        "Expecting: ['quoted_identifier', 'unquoted_identifier'], got: ",
    ),
    ("Expected ']'", "Expecting: rbracket, got: "),
    ("Expected ')'", "Expecting: rparen, got: "),
    ("Expected number, ':', or '*'", "Expecting: star, got: "),
    ("Expected ':', or ']'", "Expecting: rbracket, got: "),
];

fn of_parser(reason: &str, text: &str, kind: &str) -> String {
    if reason.starts_with("Did not parse") {
        return format!("Unexpected token: {text}");
    }
    let found = MESSAGES
        .iter()
        .find(|(crates, _)| reason.starts_with(crates));
    let message = found.map_or("syntax error", |(_, message)| message);
    let kind = if message.ends_with("got: ") { kind } else { "" };
    format!("{message}{kind}")
}

/// Tokens that are always the same, the longer first.
const TOKENS: [(&str, &str); 24] = [
    ("[]", "flatten"),
    ("[?", "filter"),
    ("||", "or"),
    ("&&", "and"),
    ("<=", "lte"),
    (">=", "gte"),
    ("==", "eq"),
    ("!=", "ne"),
    (".", "dot"),
    ("*", "star"),
    ("[", "lbracket"),
    ("]", "rbracket"),
    (",", "comma"),
    (":", "colon"),
    ("@", "current"),
    ("(", "lparen"),
    (")", "rparen"),
    ("{", "lbrace"),
    ("}", "rbrace"),
    ("|", "pipe"),
    ("&", "expref"),
    ("<", "lt"),
    (">", "gt"),
    ("!", "not"),
];

/// The token at an offset and its kind; none at the end.
fn token(expression: &str, at: usize) -> Option<(&str, &'static str)> {
    let rest = expression.get(at..).filter(|rest| !rest.is_empty())?;
    if let Some((text, kind)) = TOKENS.iter().find(|(text, _)| rest.starts_with(text)) {
        return Some((text, kind));
    }
    let kind = match rest.chars().next()? {
        '0'..='9' | '-' => "number",
        '"' => "quoted_identifier",
        '`' | '\'' => "literal",
        _ => "unquoted_identifier",
    };
    let is_end = |c: char| match kind {
        "number" => !c.is_ascii_digit(),
        "unquoted_identifier" => !c.is_ascii_alphanumeric() && c != '_',
        _ => rest.starts_with(c),
    };
    let body = rest.char_indices().skip(1);
    let end = body
        .into_iter()
        .find(|(_, c)| is_end(*c))
        .map_or(rest.len(), |(end, _)| end);
    let start = usize::from(matches!(kind, "quoted_identifier" | "literal"));
    Some((&rest[start..end], kind))
}

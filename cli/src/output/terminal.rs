//! Text that came from a server, made safe for a terminal.
//!
//! A control character can move the cursor, change the title, answer as though typed, or, as a bidirectional control,
//! show a line in another order than it has. Each becomes an escape such as `\n`, `\x1b` or `\u202e`.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Map, Value};

/// Whether a terminal might act on `c` instead of showing it.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control() // C0, DEL and C1
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// `text` with all control characters escaped, line ends and tabs too: the result is one line.
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            c if is_unsafe(c) => push_escape(&mut safe, c),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

fn push_escape(text: &mut String, c: char) {
    let code = u32::from(c);
    // writing to a string cannot fail
    let _ = if code < 0x100 {
        write!(text, "\\x{code:02x}")
    } else {
        write!(text, "\\u{code:04x}")
    };
}

/// `value` with all its strings and keys made [`safe`].
pub(super) fn safe_value(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(safe(text).into_owned()),
        Value::Array(items) => items.iter().map(safe_value).collect(),
        Value::Object(members) => {
            let members = members.iter();
            let safe = members.map(|(key, value)| (safe(key).into_owned(), safe_value(value)));
            Value::Object(safe.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn nothing_that_a_terminal_acts_on_is_left() {
        let hostile = "a\0\x07\x1b[31m\x7f\u{9b}31m\u{202e}\u{2066}\u{2028}\r\n\tb";
        let expected = r"a\x00\x07\x1b[31m\x7f\x9b31m\u202e\u2066\u2028\r\n\tb";
        assert_eq!(safe(hostile), expected);
        assert_eq!(safe("plain é 日本 😀 \\"), "plain é 日本 😀 \\");
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = c.to_string();
            assert!(!safe(&text).contains(char::is_control), "{c:?}");
        }
    }
}

//! Parses whole numbers like Python's `int()`, which the AWS CLI uses for timeouts and similar options.

use crate::error::Error;

/// Parses a number: blanks around it, a sign, single underscores between digits, digits of any script. A number that is
/// too large becomes the largest number.
///
/// # Errors
///
/// If the text is not a whole number.
pub fn integer(text: &str) -> Result<i128, Error> {
    parse(text).ok_or_else(|| {
        Error::invalid(format!(
            "invalid literal for int() with base 10: {}",
            quoted(text)
        ))
    })
}

/// Parses the number of a setting. The error has its name.
pub(crate) fn number(name: &str, text: &str) -> Result<i128, Error> {
    integer(text).map_err(|error| Error::invalid(format!("{error}; {name} is a whole number.")))
}

fn parse(text: &str) -> Option<i128> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || digits.starts_with('_') || digits.ends_with('_') {
        return None;
    }
    let mut number: i128 = 0;
    let mut before = '0';
    for c in digits.chars() {
        if c == '_' && before != '_' {
            before = c;
            continue;
        }
        number = number
            .saturating_mul(10)
            .saturating_add(i128::from(digit(c)?));
        before = c;
    }
    Some(sign * number)
}

/// The value of a decimal digit. Unicode has the digits of each script in a block of ten.
fn digit(c: char) -> Option<u32> {
    const ZEROS: [u32; 12] = [
        0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0e50, 0x0ed0,
        0xff10,
    ];
    let code = u32::from(c);
    c.to_digit(10).or_else(|| {
        let zero = ZEROS
            .iter()
            .find(|zero| (**zero..**zero + 10).contains(&code))?;
        Some(code - zero)
    })
}

/// A text in quotes, like Python's `repr`.
pub fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_python_does() {
        for (text, number) in [("1_0", 10), (" +5 ", 5), ("٣", 3), ("-1", -1), ("007", 7)] {
            assert_eq!(integer(text), Ok(number));
        }
        for text in ["", "1.5", "_1", "1_", "1__0", "x", "+", "1 2"] {
            let failure = integer(text).unwrap_err();
            let words = format!("invalid literal for int() with base 10: '{text}'");
            assert_eq!(failure.to_string(), words);
        }
        assert_eq!(integer(&"9".repeat(99)), Ok(i128::MAX));
    }

    #[test]
    fn quotes_follow_what_is_inside() {
        assert_eq!(quoted("a'b"), "\"a'b\"");
        assert_eq!(quoted("a'b\"\n"), "'a\\'b\"\\n'");
    }
}

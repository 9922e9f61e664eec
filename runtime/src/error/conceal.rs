//! [`Secrets`]: what a server's text must not repeat.

use std::borrow::Cow;
use std::hint::black_box;

use http::{HeaderMap, HeaderValue};
use memchr::memmem;

use crate::secret::Wiped;

/// A shorter value stands in a text by chance.
const SHORTEST: usize = 8;

/// The secrets that went out with a request. A server or a proxy that repeats one in a message or an
/// id does not get it into our errors and logs.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<HeaderValue>);

impl Secrets {
    /// The values of the headers that are marked sensitive.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let sensitive = headers.values().filter(|value| value.is_sensitive());
        Self(sensitive.cloned().collect())
    }

    /// Whether a name that was shortened is a part of a secret.
    pub(crate) fn have(&self, name: &str) -> bool {
        let mut values = self.0.iter();
        let is_in = |value: &HeaderValue| memmem::find(value.as_bytes(), name.as_bytes()).is_some();
        name.len() >= SHORTEST && values.any(is_in)
    }

    /// The text with `***` in place of every secret, however it is written: with line breaks,
    /// control characters or invisible ones in between, percent-encoded, or with the escapes of XML,
    /// JSON or a terminal. Nothing that cleaning the text removes afterwards brings one back.
    pub(crate) fn conceal<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let letters = letters(text);
        let bytes = letters.bytes();
        let mut found = Vec::new();
        let values = self.0.iter();
        for secret in values.filter_map(|value| std::str::from_utf8(value.as_bytes()).ok()) {
            // what is longer than the text, as most secrets are, is not in it
            if plain_length(secret).is_some_and(|length| length > bytes.0.len()) {
                continue;
            }
            let secret = self::letters(secret).bytes();
            if secret.0.len() < SHORTEST {
                continue;
            }
            for at in memmem::find_iter(&bytes.0, &secret.0) {
                let last = letters.0[at + secret.0.len() - 1];
                found.push(letters.0[at].start..last.end);
            }
        }
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        found.sort_unstable_by_key(|range| range.start);
        let (mut concealed, mut end) = (String::with_capacity(text.len()), 0);
        for range in found {
            if range.start >= end {
                concealed.push_str(&text[end..range.start]);
                concealed.push_str("***");
            }
            end = end.max(range.end);
        }
        concealed.push_str(&text[end..]);
        Cow::Owned(concealed)
    }
}

/// A visible ASCII character, and where in the text it is written.
#[derive(Clone, Copy)]
struct Letter {
    byte: u8,
    start: usize,
    end: usize,
}

/// They are overwritten when they are dropped, as there may be a secret among them.
struct Letters(Vec<Letter>);

impl Letters {
    fn bytes(&self) -> Wiped {
        Wiped(self.0.iter().map(|letter| letter.byte).collect())
    }
}

impl Drop for Letters {
    fn drop(&mut self) {
        self.0.fill(Letter {
            byte: 0,
            start: 0,
            end: 0,
        });
        black_box(&mut self.0);
    }
}

/// How often escapes are taken for escaped themselves.
const ROUNDS: usize = 3;

/// How many letters a text has; `None` if it may contain escapes.
fn plain_length(text: &str) -> Option<usize> {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'%' | b'&' | b'\\');
    let graphic = |byte: &&u8| byte.is_ascii_graphic();
    let bytes = text.as_bytes();
    let is_plain = bytes.iter().all(is_plain);
    is_plain.then(|| bytes.iter().filter(graphic).count())
}

/// What is left of a text without all that does not show, and with its escapes read.
fn letters(text: &str) -> Letters {
    // as long as it gets: a vector that grows leaves copies
    let mut letters = Letters(Vec::with_capacity(text.len()));
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        match c {
            '\u{1b}' | '\u{9b}' => {
                let is_sequence = c == '\u{9b}' || chars.next_if(|(_, c)| *c == '[').is_some();
                if is_sequence {
                    // parameters, then one letter
                    while chars.next_if(|(_, c)| matches!(c, ' '..='?')).is_some() {}
                    chars.next_if(|(_, c)| matches!(c, '@'..='~'));
                }
            }
            _ if c.is_ascii_graphic() => letters.0.push(Letter {
                byte: c as u8,
                start,
                end: start + 1,
            }),
            _ => {}
        }
    }
    for _ in 0..ROUNDS {
        let Some(read) = unescaped(&letters.0) else {
            break;
        };
        letters = read;
    }
    letters
}

/// The letters with each escape as the character that it stands for; `None` if there is none.
fn unescaped(letters: &[Letter]) -> Option<Letters> {
    let mut read = Letters(Vec::with_capacity(letters.len()));
    let (mut at, mut is_any) = (0, false);
    while let Some(&letter) = letters.get(at) {
        let escape = match letter.byte {
            b'%' | b'&' | b'\\' => escape(&letters[at..]),
            _ => None,
        };
        let Some((length, character)) = escape else {
            read.0.push(letter);
            at += 1;
            continue;
        };
        is_any = true;
        let visible = u8::try_from(character).ok().filter(u8::is_ascii_graphic);
        read.0.extend(visible.map(|byte| Letter {
            byte,
            start: letter.start,
            end: letters[at + length - 1].end,
        }));
        at += length;
    }
    is_any.then_some(read)
}

/// The length of the escape at the start, and the character that it stands for.
fn escape(letters: &[Letter]) -> Option<(usize, u32)> {
    let bytes: Vec<u8> = letters.iter().take(12).map(|letter| letter.byte).collect();
    let number = |digits: Option<&[u8]>, radix| {
        let digits = std::str::from_utf8(digits?).ok()?;
        u32::from_str_radix(digits, radix).ok()
    };
    match &bytes[..] {
        [b'%', ..] => Some((3, number(bytes.get(1..3), 16)?)),
        [b'\\', b'u', ..] => Some((6, number(bytes.get(2..6), 16)?)),
        [b'\\', b'x', ..] => Some((4, number(bytes.get(2..4), 16)?)),
        [b'\\', other, ..] => Some((2, u32::from(*other))),
        [b'&', name @ ..] => {
            let end = name.iter().position(|byte| *byte == b';')?;
            let character = match &name[..end] {
                b"lt" => u32::from(b'<'),
                b"gt" => u32::from(b'>'),
                b"amp" => u32::from(b'&'),
                b"quot" => u32::from(b'"'),
                b"apos" => u32::from(b'\''),
                [b'#', b'x' | b'X', digits @ ..] => number(Some(digits), 16)?,
                [b'#', digits @ ..] => number(Some(digits), 10)?,
                _ => return None,
            };
            Some((end + 2, character))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sensitive_values_are_replaced_and_short_ones_stay() {
        let mut headers = HeaderMap::new();
        for (name, value, sensitive) in [
            ("a", "first secret", true),
            ("b", "no secret", false),
            ("c", "a", true),
        ] {
            let mut value = HeaderValue::from_static(value);
            value.set_sensitive(sensitive);
            headers.insert(name, value);
        }
        let secrets = Secrets::of(&headers);
        assert_eq!(
            secrets.conceal("first secret, first secret, no secret"),
            "***, ***, no secret"
        );
        assert!(matches!(secrets.conceal("a b"), Cow::Borrowed("a b")));
    }

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        let token = "abc/def+ghi%2Fjkl&mno==";
        let mut value = HeaderValue::from_static(token);
        value.set_sensitive(true);
        let secrets = Secrets(vec![value]);
        let joined = |separator: &str| {
            let parts: Vec<_> = token.chars().map(String::from).collect();
            parts.join(separator)
        };
        let each = |write: &dyn Fn(u8) -> String| -> String { token.bytes().map(write).collect() };
        let percent = each(&|byte| format!("%{byte:02x}"));
        for written in [
            token.to_owned(),
            joined("\n"),
            joined("\u{1}"),
            joined("\u{200b}"),
            joined(" \u{202e}\u{e9}"),
            joined("\u{1b}[31;1m"),
            joined("\u{9b}0m"),
            joined("%00"),
            joined("&#10;"),
            percent.clone(),
            percent.to_uppercase(),
            percent.replace('%', "%25"),
            percent.replace('%', "&#37;"),
            each(&|byte| format!("&#x{byte:x};")),
            each(&|byte| format!("&amp;#{byte};")),
            each(&|byte| format!("\\u{byte:04X}")),
            token.replace('/', "\\/"),
            token.replace('&', "&amp;"),
            token.replace('/', "%2F").replace('+', "%2B"),
        ] {
            let text = format!("before {written} after {written}");
            assert_eq!(
                secrets.conceal(&text),
                "before *** after ***",
                "{written:?}"
            );
        }
        for other in [
            "abc/def",
            "a % b &amp; c \\",
            "%",
            "%zz &#x; &none; \\u12",
            "é%é",
        ] {
            assert_eq!(secrets.conceal(other), other);
        }
    }
}

//! Whatever comes from a server or a user: no panic, and nothing on a terminal that it would act on.

use serde_json::{Map, Number, Value, json};
use zonal_cli::output::query;
use zonal_cli::output::{Format, Style, Terminal};

use crate::printed;

/// A generator of numbers that is the same on each run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn character(&mut self) -> char {
        let limit = [0x20, 0x80, 0xa0, 0x300, 0x2100, 0x1_0000, 0x11_0000][self.below(7)];
        char::from_u32(self.below(limit) as u32).unwrap_or('\u{202e}')
    }

    fn text(&mut self) -> String {
        (0..self.below(12)).map(|_| self.character()).collect()
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 5 } else { 8 }) {
            0 => [Value::Null, json!(true), json!(false)][self.below(3)].clone(),
            1 => json!(self.0 as i64),
            2 if self.below(2) == 0 => digits(self.0),
            2 => Number::from_f64(f64::from_bits(self.0)).map_or(json!(u64::MAX), Value::Number),
            3 | 4 => json!(self.text()),
            5 => (0..self.below(5)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let members = (0..self.below(5)).map(|_| (self.text(), self.value(depth - 1)));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }
}

/// An integer that takes more than 64 bits.
fn digits(number: u64) -> Value {
    let digits = format!("-1{number}00000000000000000000");
    serde_json::from_str(&digits).unwrap()
}

#[test]
fn every_value_can_be_printed() {
    let mut random = Random(0x5eed);
    // one number can be written in several ways
    let same = query::compile("[0] == [1]").unwrap();
    for _ in 0..3000 {
        let value = random.value(5);
        for name in Format::NAMES {
            let mut style = Style::new(Format::from_name(name).unwrap(), "Title\u{9b}");
            style.columns = random.below(200);
            style.terminal = Terminal::Yes;
            let on_terminal = printed(&value, &style);
            let acted_on = |c: char| c.is_control() && c != '\n' && c != '\t';
            assert!(!on_terminal.contains(acted_on), "{name}: {value}");
            assert!(
                !on_terminal.contains(['\u{202e}', '\u{2066}']),
                "{name}: {value}"
            );
            if name == "json" && value != json!({}) {
                let read: Value = serde_json::from_str(&on_terminal).unwrap();
                let pair = json!([read, value]);
                assert_eq!(same.apply(&pair).unwrap(), json!(true), "{pair}");
            }
            style.color = true;
            style.terminal = Terminal::No;
            printed(&value, &style);
        }
    }
}

/// Far deeper than any answer, and than serde_json reads.
#[test]
fn depth_does_no_harm() {
    let mut value = json!("x");
    for level in 0..400 {
        value = if level % 2 == 0 {
            json!([value])
        } else {
            json!({ "a": value })
        };
    }
    for name in Format::NAMES {
        let style = Style::new(Format::from_name(name).unwrap(), "Deep");
        assert!(printed(&value, &style).contains('x'), "{name}");
    }
}

#[test]
fn every_expression_compiles_or_is_refused() {
    const PIECES: [&str; 30] = [
        "a",
        "b.c",
        ".",
        "[",
        "]",
        "[]",
        "[?",
        "[*]",
        "*",
        "(",
        ")",
        "{",
        "}",
        ":",
        ",",
        "@",
        "&",
        "&&",
        "||",
        "|",
        "!",
        "==",
        "<",
        "-1",
        "0",
        "'",
        "`",
        "\"",
        "length(",
        "é\u{202e}",
    ];
    let document = json!({ "a": [1, { "b": [2] }], "b": { "c": "é" } });
    let mut random = Random(0x0bad_5eed);
    for _ in 0..30_000 {
        let pieces = (0..random.below(14)).map(|_| PIECES[random.below(PIECES.len())]);
        let expression = pieces.collect::<String>();
        if let Ok(query) = query::compile(&expression) {
            let _ = query.apply(&document);
        }
    }
}

/// Each of these nests the parser, the evaluation or both; a test's stack is smaller than a program's.
#[test]
fn long_expressions_do_not_overflow_the_stack() {
    for piece in [
        "(", "[", "[[", "{a:", "!", "a.", "a[?", "a[*].", "a||", "a|", "&", "-", "a[0]", "abs(",
        "a==", "{a:a}.", "`[`",
    ] {
        for count in [45, 90, 100_000] {
            let open = piece.repeat(count);
            let close: String = piece
                .chars()
                .rev()
                .map(|c| match c {
                    '(' => ')',
                    '[' => ']',
                    '{' => '}',
                    _ => ' ',
                })
                .collect();
            for expression in [
                open.clone(),
                format!("{open}a"),
                format!("{open}a{}", close.repeat(count)),
            ] {
                if let Ok(query) = query::compile(&expression) {
                    let _ = query.apply(&json!({ "a": [[{ "a": 1 }]] }));
                }
            }
        }
    }
}

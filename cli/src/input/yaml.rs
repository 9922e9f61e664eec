//! YAML as people write inputs: blocks and flows, texts with quotes or without, comments. Anchors, tags, texts over several
//! lines and several documents are refused by name.

use serde_json::{Map, Number, Value};

/// As deep as JSON may be.
const DEEPEST: usize = 128;

/// Reads a document. The error says in which line something is wrong, without the text, which may hold secrets.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let mut lines = Vec::new();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\u{85}')) {
            return Err(format!(
                "line {}: YAML has no control characters; write them as \"\\x07\"",
                at + 1
            ));
        }
        let bare = without_comment(line).trim_end();
        let inner = bare.trim_start_matches(' ');
        let number = at + 1;
        if inner.starts_with('\t') {
            return Err(format!("line {number}: a tab indents nothing; use blanks"));
        }
        let is_start = inner == "---" && lines.is_empty();
        if inner.is_empty() || is_start {
            continue;
        }
        if matches!(inner, "---" | "...") || inner.starts_with('%') {
            return Err(format!("line {number}: this is more than one document"));
        }
        let indent = bare.len() - inner.len();
        let text = inner.to_owned();
        lines.push(Line {
            indent,
            text,
            number,
        });
    }
    let mut reader = Reader { lines, at: 0 };
    let Some(first) = reader.lines.first() else {
        return Ok(Value::Null);
    };
    let value = reader.block(first.indent, 0)?;
    match reader.lines.get(reader.at) {
        None => Ok(value),
        Some(line) => Err(format!(
            "line {}: this line does not continue the lines above it",
            line.number
        )),
    }
}

struct Line {
    indent: usize,
    text: String,
    number: usize,
}

struct Reader {
    lines: Vec<Line>,
    at: usize,
}

impl Reader {
    /// A value whose lines stand at this indent.
    fn block(&mut self, indent: usize, depth: usize) -> Result<Value, String> {
        let line = &self.lines[self.at];
        if depth == DEEPEST {
            return Err(format!(
                "line {}: nested more than {DEEPEST} deep",
                line.number
            ));
        }
        if is_item(&line.text) {
            self.items(indent, depth)
        } else if key_end(&line.text).is_some() {
            self.members(indent, depth)
        } else {
            let text = line.text.clone();
            self.at += 1;
            self.inline(text, depth)
        }
    }

    fn items(&mut self, indent: usize, depth: usize) -> Result<Value, String> {
        let mut items = Vec::new();
        while let Some(line) = self.lines.get_mut(self.at)
            && line.indent == indent
            && is_item(&line.text)
        {
            let rest = line.text[1..].trim_start_matches(' ');
            if rest.is_empty() {
                self.at += 1;
                items.push(self.below(indent + 1, depth)?);
                continue;
            }
            // what stands behind the dash is a block of its own, as far right as it stands
            let inner = indent + line.text.len() - rest.len();
            line.text = rest.to_owned();
            line.indent = inner;
            items.push(self.block(inner, depth + 1)?);
        }
        Ok(Value::Array(items))
    }

    fn members(&mut self, indent: usize, depth: usize) -> Result<Value, String> {
        let mut members = Map::new();
        while let Some(line) = self.lines.get(self.at)
            && line.indent == indent
            && let Some(end) = key_end(&line.text)
        {
            let number = line.number;
            let (name, rest) = (
                line.text[..end].trim_end(),
                line.text[end + 1..].trim().to_owned(),
            );
            let name = match Flow::new(name, number).scalar(&[])? {
                Value::String(name) => name,
                _ => name.to_owned(),
            };
            self.at += 1;
            let next = self.lines.get(self.at);
            let value = if !rest.is_empty() {
                self.inline(rest, depth)?
            } else if next.is_some_and(|next| next.indent == indent && is_item(&next.text)) {
                // a list may stand as far left as its name
                self.items(indent, depth + 1)?
            } else {
                self.below(indent + 1, depth)?
            };
            if members.insert(name, value).is_some() {
                return Err(format!("line {number}: this name is there already"));
            }
        }
        Ok(Value::Object(members))
    }

    /// The block of the next lines if they stand at least so far right; null if there is none.
    fn below(&mut self, least: usize, depth: usize) -> Result<Value, String> {
        match self.lines.get(self.at) {
            Some(next) if next.indent >= least => self.block(next.indent, depth + 1),
            _ => Ok(Value::Null),
        }
    }

    /// A value on one line, or within brackets over several.
    fn inline(&mut self, mut text: String, depth: usize) -> Result<Value, String> {
        let number = self.lines[self.at - 1].number;
        while text.starts_with(['{', '[']) && !is_balanced(&text) {
            let Some(line) = self.lines.get(self.at) else {
                return Err(format!("line {number}: a bracket is not closed"));
            };
            text.push(' ');
            text.push_str(&line.text);
            self.at += 1;
        }
        let mut flow = Flow::new(&text, number);
        let value = flow.value(&[], depth)?;
        flow.end()?;
        Ok(value)
    }
}

fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// Runs over a text outside of quotes: `seen` is told each place, and may end the run.
fn outside_quotes(text: &str, mut seen: impl FnMut(usize, char) -> bool) -> Option<usize> {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match quote {
            Some('"') if c == '"' && before != '\\' => quote = None,
            Some('\'') if c == '\'' => quote = None,
            Some(_) => {}
            // a quotation mark within a text is a letter like others
            None if matches!(c, '"' | '\'') && " \t{[,:-".contains(before) => quote = Some(c),
            None if seen(at, c) => return Some(at),
            None => {}
        }
        before = match (before, c) {
            ('\\', '\\') => ' ',
            _ => c,
        };
    }
    None
}

fn without_comment(line: &str) -> &str {
    let is_start = |at: usize| at == 0 || line[..at].ends_with([' ', '\t']);
    let end = outside_quotes(line, |at, c| c == '#' && is_start(at));
    &line[..end.unwrap_or(line.len())]
}

/// Where the colon behind the name of a member is.
fn key_end(text: &str) -> Option<usize> {
    if text.starts_with(['{', '[']) {
        return None;
    }
    outside_quotes(text, |at, c| {
        c == ':' && text[at + 1..].chars().next().is_none_or(|next| next == ' ')
    })
}

fn is_balanced(text: &str) -> bool {
    let mut open = 0_usize;
    outside_quotes(text, |_, c| {
        match c {
            '{' | '[' => open += 1,
            '}' | ']' => open = open.saturating_sub(1),
            _ => {}
        }
        false
    });
    open == 0
}

/// A value on one line.
struct Flow<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Flow<'a> {
    fn new(text: &'a str, number: usize) -> Self {
        Self {
            rest: text.trim(),
            number,
        }
    }

    fn wrong(&self, what: &str) -> String {
        format!("line {}: {what}", self.number)
    }

    fn end(&self) -> Result<(), String> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.wrong("something follows the value"))
        }
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.rest.strip_prefix(sign);
        self.rest = found.unwrap_or(self.rest).trim_start();
        found.is_some()
    }

    /// `ends` are the signs that end a text without quotes.
    fn value(&mut self, ends: &[char], depth: usize) -> Result<Value, String> {
        if depth == DEEPEST {
            return Err(self.wrong(&format!("nested more than {DEEPEST} deep")));
        }
        if self.take('[') {
            let mut items = Vec::new();
            while !self.take(']') {
                items.push(self.value(&[',', ']'], depth + 1)?);
                self.separator(']')?;
            }
            return Ok(Value::Array(items));
        }
        if self.take('{') {
            let mut members = Map::new();
            while !self.take('}') {
                let name = match self.scalar(&[':', ',', '}'])? {
                    Value::String(name) => name,
                    other => other.to_string(),
                };
                let value = if self.take(':') {
                    self.value(&[',', '}'], depth + 1)?
                } else {
                    Value::Null
                };
                members.insert(name, value);
                self.separator('}')?;
            }
            return Ok(Value::Object(members));
        }
        self.scalar(ends)
    }

    fn separator(&mut self, close: char) -> Result<(), String> {
        if self.take(',') || self.rest.starts_with(close) {
            Ok(())
        } else {
            Err(self.wrong("a comma or a bracket is missing"))
        }
    }

    fn scalar(&mut self, ends: &[char]) -> Result<Value, String> {
        match self.rest.chars().next() {
            Some('"') => return self.double().map(Value::String),
            Some('\'') => return self.single().map(Value::String),
            Some('&' | '*' | '!') => return Err(self.wrong("anchors and tags are not read")),
            Some('|' | '>') => {
                return Err(self.wrong(
                    "texts over several lines are not read: put them into quotes with \\n",
                ));
            }
            Some('@' | '`' | '%') => {
                return Err(self.wrong("this begins no text: put it into quotes"));
            }
            _ => {}
        }
        let rest = self.rest;
        let end = rest.char_indices().find(|(at, c)| {
            let is_name_end = *c == ':' && !rest[at + 1..].starts_with(' ') && at + 1 < rest.len();
            ends.contains(c) && !is_name_end
        });
        let end = end.map_or(rest.len(), |(at, _)| at);
        self.rest = &rest[end..];
        Ok(meaning(rest[..end].trim_end()))
    }

    fn single(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let mut rest = &self.rest[1..];
        loop {
            let Some(end) = rest.find('\'') else {
                return Err(self.wrong("a quotation mark is missing"));
            };
            text.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('\'') {
                Some(more) => {
                    text.push('\'');
                    rest = more;
                }
                None => break,
            }
        }
        self.rest = rest.trim_start();
        Ok(text)
    }

    /// The escapes that JSON has as well.
    fn double(&mut self) -> Result<String, String> {
        let mut before = ' ';
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            let is_end = *c == '"' && before != '\\';
            before = if before == '\\' { ' ' } else { *c };
            is_end
        });
        let Some((end, _)) = end else {
            return Err(self.wrong("a quotation mark is missing"));
        };
        let (text, rest) = self.rest.split_at(end + 1);
        self.rest = rest.trim_start();
        serde_json::from_str(text).map_err(|_| self.wrong("an escape is none of JSON's"))
    }
}

/// What a text without quotes stands for.
fn meaning(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .bytes()
            .all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    let whole = text
        .trim_start_matches('+')
        .parse::<i64>()
        .ok()
        .map(Number::from);
    let number = whole
        .or_else(|| text.parse().ok())
        .or_else(|| Number::from_f64(text.parse().ok()?));
    match number.filter(|_| is_number) {
        Some(number) => Value::Number(number),
        None => Value::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn inputs_are_read() {
        for (text, value) in [
            (
                "Bucket: b # where\nDelete:\n  Objects:\n  - Key: a\n    Size: 5\n  - {Key: \"b c\"}\n  Quiet: false\n",
                json!({"Bucket": "b", "Delete": {"Objects": [{"Key": "a", "Size": 5}, {"Key": "b c"}], "Quiet": false}}),
            ),
            (
                "---\na: ''\nb: 'it''s'\nc: \"x\\ny\"\n",
                json!({"a": "", "b": "it's", "c": "x\ny"}),
            ),
            (
                "{a: [1, 2.5, ~], b: {c: d}}",
                json!({"a": [1, 2.5, null], "b": {"c": "d"}}),
            ),
            (
                "a: [1,\n  2]\nb:\n- - x\n  - y\n-\n  z: 1\n",
                json!({"a": [1, 2], "b": [["x", "y"], {"z": 1}]}),
            ),
            (
                "k: a:b#c 'd'\nt: 2030-01-01T00:00:00Z\nu: http://h/p\n",
                json!({"k": "a:b#c 'd'", "t": "2030-01-01T00:00:00Z", "u": "http://h/p"}),
            ),
            (
                r#"{"a":"b","c":[{"d":1}]}"#,
                json!({"a": "b", "c": [{"d": 1}]}),
            ),
            ("a:\nb: yes\n", json!({"a": null, "b": "yes"})),
            ("", Value::Null),
        ] {
            assert_eq!(read(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_not_read_is_said_with_its_line() {
        for (text, says) in [
            ("a: &x 1", "line 1: anchors"),
            ("a: 1\nb: \u{1b}[31m", "line 2: YAML has no control"),
            ("a: 1\nb: |\n  x\n", "line 2: texts over several"),
            ("a: 1\n---\nb: 2", "line 2: this is more"),
            ("a: [1", "line 1: a bracket"),
            ("a: 'MARKER", "line 1: a quotation"),
            ("a: 1\n  b: 2", "line 2"),
            ("a: 1\na: 2", "line 2: this name"),
            ("\ta: 1", "line 1: a tab"),
        ] {
            let problem = read(text).unwrap_err();
            assert!(
                problem.contains(says) && !problem.contains("MARKER"),
                "{text}: {problem}"
            );
        }
        assert!(read(&"[".repeat(20_000)).is_err());
        assert!(read(&"- ".repeat(20_000)).is_err());
    }
}

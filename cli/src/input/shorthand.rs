//! The short form of structures: `Name=value,Other=a,b,Inner={X=1,Y=2},List=[{A=1},{A=2}]`, by the grammar of the AWS
//! CLI. A text is read without regard to the model first, and then brought into the form that the model asks for.

use serde_json::{Map, Value};
use zonal_commands::Kind;

use crate::number::{integer, quoted};

/// Gives the content of a file that `Name@=file://…` names.
pub(super) type Load<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// Reads a value of this kind.
pub(super) fn parse(kind: &Kind, text: &str, load: Load<'_>) -> Result<Value, String> {
    let mut reader = Reader {
        text,
        at: 0,
        loads: false,
        depth: 0,
        load,
    };
    let mut value = reader.members()?;
    convert(&mut value, kind)?;
    Ok(value)
}

/// As deep as JSON may be; it keeps the recursion well within the stack.
const DEEPEST: usize = 128;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The value that is read now may name a file.
    loads: bool,
    /// How many brackets are open.
    depth: usize,
    load: Load<'a>,
}

impl Reader<'_> {
    /// `A=1,B=2`, up to the end.
    fn members(&mut self) -> Result<Value, String> {
        let mut members = Map::new();
        loop {
            let start = self.at;
            let name = self.name()?;
            let value = match self.peek() {
                None => Value::from(""),
                Some('[' | '{') => self.nested()?,
                Some(_) => self.texts()?,
            };
            if members.contains_key(&name) {
                self.at = start;
                let problem = self.place(&format!("Second instance of key \"{name}\" encountered"));
                let advice = "This is often because there is a preceding \",\" instead of a space.";
                return Err(format!("{problem}\n{advice}"));
            }
            members.insert(name, value);
            if self.peek().is_none() {
                return Ok(Value::Object(members));
            }
            self.expect(',')?;
        }
    }

    /// `Name=`, or `Name@=` where the value may name a file.
    fn name(&mut self) -> Result<String, String> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.#/:".contains(c);
        let name = self.take_while(is_name).to_owned();
        self.blanks();
        self.loads = self.peek() == Some('@');
        if self.loads {
            self.at += 1;
        }
        self.expect('=')?;
        Ok(name)
    }

    /// `a`, or `a,b,c` as far as no name follows.
    fn texts(&mut self) -> Result<Value, String> {
        let first = self.first()?;
        self.blanks();
        let mut items = vec![first];
        while self.peek() == Some(',') {
            let comma = self.at;
            self.expect(',')?;
            match self.second() {
                Ok(item) => items.push(item),
                // what follows is the next member
                Err(_) if self.peek().is_some() => {
                    self.at = comma;
                    break;
                }
                Err(problem) => return Err(problem),
            }
        }
        Ok(match items.len() {
            1 => items.remove(0),
            _ => Value::Array(items),
        })
    }

    /// One more text of several, and what ends it.
    fn second(&mut self) -> Result<Value, String> {
        let text = match self.peek() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
            Some(c) if can_start(c) => self.plain(|c| c != '='),
            _ => return Err(self.place("Expected: '<second>', received: '<none>'")),
        };
        self.blanks();
        match self.peek() {
            None | Some(',') => self.loaded(text),
            Some(_) => Err(self.unexpected("','")),
        }
    }

    /// A text that may be empty.
    fn first(&mut self) -> Result<Value, String> {
        let text = match self.peek() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
            Some(c) if can_start(c) => self.plain(|c| !matches!(c, ']' | '}')),
            _ => String::new(),
        };
        self.loaded(text)
    }

    /// A value within brackets, or a text.
    fn nested(&mut self) -> Result<Value, String> {
        if self.depth == DEEPEST {
            return Err(format!("brackets are nested more than {DEEPEST} deep"));
        }
        self.depth += 1;
        let value = self.bracketed();
        self.depth -= 1;
        value
    }

    fn bracketed(&mut self) -> Result<Value, String> {
        match self.peek() {
            Some('[') => {
                let mut items = Vec::new();
                self.expect('[')?;
                while self.peek() != Some(']') {
                    items.push(self.nested()?);
                    self.separator(']')?;
                }
                self.at += 1;
                Ok(Value::Array(items))
            }
            Some('{') => {
                let mut members = Map::new();
                self.expect('{')?;
                while self.peek() != Some('}') {
                    let name = self.name()?;
                    members.insert(name, self.nested()?);
                    self.separator('}')?;
                }
                self.at += 1;
                Ok(Value::Object(members))
            }
            _ => self.first(),
        }
    }

    fn separator(&mut self, close: char) -> Result<(), String> {
        self.blanks();
        if self.peek() == Some(close) {
            Ok(())
        } else {
            self.expect(',')
        }
    }

    /// A text without quotes; `\,` is a comma in it.
    fn plain(&mut self, is_part: impl Fn(char) -> bool) -> String {
        let mut before = None;
        let text = self.take_while(|c| {
            let escaped = c == ',' && before == Some('\\');
            // what a text can begin with need not be what it can go on with
            let is_first = before.replace(c).is_none();
            escaped || is_first || !matches!(c, ',' | '"' | '\'') && is_part(c)
        });
        text.replace("\\,", ",").trim_end().to_owned()
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let rest = &self.text[self.at + 1..];
        let mut before = '\0';
        let end = rest.find(|c| {
            let is_end = c == quote && before != '\\';
            before = c;
            is_end
        });
        let Some(end) = end else {
            return Err(self.unexpected("a quotation mark at the end"));
        };
        self.at += end + 2;
        let text = rest[..end].replace(&format!("\\{quote}"), &quote.to_string());
        Ok(text.replace("\\\\", "\\"))
    }

    fn loaded(&self, text: String) -> Result<Value, String> {
        let names_file = text.starts_with("file://") || text.starts_with("fileb://");
        if self.loads && names_file {
            (self.load)(&text).map(Value::String)
        } else {
            Ok(Value::String(text))
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn blanks(&mut self) {
        self.take_while(|c| c.is_ascii_whitespace() || c == '\x0b');
    }

    fn take_while(&mut self, mut is_part: impl FnMut(char) -> bool) -> &str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Passes over a sign and the blanks around it.
    fn expect(&mut self, sign: char) -> Result<(), String> {
        self.blanks();
        if self.peek() != Some(sign) {
            return Err(self.unexpected(&format!("'{sign}'")));
        }
        self.at += 1;
        self.blanks();
        Ok(())
    }

    fn unexpected(&self, expected: &str) -> String {
        let found = self.peek().map_or("EOF".to_owned(), |c| c.to_string());
        self.place(&format!("Expected: {expected}, received: '{found}'"))
    }

    /// A problem with the place where it is.
    fn place(&self, problem: &str) -> String {
        let text = crate::output::terminal::safe(self.text);
        let before = crate::output::terminal::safe(&self.text[..self.at])
            .chars()
            .count();
        format!("{problem} for input:\n{text}\n{:before$}^", "")
    }
}

/// Whether a text without quotes can begin so.
fn can_start(c: char) -> bool {
    c > ' ' && c != '\x7f' && !matches!(c, '"' | '\'' | ',' | '=' | '[' | '{')
}

/// Brings what was read into the form that the model asks for. What does not fit is left to the check of the input.
fn convert(value: &mut Value, kind: &Kind) -> Result<(), String> {
    match (kind, &mut *value) {
        (Kind::Structure(structure), Value::Object(members)) => {
            for member in structure.members {
                if let Some(value) = members.get_mut(member.name) {
                    convert(value, &member.kind)?;
                }
            }
        }
        (Kind::Map { value: kind, .. }, Value::Object(entries)) => {
            for value in entries.values_mut() {
                convert(value, kind)?;
            }
        }
        (Kind::List { item, .. }, Value::Array(items)) => {
            for value in items {
                convert(value, item)?;
            }
        }
        // a single value stands for a list of one
        (Kind::List { .. }, _) => *value = Value::Array(vec![value.take()]),
        (Kind::Boolean, Value::String(text)) => match &*text.to_ascii_lowercase() {
            "true" => *value = Value::Bool(true),
            "false" => *value = Value::Bool(false),
            _ => {}
        },
        (Kind::Integer | Kind::Long, Value::String(text)) => {
            let number =
                integer(text).map_err(|_| format!("{} is not a whole number", quoted(text)))?;
            let number = i64::try_from(number).map_err(|_| format!("{text} is too large"))?;
            *value = Value::from(number);
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ANY: Kind = Kind::String;

    fn read(text: &str) -> Result<Value, String> {
        parse(&ANY, text, &|path| Ok(format!("<{path}>")))
    }

    #[test]
    fn the_grammar_is_that_of_the_aws_cli() {
        for (text, value) in [
            ("a=b", json!({"a": "b"})),
            ("a=", json!({"a": ""})),
            ("a=b,c", json!({"a": ["b", "c"]})),
            ("a=b,c=d", json!({"a": "b", "c": "d"})),
            ("a=b,c,d=e,f", json!({"a": ["b", "c"], "d": ["e", "f"]})),
            ("a=b=c{[", json!({"a": "b=c{["})),
            (
                "a = [ {b=1} , {b=2,c=3} ]",
                json!({"a": [{"b": "1"}, {"b": "2", "c": "3"}]}),
            ),
            (
                "a={b=[x,y],c='d,e'}",
                json!({"a": {"b": ["x", "y"], "c": "d,e"}}),
            ),
            (
                r#"a="x\"y\\z",b=p\,q "#,
                json!({"a": "x\"y\\z", "b": "p,q"}),
            ),
            (
                "a@=file://x,b=file://y",
                json!({"a": "<file://x>", "b": "file://y"}),
            ),
        ] {
            assert_eq!(read(text).unwrap(), value, "{text}");
        }
        for text in [
            "", "a", "a=[", "a=[b", "a={b", "a={b=1", "a='b", "a=1,a=2", "a=b,", "a=[{b=}]",
            " a=b", "a=[b]c",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}

//! The short form of structures: `Name=value,Other=a,b,Inner={X=1,Y=2},List=[{A=1},{A=2}]`.

use serde_json::{Map, Value};
use zonal_commands::Kind;

use crate::number::integer;

/// Reads a value of this kind.
pub(super) fn parse(kind: &Kind, text: &str) -> Result<Value, String> {
    let mut reader = Reader { rest: text.trim() };
    let value = match kind {
        Kind::Structure(_) | Kind::Map { .. } => reader.members(kind, None)?,
        Kind::List { item, .. } => reader.items(item)?,
        kind => reader.value(kind)?,
    };
    match reader.rest.is_empty() {
        true => Ok(value),
        false => Err(reader.unexpected("the end")),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// `A=1,B=2`, up to the closing bracket or the end.
    fn members(&mut self, kind: &Kind, close: Option<char>) -> Result<Value, String> {
        let mut members = Map::new();
        loop {
            self.blanks();
            if self.at_end(close) {
                return Ok(Value::Object(members));
            }
            let end = self.rest.find('=').ok_or_else(|| self.unexpected("`=`"))?;
            let name = self.rest[..end].trim().to_owned();
            if name.is_empty() || name.contains([',', '{', '}', '[', ']']) {
                return Err(self.unexpected("a name and `=`"));
            }
            self.rest = &self.rest[end + 1..];
            let value = match member(kind, &name) {
                Some(Kind::List { item, .. }) => self.items(item)?,
                Some(kind) => self.value(kind)?,
                None => self.value(&Kind::String)?,
            };
            if members.insert(name.clone(), value).is_some() {
                return Err(format!("Second instance of key \"{name}\" encountered"));
            }
            self.blanks();
            if !self.take(',')
                && !self.rest.is_empty()
                && close.is_none_or(|c| !self.rest.starts_with(c))
            {
                return Err(self.unexpected("`,`"));
            }
        }
    }

    /// `[a,b]`, or `a,b` as far as no name follows.
    fn items(&mut self, item: &Kind) -> Result<Value, String> {
        let mut items = Vec::new();
        self.blanks();
        if self.take('[') {
            loop {
                self.blanks();
                if self.take(']') {
                    return Ok(Value::Array(items));
                }
                items.push(self.value(item)?);
                self.blanks();
                if !self.take(',') && !self.rest.starts_with(']') {
                    return Err(self.unexpected("`,` or `]`"));
                }
            }
        }
        loop {
            items.push(self.value(item)?);
            let next = self
                .rest
                .strip_prefix(',')
                .filter(|next| !starts_member(next));
            match next {
                Some(next) => self.rest = next,
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn value(&mut self, kind: &Kind) -> Result<Value, String> {
        self.blanks();
        if self.take('{') {
            let value = self.members(kind, Some('}'))?;
            return match self.take('}') {
                true => Ok(value),
                false => Err(self.unexpected("`}`")),
            };
        }
        if self.rest.starts_with('[') {
            let item = match kind {
                Kind::List { item, .. } => item,
                kind => kind,
            };
            return self.items(item);
        }
        let text = self.text()?;
        scalar(kind, text)
    }

    /// A text, in quotes or up to what ends it.
    fn text(&mut self) -> Result<String, String> {
        let mut out = String::new();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let mut chars = self.rest.char_indices();
        chars
            .by_ref()
            .take(usize::from(quote.is_some()))
            .for_each(drop);
        let mut end = self.rest.len();
        let mut closed = quote.is_none();
        while let Some((at, c)) = chars.next() {
            match (c, quote) {
                ('\\', _) => match chars.next() {
                    Some((_, c @ (',' | '\\' | '"' | '\''))) => out.push(c),
                    Some((_, c)) => out.extend(['\\', c]),
                    None => out.push('\\'),
                },
                (c, Some(quote)) if c == quote => {
                    end = at + 1;
                    closed = true;
                    break;
                }
                (',' | '}' | ']', None) => {
                    end = at;
                    break;
                }
                (c, _) => out.push(c),
            }
        }
        if !closed {
            return Err("a quotation mark is not closed".to_owned());
        }
        self.rest = &self.rest[end..];
        Ok(if quote.is_none() {
            out.trim_end().to_owned()
        } else {
            out
        })
    }

    fn at_end(&self, close: Option<char>) -> bool {
        self.rest.is_empty() || close.is_some_and(|close| self.rest.starts_with(close))
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, c: char) -> bool {
        let rest = self.rest.strip_prefix(c);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn unexpected(&self, expected: &str) -> String {
        let found: String = self.rest.chars().take(20).collect();
        format!("Expected: {expected}, received: '{found}'")
    }
}

/// Whether a text goes on with `Name=`.
fn starts_member(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"-_ ".contains(c));
    end.is_some_and(|end| end > 0 && text[end..].starts_with('='))
}

fn member<'k>(kind: &'k Kind, name: &str) -> Option<&'k Kind> {
    match kind {
        Kind::Structure(structure) => {
            let mut members = structure.members.iter();
            members
                .find(|member| member.name == name)
                .map(|member| &member.kind)
        }
        Kind::Map { value, .. } => Some(value),
        _ => None,
    }
}

fn scalar(kind: &Kind, text: String) -> Result<Value, String> {
    match kind {
        Kind::Boolean => match text.as_str() {
            "true" | "True" => Ok(Value::Bool(true)),
            "false" | "False" => Ok(Value::Bool(false)),
            _ => Ok(Value::String(text)),
        },
        Kind::Integer | Kind::Long => match integer(&text).ok().and_then(|n| i64::try_from(n).ok())
        {
            Some(number) => Ok(Value::from(number)),
            None => Err(format!("`{text}` is no number")),
        },
        _ => Ok(Value::String(text)),
    }
}

//! The part of JMESPath that is compiled to Rust: paths such as `Items[].State`, and two of them with `==`
//! between.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// What a waiter looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// The value at the end of a path.
    Path(Path),
    /// Whether the values of two paths are equal.
    Equal(Path, Path),
}

/// A way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To a member.
    Member(String),
    /// To each item of a list.
    Items,
}

/// Why an expression is not compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathError {
    /// It calls a function.
    Function,
    /// It chooses items.
    Choice,
    /// It has a constant in it.
    Literal,
    /// It makes lists or objects.
    Construction,
    /// It has an operator other than `==`.
    Operator,
    /// It makes lists of lists.
    ListOfLists,
    /// It is no expression.
    Syntax,
}

impl Expression {
    /// Reads an expression.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        match text.split_once("==") {
            None => Path::parse(text).map(Self::Path),
            Some((left, right)) => Ok(Self::Equal(Path::parse(left)?, Path::parse(right)?)),
        }
    }

    /// The paths in it.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Path(path) => vec![path],
            Self::Equal(left, right) => vec![left, right],
        }
    }
}

impl Path {
    fn parse(text: &str) -> Result<Self, PathError> {
        let (first, mut rest) = member(text.trim())?;
        let mut steps = vec![first];
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let (step, after) = member(after)?;
                steps.push(step);
                rest = after;
            } else if let Some(after) = rest.strip_prefix("[]") {
                steps.push(Step::Items);
                rest = after;
            } else if let Some(after) = rest.strip_prefix("[*]") {
                if steps.contains(&Step::Items) {
                    return Err(PathError::ListOfLists);
                }
                steps.push(Step::Items);
                rest = after;
            } else {
                return Err(what_stands_there(rest));
            }
        }
        Ok(Self(steps))
    }
}

/// A name in front, and what follows it.
fn member(text: &str) -> Result<(Step, &str), PathError> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !crate::model::is_identifier(name) {
        return Err(what_stands_there(text));
    }
    Ok((Step::Member(name.to_owned()), rest))
}

fn what_stands_there(text: &str) -> PathError {
    match text.trim_start().chars().next() {
        Some('(') => PathError::Function,
        Some('[') if text.starts_with("[?") => PathError::Choice,
        Some('[')
            if text[1..].starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | ':')) =>
        {
            PathError::Choice
        }
        Some('[' | '{' | '*') => PathError::Construction,
        Some('`' | '\'' | '"') => PathError::Literal,
        Some('&' | '|' | '!' | '<' | '>' | '=' | '@') => PathError::Operator,
        _ => PathError::Syntax,
    }
}

/// Written out, so that the error says where in the file the text is.
impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ExpressionVisitor;
        impl Visitor<'_> for ExpressionVisitor {
            type Value = Expression;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JMESPath expression")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Expression, E> {
                Expression::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(ExpressionVisitor)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Member(name) if at == 0 => f.write_str(name)?,
                Step::Member(name) => write!(f, ".{name}")?,
                Step::Items => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Function => "functions of JMESPath are",
            Self::Choice => "JMESPath that chooses items, as `[?…]` and `[0]` do, is",
            Self::Literal => "constants and quoted names in JMESPath are",
            Self::Construction => "JMESPath that makes lists or objects is",
            Self::Operator => "operators of JMESPath other than `==` are",
            Self::ListOfLists => {
                return f.write_str(
                    "`[*]` behind another list gives lists of lists; write `[]` for one list",
                );
            }
            Self::Syntax => return f.write_str("this is no JMESPath expression"),
        };
        write!(
            f,
            "{what} not compiled, only paths such as `Items[].State` and two of them with `==` between"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_members_and_items() {
        let Ok(Expression::Path(path)) = Expression::parse("Reservations[].Instances[].State.Name")
        else {
            panic!("it is a path");
        };
        assert_eq!(path.0.len(), 6);
        assert_eq!(path.0[1], Step::Items);
        assert_eq!(path.to_string(), "Reservations[].Instances[].State.Name");
        assert_eq!(Expression::parse("A[*].B"), Expression::parse("A[].B"));
        let equal = Expression::parse("input.A == output.B").unwrap();
        assert_eq!(equal.paths()[1].to_string(), "output.B");
    }

    #[test]
    fn what_is_not_compiled_says_what_it_is() {
        for (text, error) in [
            ("length(Items)", PathError::Function),
            ("Items[?State=='a']", PathError::Choice),
            ("Items[0].State", PathError::Choice),
            ("Items[-1]", PathError::Choice),
            ("A == `1`", PathError::Literal),
            ("\"A\"", PathError::Literal),
            ("[A, B]", PathError::Construction),
            ("{a: A}", PathError::Construction),
            ("A.*", PathError::Construction),
            ("A && B", PathError::Operator),
            ("!A", PathError::Operator),
            ("A | B", PathError::Operator),
            ("A == B == C", PathError::Operator),
            ("A[].B[*]", PathError::ListOfLists),
            ("", PathError::Syntax),
            ("A.", PathError::Syntax),
            ("A B", PathError::Syntax),
            ("ü", PathError::Syntax),
            ("[", PathError::Construction),
            ("A[ü", PathError::Construction),
        ] {
            assert_eq!(Expression::parse(text), Err(error), "{text}");
        }
    }
}

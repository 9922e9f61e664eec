//! The part of JMESPath in which traits say where a value is: paths such as `Items[].State`, and two of them with
//! `==` between. What a trait cannot follow of it is refused by whoever follows: [`Expression`] by waiters.

mod error;
mod parser;

use std::fmt;

pub use error::PathError;
use parser::Parser;

/// What a waiter looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// The value at the end of a path.
    Path(Path),
    /// Whether the values of two paths are equal.
    Equal(Path, Path),
}

/// A way to a value; none of its steps leads from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub Vec<PathStep>);

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// `name`
    Member(String),
    /// `[*]`: what follows is asked of each item.
    Items,
    /// `[]`: the same, lists of lists being made one.
    Flatten,
    /// `keys(…)`, of what the steps before it lead to.
    Keys,
    /// `[a, b]`
    Each(Vec<Path>),
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    ///
    /// Where it is none, and where it is more than this part of JMESPath.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let mut parser = Parser::new(text);
        let path = parser.path()?;
        parser.end()?;
        Ok(path)
    }

    /// The path if it leads to a member or to items of one list, as waiters can follow it.
    fn of_waiter(self) -> Result<Self, PathError> {
        let mut many = false;
        for step in &self.0 {
            match step {
                PathStep::Member(_) => {}
                PathStep::Items if many => return Err(PathError::ListOfLists),
                PathStep::Items | PathStep::Flatten => many = true,
                PathStep::Keys => return Err(PathError::Function("keys".to_owned())),
                PathStep::Each(_) => return Err(PathError::Construction),
            }
        }
        if self.0.is_empty() {
            Err(PathError::Whole)
        } else {
            Ok(self)
        }
    }
}

impl Expression {
    /// Reads an expression of a waiter.
    ///
    /// # Errors
    ///
    /// As [`Path::parse`], and for steps that lead elsewhere than to members and items.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let mut parser = Parser::new(text);
        let left = parser.path()?.of_waiter()?;
        let expression = if parser.equals() {
            Self::Equal(left, parser.path()?.of_waiter()?)
        } else {
            Self::Path(left)
        };
        parser.end()?;
        Ok(expression)
    }

    /// The paths in it.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Path(path) => vec![path],
            Self::Equal(left, right) => vec![left, right],
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |text: String| {
            if text.is_empty() {
                "@".to_owned()
            } else {
                text
            }
        };
        let text = self.0.iter().fold(String::new(), |text, step| {
            let dot = if text.is_empty() { "" } else { "." };
            match step {
                PathStep::Member(name) => format!("{text}{dot}{name}"),
                PathStep::Items => format!("{text}[*]"),
                PathStep::Flatten => format!("{text}[]"),
                PathStep::Keys => format!("keys({})", whole(text)),
                PathStep::Each(paths) => {
                    let paths: Vec<_> = paths.iter().map(Self::to_string).collect();
                    format!("{text}{dot}[{}]", paths.join(", "))
                }
            }
        });
        f.write_str(&whole(text))
    }
}

#[cfg(test)]
mod tests {
    use super::PathStep::{Each, Flatten, Items, Keys};
    use super::*;

    fn path<const N: usize>(steps: [PathStep; N]) -> Path {
        Path(steps.into())
    }

    fn member(name: &str) -> PathStep {
        PathStep::Member(name.to_owned())
    }

    #[test]
    fn paths_are_taken_apart() {
        let two = || Each(vec![path([member("b"), member("c")]), path([member("d")])]);
        for (text, expected, shown) in [
            ("a.b", path([member("a"), member("b")]), "a.b"),
            (
                " a [*] . \"b\" ",
                path([member("a"), Items, member("b")]),
                "a[*].b",
            ),
            ("keys( a )", path([member("a"), Keys]), "keys(a)"),
            ("keys(@)", path([Keys]), "keys(@)"),
            ("@", path([]), "@"),
            ("[].a", path([Flatten, member("a")]), "[].a"),
            (
                "a[*].[ b.c , d ][]",
                path([member("a"), Items, two(), Flatten]),
                "a[*].[b.c, d][]",
            ),
        ] {
            assert_eq!(Path::parse(text).as_ref(), Ok(&expected), "{text}");
            assert_eq!(expected.to_string(), shown);
            assert_eq!(Path::parse(shown), Ok(expected));
        }
    }

    #[test]
    fn expressions_are_paths_of_members_and_items_and_two_of_them() {
        let Ok(Expression::Path(states)) = Expression::parse("A[].B[].State.Name") else {
            panic!("it is a path");
        };
        assert_eq!(states.0.len(), 6);
        assert_eq!(states.to_string(), "A[].B[].State.Name");
        for text in ["input.A == output.B", "input.\"A\"==output.B"] {
            let equal = Expression::parse(text).unwrap();
            let paths: Vec<_> = equal.paths().iter().map(|path| path.to_string()).collect();
            assert_eq!(paths, ["input.A", "output.B"]);
        }
    }

    /// What is wrong with it as a path, and as an expression.
    fn errors(text: &str) -> (String, String) {
        let path = Path::parse(text).err().map(|error| error.to_string());
        let expression = Expression::parse(text).err().map(|error| error.to_string());
        (path.unwrap_or_default(), expression.unwrap_or_default())
    }

    #[test]
    fn what_is_not_followed_says_what_it_is() {
        let choice = "JMESPath that chooses items, as `[?…]` and `[0]` do, is not compiled";
        let made = "JMESPath that makes lists or objects is not compiled";
        let constant = "constants in JMESPath are not compiled";
        let nested = "it is nested too deeply";
        let deep = "[".repeat(100_000);
        let calls = "keys(".repeat(100_000);
        for (text, expected) in [
            (
                "length(Items)",
                "the JMESPath function `length` is not compiled",
            ),
            ("Items[?State=='a']", choice),
            ("Items[0].State", choice),
            ("Items[ -1]", choice),
            ("Items[:2]", choice),
            ("[0]", choice),
            ("`1`", constant),
            ("'a'", constant),
            ("{a: A}", made),
            ("A.{a: B}", made),
            ("A.*", made),
            ("A && B", "the JMESPath operator `&&` is not compiled"),
            ("!A", "the JMESPath operator `!` is not compiled"),
            ("A | B", "the JMESPath operator `|` is not compiled"),
            ("A <= B", "the JMESPath operator `<=` is not compiled"),
            ("", "a name is expected at its end"),
            ("A.", "a name is expected at its end"),
            ("A..B", "a name is expected, not `.`"),
            ("9", "a name is expected, not `9`"),
            ("ü", "a name is expected, not `ü`"),
            ("(A)", "JMESPath in parentheses is not compiled"),
            ("\"A", "a `\"` is missing"),
            ("A B", "`B` is not expected there"),
            ("A[B]", "only `[*]` and `[]` can follow a list"),
            ("A[ü", "only `[*]` and `[]` can follow a list"),
            ("A.[*]", "`[*]` and `[]` follow a list without a `.`"),
            ("[", "a name is expected at its end"),
            ("[a", "a `]` is missing"),
            ("keys(a", "a `)` is missing"),
            (&deep, nested),
            (&calls, nested),
        ] {
            assert_eq!(
                errors(text),
                (expected.to_owned(), expected.to_owned()),
                "{text:.20}"
            );
        }
    }

    #[test]
    fn what_only_one_of_the_two_follows_is_refused_by_the_other() {
        let keys = "the JMESPath function `keys` is not compiled";
        let made = "JMESPath that makes lists or objects is not compiled";
        let equal = "the JMESPath operator `==` is not compiled";
        for (text, of_path, of_expression) in [
            ("keys(A)", "", keys),
            ("[A, B]", "", made),
            ("A == B", equal, ""),
            ("A == B == C", equal, equal),
            ("A == `1`", equal, "constants in JMESPath are not compiled"),
            ("@", "", "a path leads to a member, not to the whole"),
            (
                "A[].B[*]",
                "",
                "`[*]` behind another list gives lists of lists; write `[]` for one list",
            ),
        ] {
            assert_eq!(
                errors(text),
                (of_path.to_owned(), of_expression.to_owned()),
                "{text}"
            );
        }
    }
}

//! The part of JMESPath in which traits say where in an input a value is.

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// `name`
    Member(String),
    /// `[*]`: what follows is asked of each item.
    Items,
    /// `[]`: the same, lists of lists being made one.
    Flatten,
    /// `keys(…)`, of what the steps before it lead to.
    Keys,
    /// `[a, b]`
    Each(Vec<Vec<Step>>),
}

/// Reads a path.
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn parse(text: &str) -> Result<Vec<Step>, String> {
    let mut parser = Parser { rest: text };
    let steps = parser.path()?;
    match parser.peek() {
        None => Ok(steps),
        Some(c) => Err(format!("`{c}` is not expected there")),
    }
}

struct Parser<'t> {
    rest: &'t str,
}

/// No path is nested deeper than this.
const DEPTH: usize = 8;

impl Parser<'_> {
    fn path(&mut self) -> Result<Vec<Step>, String> {
        self.path_within(DEPTH)
    }

    fn path_within(&mut self, depth: usize) -> Result<Vec<Step>, String> {
        let depth = depth.checked_sub(1).ok_or("it is nested too deeply")?;
        let mut steps = Vec::new();
        self.step(&mut steps, depth)?;
        loop {
            if self.eat('.') {
                if self.rest.starts_with("[*]") || self.rest.starts_with("[]") {
                    return Err("a `[` of items follows its list without a `.`".to_owned());
                }
                self.step(&mut steps, depth)?;
            } else if self.peek() == Some('[') {
                steps.push(self.items()?);
            } else {
                return Ok(steps);
            }
        }
    }

    /// A name, a call, a list of paths, or `[*]` or `[]` where a path begins with it.
    fn step(&mut self, steps: &mut Vec<Step>, depth: usize) -> Result<(), String> {
        if self.eat('@') {
            return Ok(());
        }
        if self.peek() == Some('[') {
            if let Ok(items) = self.items() {
                steps.push(items);
                return Ok(());
            }
            self.expect('[')?;
            let mut paths = vec![self.path_within(depth)?];
            while self.eat(',') {
                paths.push(self.path_within(depth)?);
            }
            self.expect(']')?;
            steps.push(Step::Each(paths));
            return Ok(());
        }
        let name = self.name()?;
        if !self.eat('(') {
            steps.push(Step::Member(name));
            return Ok(());
        }
        if name != "keys" {
            return Err(format!(
                "the function `{name}` is not followed, only `keys` is"
            ));
        }
        steps.extend(self.path_within(depth)?);
        steps.push(Step::Keys);
        self.expect(')')
    }

    /// `[*]` or `[]`.
    fn items(&mut self) -> Result<Step, String> {
        for (text, step) in [("[*]", Step::Items), ("[]", Step::Flatten)] {
            if let Some(rest) = self.rest.trim_start().strip_prefix(text) {
                self.rest = rest;
                return Ok(step);
            }
        }
        Err("only `[*]` and `[]` can follow a list".to_owned())
    }

    fn name(&mut self) -> Result<String, String> {
        let text = self.rest.trim_start();
        if let Some((name, rest)) = text.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            self.rest = rest;
            return Ok(name.to_owned());
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(match text.chars().next() {
                Some(c) => format!("a name is expected, not `{c}`"),
                None => "a name is expected at its end".to_owned(),
            });
        }
        self.rest = rest;
        Ok(name.to_owned())
    }

    fn peek(&self) -> Option<char> {
        self.rest.trim_start().chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let rest = self.rest.trim_start().strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        match self.eat(wanted) {
            true => Ok(()),
            false => Err(format!("a `{wanted}` is missing")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Step::{Each, Flatten, Items, Keys};
    use super::*;

    fn member(name: &str) -> Step {
        Step::Member(name.to_owned())
    }

    #[test]
    fn paths_are_taken_apart() {
        for (text, expected) in [
            ("a.b", vec![member("a"), member("b")]),
            ("a[*].\"b\"", vec![member("a"), Items, member("b")]),
            ("keys(a)", vec![member("a"), Keys]),
            ("keys(@)", vec![Keys]),
            (
                "a[*].[ b.c , d ][]",
                vec![
                    member("a"),
                    Items,
                    Each(vec![vec![member("b"), member("c")], vec![member("d")]]),
                    Flatten,
                ],
            ),
        ] {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "a.",
            "a..b",
            "a[0]",
            "a[?b]",
            "length(a)",
            "a | b",
            "[a",
            "keys(a",
            "9",
            &deep,
        ] {
            assert!(parse(text).is_err(), "{text:.20}");
        }
    }
}

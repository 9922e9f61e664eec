//! Text to steps.

use super::{Path, PathError, PathStep};

/// No path is nested deeper than this.
const DEPTH: usize = 8;

const OPERATORS: &str = "&|!<>=";

pub(super) struct Parser<'t> {
    rest: &'t str,
    /// How many brackets are open.
    depth: usize,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            rest: text.trim(),
            depth: 0,
        }
    }

    pub(super) fn path(&mut self) -> Result<Path, PathError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(PathError::Depth);
        }
        let mut steps = Vec::new();
        self.first(&mut steps)?;
        loop {
            if self.eat(".") {
                if self.items().is_some() {
                    return Err(PathError::Dot);
                }
                self.member(&mut steps)?;
            } else if self.rest.starts_with('[') {
                steps.push(self.items().ok_or_else(|| self.in_bracket())?);
            } else {
                self.depth -= 1;
                return Ok(Path(steps));
            }
        }
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Result<(), PathError> {
        match self.rest.chars().next() {
            None => Ok(()),
            Some(c) => Err(self.beyond().unwrap_or(PathError::Rest(c))),
        }
    }

    /// Takes `==`.
    pub(super) fn equals(&mut self) -> bool {
        self.eat("==")
    }

    /// How a path begins: with itself, with items, or with a member.
    fn first(&mut self, steps: &mut Vec<PathStep>) -> Result<(), PathError> {
        if self.eat("@") {
            return Ok(());
        }
        match self.items() {
            Some(items) => steps.push(items),
            None => self.member(steps)?,
        }
        Ok(())
    }

    /// A name, a call, or a list of paths.
    fn member(&mut self, steps: &mut Vec<PathStep>) -> Result<(), PathError> {
        if self.rest.starts_with('[') {
            if self.in_bracket() == PathError::Choice {
                return Err(PathError::Choice);
            }
            self.expect('[')?;
            let mut paths = vec![self.path()?];
            while self.eat(",") {
                paths.push(self.path()?);
            }
            steps.push(PathStep::Each(paths));
            return self.expect(']');
        }
        let name = self.name()?;
        if !self.eat("(") {
            steps.push(PathStep::Member(name));
            return Ok(());
        }
        if name != "keys" {
            return Err(PathError::Function(name));
        }
        steps.extend(self.path()?.0);
        steps.push(PathStep::Keys);
        self.expect(')')
    }

    /// `[*]` or `[]`
    fn items(&mut self) -> Option<PathStep> {
        let inside = self.rest.strip_prefix('[')?.trim_start();
        let (rest, step) = match inside.strip_prefix('*') {
            Some(rest) => (rest.trim_start(), PathStep::Items),
            None => (inside, PathStep::Flatten),
        };
        self.rest = rest.strip_prefix(']')?.trim_start();
        Some(step)
    }

    /// Why the bracket that comes is not one of items.
    fn in_bracket(&self) -> PathError {
        let inside = self.rest.strip_prefix('[').unwrap_or_default().trim_start();
        if inside.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '?' | '-' | ':')) {
            PathError::Choice
        } else {
            PathError::Bracket
        }
    }

    fn name(&mut self) -> Result<String, PathError> {
        if let Some(quoted) = self.rest.strip_prefix('"') {
            let (name, rest) = quoted.split_once('"').ok_or(PathError::Missing('"'))?;
            self.rest = rest.trim_start();
            return Ok(name.to_owned());
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            let error = PathError::Name(self.rest.chars().next());
            return Err(self.beyond().unwrap_or(error));
        }
        self.rest = rest.trim_start();
        Ok(name.to_owned())
    }

    /// What comes, if it is JMESPath that is not known here.
    fn beyond(&self) -> Option<PathError> {
        let end = self.rest.find(|c| !OPERATORS.contains(c));
        match self.rest.chars().next()? {
            '{' | '*' => Some(PathError::Construction),
            '`' | '\'' => Some(PathError::Literal),
            '(' => Some(PathError::Group),
            c if OPERATORS.contains(c) => {
                let operator = &self.rest[..end.unwrap_or(self.rest.len())];
                Some(PathError::Operator(operator.to_owned()))
            }
            _ => None,
        }
    }

    fn eat(&mut self, wanted: &str) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest).trim_start();
        rest.is_some()
    }

    fn expect(&mut self, wanted: char) -> Result<(), PathError> {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest.trim_start();
                Ok(())
            }
            None => Err(PathError::Missing(wanted)),
        }
    }
}

//! `--query`: JMESPath over an answer.
//!
//! The grammar is that of the crate `jmespath`. Its values are not used: they lose the order of keys, and it has no
//! literals without quotes (`` [?State==`active`] ``), which the AWS CLI takes. So literals are read here before the
//! crate sees the expression, and what it parsed is turned into nodes, with every function name and number of
//! arguments checked, which work on [`serde_json::Value`]. Messages are worded as the AWS CLI words them.
//!
//! Results are the AWS CLI's, but for these: `a.*.b.c` goes on inside the projection, as JMESPath has it, where the AWS
//! CLI gives null; numbers with a fraction that no double holds are refused; a slice with step zero, `&`
//! outside of a call and unknown functions are refused even where they would not be reached.

mod arguments;
mod explain;
mod function;
mod literal;
mod lower;
mod node;
mod number;
mod order;

use std::fmt;

use serde_json::Value;

use node::Node;

/// Keeps the recursion of parser and evaluation well within the stack of a thread.
const MAX_DEPTH: usize = 100;

/// An expression that was found good.
#[derive(Clone, Debug)]
pub struct Query {
    root: Result<Node, QueryError>,
}

/// What is wrong with an expression, or why it does not fit an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    message: String,
    /// The expression is well-formed.
    is_late: bool,
}

impl QueryError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            is_late: false,
        }
    }

    /// The same about an expression that can be read, and applied to no answer.
    fn late(self) -> Self {
        Self {
            is_late: true,
            ..self
        }
    }

    /// Whether the expression can be read. The AWS CLI finds such an error when it applies the expression.
    pub fn is_late(&self) -> bool {
        self.is_late
    }

    fn bad_value(expression: &str, detail: &str) -> Self {
        Self::new(format!("Bad value for --query {expression}: {detail}"))
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for QueryError {}

/// Reads an expression. All that can be known without an answer is checked: syntax, function names, numbers of
/// arguments.
///
/// # Errors
///
/// The expression is not JMESPath, calls a function that is not there, or one with too few or too many arguments.
pub fn compile(expression: &str) -> Result<Query, QueryError> {
    let bad = |detail: String| QueryError::bad_value(expression, &detail);
    if expression.is_empty() {
        return Err(bad("Invalid JMESPath expression: cannot be empty.".into()));
    }
    let prepared = literal::prepare(expression).map_err(bad)?;
    if prepared.depth > MAX_DEPTH {
        return Err(bad(format!("nested more than {MAX_DEPTH} levels deep")));
    }
    let ast = jmespath::parse(&prepared.text)
        .map_err(|error| bad(explain::explain(&prepared, &error)))?;
    let root = lower::lower(&ast, &prepared)?;
    Ok(Query { root: Ok(root) })
}

impl Query {
    /// An expression that fails when it is applied.
    pub fn failing(error: QueryError) -> Self {
        Self { root: Err(error) }
    }

    /// What the expression takes from `value`; null where nothing is.
    ///
    /// # Errors
    ///
    /// A function was given a value of a type that it does not take.
    pub fn apply(&self, value: &Value) -> Result<Value, QueryError> {
        match self.root.as_ref().map_err(Clone::clone)?.find(value) {
            Ok(found) => Ok(found.into_owned()),
            Err(message) => Err(QueryError::new(message)),
        }
    }
}

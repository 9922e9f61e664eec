//! Calls that follow each other: pages and waits.

use super::{Api, Operation};
use crate::document::Docs;
pub use crate::traits::http::{Comparator, WaiterState};
pub use crate::traits::jmespath::{Expression, Path, PathStep};

/// How the pages of an answer hang together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// The input member that names the page.
    pub input_token: String,
    /// The output member that names the next page: the names of members, each within the one before.
    pub output_token: Vec<String>,
    /// The same for the list or map of items.
    pub items: Option<Vec<String>>,
    /// The input member that limits a page.
    pub page_size: Option<String>,
    /// The boolean output member that is false on the last page, whatever the token says there.
    pub more: Option<String>,
}

/// Something that can be waited for.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiter {
    /// Its name.
    pub name: String,
    /// Model documentation.
    pub documentation: Docs,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// Seconds between two calls, at least.
    pub min_delay: u32,
    /// Seconds between two calls, at most.
    pub max_delay: u32,
    /// What answers mean, the first that matches.
    pub acceptors: Vec<Acceptor>,
}

/// What some answers mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptor {
    /// Where they lead.
    pub state: WaiterState,
    /// Which answers it is about.
    pub matcher: Matcher,
}

/// Which answers an acceptor is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Matcher {
    /// Successes, or refusals.
    Success(bool),
    /// The error of this code.
    Error(String),
    /// What the output holds.
    Output(Comparison),
    /// What input and output hold; paths begin with `input` or `output`.
    InputOutput(Comparison),
}

/// A comparison with a text or boolean.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What is compared.
    pub expression: Expression,
    /// How.
    pub comparator: Comparator,
    /// What is expected; `true` or `false` for booleans.
    pub expected: String,
}

impl Api<'_> {
    /// Whether an operation answers in pages.
    pub fn has_pages(&self) -> bool {
        self.operations
            .iter()
            .any(|operation| operation.pages.is_some())
    }

    /// Whether something can be waited for.
    pub fn has_waiters(&self) -> bool {
        self.operations
            .iter()
            .any(|operation| !operation.waiters.is_empty())
    }
}

impl Operation<'_> {
    /// Whether its pages hold items.
    pub fn has_items(&self) -> bool {
        self.pages
            .as_ref()
            .is_some_and(|pages| pages.items.is_some())
    }
}

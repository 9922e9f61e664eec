//! `smithy.api#examples`.

use indexmap::IndexMap;
use serde_json::Value;

use crate::document::{Docs, title};

/// An example of a call, from the model.
#[derive(Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// More about it.
    pub documentation: Docs,
    /// The input, by member name.
    pub input: IndexMap<String, Value>,
    /// The output, by member name, where the model says it.
    pub output: Option<IndexMap<String, Value>>,
}

impl Example {
    /// The title as Markdown, with a full stop.
    pub fn title_sentence(&self) -> String {
        format!("{}.", title(&self.title).trim_end_matches(['.', ':']))
    }
}

//! The arguments of a call. Types are checked before a function runs, so that what is asked for is there.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::node::{Argument, Node};

/// The arguments of one call.
pub(super) struct Arguments<'a>(Vec<Given<'a>>);

enum Given<'a> {
    Value(Cow<'a, Value>),
    Reference(&'a Node),
}

impl<'a> Arguments<'a> {
    pub(super) fn find(arguments: &'a [Argument], value: &'a Value) -> Result<Self, String> {
        let given = arguments.iter().map(|argument| match argument {
            Argument::Value(node) => node.find(value).map(Given::Value),
            Argument::Reference(node) => Ok(Given::Reference(node)),
        });
        given.collect::<Result<_, _>>().map(Self)
    }

    /// All values with their positions.
    pub(super) fn values(&self) -> impl Iterator<Item = (usize, &Value)> {
        let given = self.0.iter().enumerate();
        given.filter_map(|(index, given)| match given {
            Given::Value(value) => Some((index, &**value)),
            Given::Reference(_) => None,
        })
    }

    pub(super) fn value(&self, index: usize) -> &Value {
        match self.0.get(index) {
            Some(Given::Value(value)) => value,
            _ => &Value::Null,
        }
    }

    pub(super) fn array(&self, index: usize) -> &[Value] {
        self.value(index).as_array().map_or(&[], Vec::as_slice)
    }

    pub(super) fn string(&self, index: usize) -> &str {
        self.value(index).as_str().unwrap_or_default()
    }

    pub(super) fn object(&self, index: usize) -> Option<&Map<String, Value>> {
        self.value(index).as_object()
    }

    pub(super) fn reference(&self, index: usize) -> &Node {
        match self.0.get(index) {
            Some(Given::Reference(node)) => node,
            _ => &Node::Current,
        }
    }
}

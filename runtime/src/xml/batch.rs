//! [`Batch`]: a document with items that stand each for itself.

use crate::error::EncodeError;

/// Which elements are items, and which of these could not be written.
///
/// An item that cannot be written costs itself and not the others: it is left out of the document.
pub(super) struct Batch {
    item: &'static str,
    /// The element of an item that names it.
    key: &'static str,
    /// The name that was refused last.
    refused: Option<String>,
    has_items: bool,
    left_out: Vec<String>,
}

impl Batch {
    pub(super) fn new(item: &'static str, key: &'static str) -> Self {
        Self {
            item,
            key,
            refused: None,
            has_items: false,
            left_out: Vec::new(),
        }
    }

    pub(super) fn is_item(&self, element: &str) -> bool {
        element == self.item
    }

    /// An element with this text cannot be written.
    pub(super) fn refuse(&mut self, element: &str, text: &str) {
        if element == self.key {
            self.refused = Some(text.to_owned());
        }
    }

    /// What writing an item came to; `false` where the item is left out. That is for its name alone:
    /// anything else that cannot be written is an error of the caller.
    pub(super) fn wrote(&mut self, item: Result<(), EncodeError>) -> Result<bool, EncodeError> {
        match (item, self.refused.take()) {
            (Ok(()), _) => self.has_items = true,
            (Err(_), Some(name)) => {
                self.left_out.push(name);
                return Ok(false);
            }
            (Err(error), None) => return Err(error),
        }
        Ok(true)
    }

    /// The names of the items that were left out; an error where that leaves none.
    pub(super) fn left_out(self, problem: &'static str) -> Result<Vec<String>, EncodeError> {
        if self.left_out.is_empty() || self.has_items {
            Ok(self.left_out)
        } else {
            Err(EncodeError::member(self.key, problem))
        }
    }
}

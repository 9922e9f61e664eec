//! [`Batch`]: a document with items that stand each for itself.

use crate::batch_items::BatchItems;
use crate::error::EncodeError;

/// The elements of a document with items that stand each for itself.
#[derive(Clone, Copy, Debug)]
pub struct BatchTags {
    /// The element of an item.
    pub item: &'static str,
    /// The element of an item that names it.
    pub key: &'static str,
    /// The element that is `true` where the answer is to name failures only.
    pub quiet: &'static str,
}

/// Which items were written, and which could not be.
///
/// An item that cannot be written costs itself and not the others: it is left out of the document.
pub(super) struct Batch {
    tags: BatchTags,
    /// The name that was written last.
    name: Option<String>,
    /// Whether it was refused.
    is_refused: bool,
    items: BatchItems,
}

impl Batch {
    pub(super) fn new(tags: BatchTags) -> Self {
        Self {
            tags,
            name: None,
            is_refused: false,
            items: BatchItems::default(),
        }
    }

    pub(super) fn is_item(&self, element: &str) -> bool {
        element == self.tags.item
    }

    /// Takes note of an element with this text, which may be one that cannot be written.
    pub(super) fn note(&mut self, element: &str, text: &str, is_refused: bool) {
        if element == self.tags.key {
            self.name = Some(text.to_owned());
            self.is_refused = is_refused;
        } else if element == self.tags.quiet {
            self.items.is_quiet = text == "true";
        }
    }

    /// What writing an item came to; `false` where the item is left out. That is for its name alone:
    /// anything else that cannot be written is an error of the caller.
    pub(super) fn wrote(&mut self, item: Result<(), EncodeError>) -> Result<bool, EncodeError> {
        let name = self.name.take();
        if std::mem::take(&mut self.is_refused) {
            self.items.left_out.extend(name);
            return Ok(false);
        }
        item?;
        self.items.sent.extend(name);
        Ok(true)
    }

    /// The items; an error where none of them could be written.
    pub(super) fn items(self, problem: &'static str) -> Result<BatchItems, EncodeError> {
        if self.items.left_out.is_empty() || !self.items.sent.is_empty() {
            Ok(self.items)
        } else {
            Err(EncodeError::member(self.tags.key, problem))
        }
    }
}

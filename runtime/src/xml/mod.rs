//! Reads XML answers, element by element, without building a tree, and writes XML bodies.
//!
//! [`Document`] and [`Element`] hand out their children one at a time. An element that is dropped
//! half read is skipped by its parent; a decoder cannot lose its place.

mod batch;
mod cursor;
mod document;
mod element;
mod slot;
mod writer;

pub use batch::BatchTags;
pub use document::Document;
pub use element::Element;
pub use slot::Slot;
pub use writer::{Encode, Tag, Xml};

pub(crate) use document::without_padding;
pub(crate) use writer::can_carry;

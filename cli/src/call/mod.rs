//! Calls: a request as JSON, sent through the typed client, and the answer as JSON again.

mod attempts;
mod keys;
mod raw;
pub(crate) mod upload;
mod wire;
mod wording;

pub(crate) use attempts::{Answer, Caller};
pub(crate) use wording::words;

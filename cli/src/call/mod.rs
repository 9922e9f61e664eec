//! Calls: a request as JSON, sent through the typed client, and the answer as JSON again.

mod caller;
mod endpoints;
mod keys;
mod raw;
pub(crate) mod upload;
mod wire;
mod wording;

pub(crate) use caller::{Answer, Caller, FIRST_WAIT, LONGEST_WAIT};
pub(crate) use wording::words;

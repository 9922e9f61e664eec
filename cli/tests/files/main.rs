//! Commands for files: messages, exit codes, and the content of the bucket or the folder afterwards.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(unix)]

mod copies;
mod desk;
mod killed;
mod lies;
mod many;
#[path = "../support/mod.rs"]
mod support;
mod sync;
mod trouble;

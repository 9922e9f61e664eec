//! Answers that come over the wire in good order under the status of a success, and are not what was asked for.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod documents;
mod doubt;
mod every;
mod headers;
mod lab;
mod lies;
mod names;
mod ranges;
mod refused;
mod strangers;
#[path = "../virtual_clock.rs"]
mod virtual_clock;

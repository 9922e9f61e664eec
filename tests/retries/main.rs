//! Calls that are retried, and calls that are not, against the embedded peer.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod faults;
mod limits;
mod skew;
mod support;
#[path = "../virtual_clock.rs"]
mod virtual_clock;
mod waits;

//! The sessions that a client keeps by itself, against the embedded peer. Every log line is read
//! for secrets on the way.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "shared with the tests of the client")]
#[path = "../client/capture.rs"]
mod capture;
mod clocks;
mod encryption;
mod failures;
mod healing;
#[allow(dead_code, reason = "shared with the tests of the client")]
#[path = "../client/support.rs"]
mod lab;
mod modes;
mod providers;
mod support;
mod switches;
mod usage;
#[path = "../virtual_clock.rs"]
mod virtual_clock;

//! Short sessions under load and faults. A program of its own, as it looks at the memory of the whole process.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "shared with the tests of the client")]
#[path = "client/capture.rs"]
mod capture;
#[allow(dead_code, reason = "shared with the tests of the client")]
#[path = "client/support.rs"]
mod lab;
#[path = "sessions/soak.rs"]
mod soak;

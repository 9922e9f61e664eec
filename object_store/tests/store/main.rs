//! The store from outside, against the peer, which verifies every signature and keeps to the rules of directory
//! buckets.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod conditions;
mod deletes;
mod errors;
mod keys;
mod lab;
mod lists;
#[path = "../../../tests/servers/process.rs"]
#[allow(dead_code, reason = "shared with the tests of the client")]
mod process;
mod profile;
mod reads;
mod registry;
mod seaweedfs;
#[cfg(any(feature = "signer", feature = "signer_v0_13"))]
mod signer;
mod suite;
mod uploads;

//! The generated client from outside: against the embedded peer, through transports of our own, and with a
//! sink that reads every log line for secrets.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod bad_answers;
mod bad_documents;
mod calls;
mod capture;
mod encoding;
mod error_documents;
mod follow;
mod items;
mod official;
mod opens;
mod options;
mod recorder;
mod refused;
mod safety;
mod secrets;
mod support;
mod vectors;
#[path = "../virtual_clock.rs"]
mod virtual_clock;

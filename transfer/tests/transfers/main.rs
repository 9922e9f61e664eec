//! Transfers against the peer: what arrives, what is sent for it, what is left, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod aws;
mod batches;
mod cleanup;
mod downloads;
mod hedging;
mod hostile;
mod killed;
mod lab;
mod limits;
mod resume;
mod stopped;
mod storm;
mod uploads;

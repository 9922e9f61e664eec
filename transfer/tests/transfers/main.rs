//! Transfers against the peer: their results, their requests, their clean-up, and invalid transfers.

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

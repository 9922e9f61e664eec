//! Presigned requests, sent by a plain HTTP client to the embedded peer, which judges their signatures.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod limits;
mod requests;
mod support;

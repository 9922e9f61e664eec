//! Bodies of requests and responses, against the peer, which checks signatures, chunks and checksums with code of its
//! own.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod files;
mod receives;
mod refused;
mod resumes;
#[cfg(unix)]
mod saves;
mod sends;
mod sources;
mod support;

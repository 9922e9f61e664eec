//! What the tests and the figures of engines on directory buckets share.
//!
//! `cargo xtask engines` runs the tests, `cargo xtask engines figures` prints the figures of `docs/engines/README.md`.

#[cfg(feature = "engines")]
pub mod cluster;
#[cfg(feature = "engines")]
pub mod delta;
pub mod figures;
pub mod lab;
pub mod processes;
pub mod queries;
pub mod registry;
#[cfg(feature = "engines")]
pub mod slate;
pub mod tables;

/// The error of everything here: whoever reads it is a person.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The guides, whose code is compiled with the tests.
#[cfg(feature = "engines")]
#[doc = include_str!("../../../docs/engines/README.md")]
#[doc = include_str!("../../../docs/engines/datafusion.md")]
#[doc = include_str!("../../../docs/engines/ballista.md")]
#[doc = include_str!("../../../docs/engines/slatedb.md")]
#[doc = include_str!("../../../docs/engines/delta.md")]
pub mod guides {}

//! A small S3 Express server for tests.
//!
//! It listens on the loopback interface and uses HTTP/1.1 with or without TLS. It is strict: it verifies every
//! signature with independent code from the raw bytes of the request, and limits sessions to their bucket, mode and
//! lifetime. Its answers look like those of the service, including errors that echo tokens and canonical requests. All
//! operations of directory buckets work, on objects in memory or in a directory, by the rules of directory buckets:
//! listings have no useful order, entity tags are not digests, part numbers have no gaps, and it refuses what the
//! service refuses. It can simulate failures of the network and the server ([`Fault`]), and records requests
//! ([`Recorded`]).
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use zonal_peer::{Fault, Operation, Peer};
//!
//! let peer = Peer::builder()
//!     .bucket("demo--usw2-az1--x-s3")
//!     .credentials("AKIDEXAMPLE", "secret")
//!     .start()
//!     .await?;
//! peer.fault(Fault::slow_down(1).on(Operation::CreateSession).times(2));
//! println!("{}", peer.endpoint_url());
//! assert!(peer.requests().is_empty());
//! peer.shutdown().await;
//! # Ok(())
//! # }
//! ```

#![warn(clippy::print_stderr, clippy::print_stdout)]

mod checksum;
mod clock;
mod config;
mod contents;
mod data;
mod disk;
mod encryption;
mod error;
mod fault;
mod http;
mod identity;
mod object;
mod operation;
mod payload;
mod peer;
mod record;
mod route;
mod secret;
mod service;
mod settings;
mod sigv4;
mod store;
mod tls;
mod upload;
mod xml;
mod zone;

pub use checksum::{Checksum, ChecksumAlgorithm, ChecksumType};
pub use clock::Clock;
pub use config::PeerBuilder;
pub use data::Data;
pub use fault::{Fault, FaultError};
pub use http::{Body, Framing, Header, Limits, Reply};
pub use object::StoredObject;
pub use peer::Peer;
pub use record::{CredentialKind, Recorded};
pub use route::Operation;
pub use store::{Session, SessionMode};
pub use tls::Tls;

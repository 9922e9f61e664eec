//! A small S3 Express server for tests.
//!
//! It listens on the loopback interface, speaks HTTP/1.1 with or without TLS, and is nobody's friend: every signature is verified by
//! code of its own from the raw bytes of the request, sessions are bound to their bucket, mode and lifetime, and
//! answers look like those of the service, down to the errors that echo tokens and canonical requests. All operations
//! of directory buckets work on objects in memory
//! or in a directory on the disk, by the rules of directory buckets: listings are in no useful order,
//! entity tags are no digests, part numbers have no gaps, and what the service refuses is refused. It can be told to fail in every way a network and a server can ([`Fault`]), and keeps what came in ([`Recorded`]).
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

//! A small S3 Express server for tests.
//!
//! It listens on the loopback interface, speaks HTTP/1.1, and is nobody's friend: every signature is verified by
//! code of its own from the raw bytes of the request, sessions are bound to their bucket, mode and lifetime, and
//! answers look like those of the service, down to the errors that echo tokens and canonical requests. It can be
//! told to fail in every way a network and a server can ([`Fault`]), and keeps what came in ([`Recorded`]).
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

mod clock;
mod config;
mod error;
mod fault;
mod http;
mod identity;
mod operation;
mod peer;
mod record;
mod route;
mod secret;
mod service;
mod sigv4;
mod store;
mod xml;

pub use clock::Clock;
pub use config::PeerBuilder;
pub use fault::Fault;
pub use http::{Body, Framing, Header, Limits, Reply};
pub use peer::Peer;
pub use record::{CredentialKind, Recorded};
pub use route::Operation;
pub use store::{Session, SessionMode};

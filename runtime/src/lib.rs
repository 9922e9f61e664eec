//! The hand-written part of the S3 client `zonal`, which generated code uses.
//!
//! It contains everything that concerns the wire: endpoints, signatures, the transport, XML and errors. It contains no
//! operations; those implement [`Operation`].
//!
//! Applications use the crate `zonal`, which re-exports what they need of this one. These modules are for them:
//!
//! | module | what it holds |
//! |---|---|
//! | [`body`], [`checksum`] | bodies of requests and answers, and their checksums |
//! | [`transport`], [`clock`], [`random`] | the transport, the clock and the randomness of a client, which you can replace |
//! | [`credentials`], [`secret`], [`session`] | credentials and sessions |
//! | [`hook`] | observes every attempt |
//! | [`paginate`], [`waiter`], [`presign`] | pages, waiters and presigned requests |
//! | [`error`] | why a call failed |
//!
//! The other modules are public only for generated code of the same version, and hidden from the documentation.

#![warn(clippy::print_stderr, clippy::print_stdout)]
#![cfg_attr(
    not(feature = "hyper"),
    allow(dead_code, reason = "our own transport alone uses it")
)]

mod batch_items;
mod blocking;
pub mod body;
pub mod checksum;
#[doc(hidden)]
pub mod client;
pub mod clock;
#[doc(hidden)]
pub mod codegen;
#[doc(hidden)]
pub mod command_line;
#[doc(hidden)]
pub mod config;
pub mod credentials;
mod echo;
#[doc(hidden)]
pub mod endpoint;
pub mod error;
#[cfg(feature = "event-streams")]
pub mod event_stream;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod hash;
mod header_field;
pub mod hook;
mod lease;
#[doc(hidden)]
pub mod operation;
mod pace;
pub mod paginate;
pub mod presign;
#[cfg(feature = "test-util")]
#[doc(hidden)]
pub mod protocol_test;
pub mod public;
pub mod random;
#[doc(hidden)]
pub mod request;
#[doc(hidden)]
pub mod response;
#[doc(hidden)]
pub mod retry;
pub mod secret;
#[cfg(feature = "serde")]
#[doc(hidden)]
pub mod serde_time;
#[cfg(feature = "serde")]
#[doc(hidden)]
pub mod serde_value;
#[doc(hidden)]
pub mod service;
pub mod session;
#[doc(hidden)]
pub mod signing;
mod silence;
#[doc(hidden)]
pub mod source;
#[cfg(feature = "test-util")]
pub mod testing;
#[doc(hidden)]
pub mod text;
pub mod transport;
pub mod waiter;
#[doc(hidden)]
pub mod xml;

pub use aws_smithy_types::DateTime;
pub use body::{Body, BodyError, ByteStream};
pub use bytes::Bytes;
pub use checksum::Checksums;
#[doc(hidden)]
pub use client::Core;
pub use client::Metadata;
#[doc(hidden)]
pub use client::{Forwarded, ForwardedAnswer};
pub use config::{BuildError, Builder};
pub use credentials::{Credentials, ProvideCredentials};
pub use error::{
    AnyError, AnyServiceError, DecodeError, EncodeError, Error, ErrorDocument, ErrorKind,
};
#[cfg(feature = "event-streams")]
pub use event_stream::{EventError, EventStream};
pub use http::{HeaderMap, Method, StatusCode};
#[doc(hidden)]
pub use operation::OperationSpec;
pub use operation::{ModeledError, NoModeledError, Operation};
pub use presign::{PresignAuth, PresignLimit, PresignOptions, Presignable, PresignedRequest};
pub use secret::Secret;
#[doc(hidden)]
pub use service::ServiceSpec;
pub use source::{CopySource, RenameSource, SourceError};

//! What the generated crate `zonal` stands on.
//!
//! Everything that goes over the wire is made here: endpoints, signatures, the transport, XML and
//! errors. Nothing here knows a single operation; those implement [`Operation`].
//!
//! | module | what it holds |
//! |---|---|
//! | [`operation`], [`service`] | what generated code says about itself |
//! | [`command_line`] | the types of the tables that a command line stands on |
//! | [`config`], [`client`] | the client's settings, and a call from first to last |
//! | [`paginate`], [`waiter`] | calls that follow each other |
//! | [`endpoint`] | the rules that decide where a call goes |
//! | [`signing`] | AWS Signature Version 4 |
//! | [`transport`] | HTTP |
//! | [`checksum`] | checksums of bodies |
//! | [`presign`] | requests that somebody else sends |
//! | [`retry`] | when an attempt is followed by another |
//! | [`body`], `event_stream`, [`request`], [`response`], [`text`], [`xml`] | values to the wire and back |
//! | [`session`] | sessions on buckets |
//! | `lease` | what sessions and credentials have in common: values that last for a while |
//! | [`source`] | the objects that copies and renames start from |
//! | [`error`], [`secret`], [`credentials`], [`clock`], [`random`] | what they are called |

#![warn(clippy::print_stderr, clippy::print_stdout)]

mod blocking;
pub mod body;
pub mod checksum;
pub mod client;
pub mod clock;
pub mod codegen;
pub mod command_line;
pub mod config;
pub mod credentials;
pub mod endpoint;
pub mod error;
#[cfg(feature = "event-streams")]
pub mod event_stream;
mod header_field;
mod lease;
pub mod operation;
mod pace;
pub mod paginate;
pub mod presign;
#[cfg(feature = "test-util")]
pub mod protocol_test;
pub mod random;
pub mod request;
pub mod response;
pub mod retry;
pub mod secret;
#[cfg(feature = "serde")]
pub mod serde_time;
#[cfg(feature = "serde")]
pub mod serde_value;
pub mod service;
pub mod session;
pub mod signing;
mod silence;
pub mod source;
pub mod text;
pub mod transport;
pub mod waiter;
pub mod xml;

pub use aws_smithy_types::DateTime;
pub use body::{Body, BodyError, ByteStream};
pub use checksum::Checksums;
pub use client::Core;
pub use config::{BuildError, Builder};
pub use credentials::{Credentials, ProvideCredentials};
pub use error::{
    AnyError, AnyServiceError, DecodeError, EncodeError, Error, ErrorDocument, ErrorKind,
};
#[cfg(feature = "event-streams")]
pub use event_stream::{EventError, EventStream};
pub use operation::{ModeledError, NoModeledError, Operation, OperationSpec};
pub use presign::{PresignAuth, PresignLimit, PresignOptions, Presignable, PresignedRequest};
pub use secret::Secret;
pub use service::ServiceSpec;
pub use source::{CopySource, RenameSource, SourceError};

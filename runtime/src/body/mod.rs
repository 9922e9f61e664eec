//! Bodies of requests and responses.

mod again;
pub(crate) mod aws_chunked;
mod draft;
mod error;
pub(crate) mod failure;
mod file;
mod from;
#[cfg(feature = "request-compression")]
pub(crate) mod gzip;
mod measured;
#[cfg(not(target_family = "wasm"))]
mod open_file;
mod reader;
mod request;
mod response;
mod save;
mod saver;
mod stall;
mod target;

pub use error::BodyError;
pub use reader::ByteReader;
pub use request::Body;
pub use response::ByteStream;
pub use saver::FileSaver;

pub(crate) use again::Resume;
pub(crate) use aws_chunked::{AwsChunked, Coding, SentSum};
pub(crate) use failure::BodyFailure;
pub(crate) use measured::Measured;
pub(crate) use request::Loaded;
pub(crate) use response::{Expected, Observer};
pub(crate) use stall::Stall;

use std::pin::Pin;

use bytes::Bytes;
use futures_core::Stream;

/// Pieces of a body that is not in memory.
pub(crate) type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, BodyFailure>> + Send>>;

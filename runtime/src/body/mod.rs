//! Bodies as callers see them: what they send, and what they are sent.

pub(crate) mod gzip;
mod request;
mod response;

pub use request::Body;
pub use response::{BodyError, ByteStream};

pub(crate) use request::Pieces;

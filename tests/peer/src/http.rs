//! HTTP/1.1 as the peer speaks it: requests are kept exactly as they came in (header order, duplicates, raw target),
//! because signatures are verified over those bytes and tests assert on them.

mod body;
mod connection;
mod headers;
mod limits;
mod reply;
mod request;
mod target;
mod wire;
mod writer;

pub(crate) use connection::{Handler, serve};
pub use headers::Header;
pub(crate) use headers::Headers;
pub use limits::Limits;
pub use reply::{Body, Framing, Reply};
pub(crate) use request::{HttpError, Request};
pub(crate) use target::{Target, percent_decode, percent_encode};
pub(crate) use writer::{Cut, CutHow, Delivery};

//! The traits of `object_store`, written once. The module of each version compiles these files with its own
//! `object_store`, and holds what differs between the versions.

mod convert;
mod list;
mod multipart;
mod registry;
mod store;

#[allow(unused_imports, reason = "one of the versions needs it")]
pub(super) use convert::headers;
pub use registry::{ZonalRegistry, parse_url, parse_url_opts};

//! The traits of `object_store`, written once: each version's module compiles these files with its own
//! `object_store` beside them. What the versions have in different ways stands in those modules.

mod convert;
mod list;
mod multipart;
mod registry;
mod store;

#[allow(unused_imports, reason = "one of the versions needs it")]
pub(super) use convert::headers;
pub use registry::{ZonalRegistry, parse_url, parse_url_opts};

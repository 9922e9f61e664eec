//! Directory buckets (S3 Express One Zone) for everything that reaches S3 through
//! [`object_store`](https://docs.rs/object_store): DataFusion, Ballista, Polars, delta-rs, SlateDB, Lance.
//!
//! [`ZonalStore`] is the store. It sends its requests with the client [`zonal`], which opens sessions before
//! they are needed and replaces them before they end.
//!
//! # Features
//!
//! Enable the feature for the version of `object_store` that your engine uses. With both, one [`ZonalStore`] implements
//! the traits of both versions.
//!
//! | feature | what it adds |
//! |---|---|
//! | `v0_13` | the traits of `object_store` 0.13: DataFusion 55, deltalake 1.1, Polars 0.55 |
//! | `v0_14` | the traits of `object_store` 0.14: SlateDB 0.18, lancedb |
//! | `signer` | `Signer` of 0.14; it enables the feature `cloud-base` of `object_store`, which adds ten crates |
//! | `signer_v0_13` | `Signer` of 0.13; it enables the feature `cloud` of `object_store`, which adds reqwest and HTTP/2 |
//!
//! All features are off by default.
//!
//! # Example
//!
#![cfg_attr(feature = "v0_14", doc = "```no_run")]
#![cfg_attr(not(feature = "v0_14"), doc = "```ignore")]
//! use zonal_object_store::ZonalStoreBuilder;
//! use zonal_object_store::v0_14::object_store::{ObjectStoreExt, path::Path};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let store = ZonalStoreBuilder::from_env() // AWS_REGION, AWS_ACCESS_KEY_ID and so on
//!     .with_bucket_name("demo--usw2-az1--x-s3")
//!     .build()?;
//!
//! let path = Path::from("data/part-0.parquet");
//! store.put(&path, "content".into()).await?;
//! store.rename(&path, &Path::from("data/part-1.parquet")).await?; // one request, nothing is copied
//! # Ok(())
//! # }
//! ```
//!
//! Engines that take a registry get the `ZonalRegistry` of their version: URLs of directory buckets lead to
//! stores of this crate, all others to where they led before.
//!
//! # What is particular to directory buckets
//!
//! - **Listings are in no useful order.** `list_with_offset` reads the whole listing and leaves out what comes
//!   before the offset. A prefix of `list_paginated` that ends within a name lists its directory.
//! - **Keys that are no `Path`**: objects whose keys have empty segments, or segments `.` or `..`, can be
//!   written by other tools. Each is an error (`InvalidPath`) in a `list`, which goes on behind it; the other
//!   listings fail. Keys that end in `/` mark directories and are left out.
//! - **Uploads in progress show** in `list_with_delimiter`: the service lists their directories.
//! - **Entity tags are no digests**, and there are no versions and no tags; tags that are given are passed over.
//! - **Conditional writes.** `PutMode::Create` fails with `AlreadyExists`, `PutMode::Update` with
//!   `Precondition`. While another write of the key is under way, the service wants the write repeated, and it
//!   is, for five seconds. Where the answer to an attempt was lost, a later refusal may be due to that very
//!   attempt: the error then is `Generic` and says so, and never `AlreadyExists` for an object of one's own.
//! - **A read that breaks off goes on** where it was, on the same object and no other, up to ten times
//!   ([`resume_reads`](zonal::Builder::resume_reads)). `get_ranges` gives bytes of one and the same object, or an
//!   error.
//! - **Checksums**: uploads have a CRC32 unless another is chosen; whole objects are verified as they are read.
//!
//! # Errors
//!
//! The source of an error is a [`zonal::AnyError`], or a [`zonal::BodyError`] where a body broke off:
//!
#![cfg_attr(feature = "v0_14", doc = "```")]
#![cfg_attr(not(feature = "v0_14"), doc = "```ignore")]
//! use std::error::Error;
//! # use zonal_object_store::v0_14::object_store;
//!
//! fn request_id(error: &object_store::Error) -> Option<&str> {
//!     let error: &zonal::AnyError = error.source()?.downcast_ref()?;
//!     error.request_id()
//! }
//! ```
//!
//! What came with an answer that is no error (request ids, status, headers) is among the `extensions` of the results
//! of 0.14, as a [`zonal::Metadata`]; listings that are put together from pages have none.
//!
//! Retries are the client's ([`max_attempts`](zonal::Builder::max_attempts)); what comes out of here has been
//! tried again already.

#![cfg_attr(
    not(any(feature = "v0_13", feature = "v0_14")),
    allow(dead_code, reason = "the traits use it")
)]
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod body;
mod builder;
mod config_key;
mod copy;
mod delete;
mod error;
mod failure;
mod headers;
mod list;
mod put;
mod read;
#[cfg(any(feature = "signer", feature = "signer_v0_13"))]
mod sign;
mod store;
mod upload;
mod url;
#[cfg(feature = "v0_13")]
pub mod v0_13;
#[cfg(feature = "v0_14")]
pub mod v0_14;

pub use builder::ZonalStoreBuilder;
pub use config_key::ConfigKey;
pub use error::BuildError;
pub use store::{Appended, ZonalStore};
pub use zonal;

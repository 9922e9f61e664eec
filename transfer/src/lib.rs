//! Large objects and many objects for S3 directory buckets: parallel, bounded, resumable, verified.
//!
//! | task | call |
//! |---|---|
//! | send a file, bytes, a stream or a reader | [`Transfers::upload`] |
//! | fetch to a file | [`Download::to_file`] |
//! | fetch to memory, or as a stream in order | [`Download::to_bytes`], [`Download::stream`] |
//! | go on after a crash | [`Upload::resumable`], [`Download::resumable`] |
//! | follow, and stop | [`Upload::start`], [`Transfer::events`], [`Transfer::cancel`] |
//! | list objects, by any prefix | [`Transfers::list`] |
//! | delete, copy, move many objects | [`Transfers::delete`], [`Transfers::copy`], [`Transfers::rename`] |
//! | remove what a killed process left | [`Transfers::unfinished_uploads`] |
//! | cut the longest waits of small reads | [`Builder::hedging`] |
//!
//! ```no_run
//! use zonal_transfer::{Source, Transfers};
//!
//! # async fn example(client: zonal::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let transfers = Transfers::new(client);
//! let bucket = "demo--usw2-az1--x-s3";
//!
//! // in parts, side by side, with the checksum of all bytes
//! transfers.upload(bucket, "backup.tar", Source::from_path("backup.tar")).resumable().await?;
//!
//! // in ranges, side by side, of one version, verified
//! transfers.download(bucket, "backup.tar").to_file("copy.tar").await?;
//!
//! // thousand by thousand; what could not be deleted is reported by key
//! let report = transfers.delete(bucket).prefix("old/").await;
//! for failure in &report.failed {
//!     eprintln!("{}: {}", failure.key, failure.error);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Memory
//!
//! A transfer holds at most [`concurrency`](Builder::concurrency) × [`part_size`](Builder::part_size) bytes, by default
//! 128 MiB. Only streams and readers use that much: each worker reads files in pieces of at most 256 KiB, and writes
//! them half a megabyte at a time. A download into memory also holds the object. [`Event::Started`] has the number for a
//! transfer.
//!
//! # How many requests
//!
//! All transfers of the process share one adaptive [`Limit`] for requests in progress. It rises while throughput rises
//! with it, and halves when the service answers 503 or 429. Transfers take turns, part by part.
//!
//! # What is verified
//!
//! Uploads: the service verifies each part, and the checksum of the whole object before it creates the object. If the
//! source changes during the upload, the upload fails. Downloads: the transfer verifies length, entity tag and range of
//! each answer, and the checksum of the object, whether S3 computed it over all bytes or over the checksums of the
//! parts. If the object has no checksum, [`Downloaded::verified`] is `None`.
//!
//! # What is left behind
//!
//! A transfer that fails or is dropped aborts its upload and removes its draft, as long as the tokio runtime runs.
//! [`Transfer::cancel`] waits for that. A resumable transfer keeps its upload or draft, and its state file, until it
//! succeeds, is cancelled, or is discarded with `discard`.

mod batch;
mod cleanup;
mod download;
mod error;
mod event;
mod handle;
mod hedge;
mod limit;
mod retry;
mod run;
mod settings;
mod source;
mod state;
mod sums;
mod transfers;
mod upload;

pub use batch::{
    Batch, CopyAll, DeleteAll, Failure, Listed, Listing, MoveAll, ObjectResult, Overlap, Report,
    Results,
};
pub use cleanup::{Aborted, Uploads};
pub use download::{Download, DownloadStream, Downloaded};
pub use error::{Error, ErrorKind};
pub use event::{Event, Events};
pub use handle::Transfer;
pub use hedge::Hedging;
pub use limit::Limit;
pub use settings::{Builder, ServiceLimits, SettingsError};
pub use source::Source;
pub use transfers::Transfers;
pub use upload::{Upload, Uploaded};
pub use zonal::runtime::checksum::Algorithm;

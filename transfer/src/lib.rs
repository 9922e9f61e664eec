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
//! A transfer holds at most [`concurrency`](Builder::concurrency) × [`part_size`](Builder::part_size) bytes: 128 MiB
//! unless set, which only streams and readers come near. Files are read and written a megabyte at a time by each
//! worker. A download into memory also holds the object. [`Event::Started`] tells the number for a transfer.
//!
//! # How many requests
//!
//! All transfers of the process share one [`Limit`], which adapts: it grows while throughput grows with it, and halves
//! where the service asks for less. They take turns, part by part.
//!
//! # What is verified
//!
//! Uploads: each part by its checksum, and the whole by one that the service compares before there is an object. A
//! source that changes meanwhile fails the upload. Downloads: length, entity tag and range of each answer, and the
//! object's own checksum, be it of all bytes or of its parts. An object without a checksum is told as such:
//! [`Downloaded::verified`] is `None`.
//!
//! # What is left behind
//!
//! Nothing by a transfer that failed or was dropped while its runtime runs: uploads are aborted, drafts removed.
//! [`Transfer::cancel`] waits for that. Resumable transfers keep an upload or a draft, and a state file, until they
//! succeed, are cancelled, or given up by `discard`.

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
    Batch, CopyAll, DeleteAll, Failure, Listed, Listing, MoveAll, ObjectResult, Report, Results,
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

//! A writer on SlateDB that says which of its writes are durable.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use slatedb::Db;
use slatedb::config::Settings;
use zonal_object_store::{ZonalStore, ZonalStoreBuilder};

use crate::Error;

/// Where the database stands in the bucket.
pub const PATH: &str = "databases/slate";

/// Opens the database on a store; writes reach the bucket every few milliseconds.
///
/// # Errors
///
/// What SlateDB says.
pub async fn open(store: Arc<ZonalStore>) -> Result<Db, Error> {
    let settings = Settings {
        flush_interval: Some(Duration::from_millis(10)),
        // small, so that the tests see tables flushed and compacted too
        l0_sst_size_bytes: 64 * 1024,
        ..Settings::default()
    };
    let builder = Db::builder(PATH, store).with_settings(settings);
    Ok(builder.build().await?)
}

/// The key and the value of a write, by its number.
pub fn entry(number: u64) -> (String, String) {
    (format!("key-{number:08}"), format!("{number}").repeat(64))
}

/// Writes for ever, from this number on, and prints each number once its write is durable.
///
/// # Errors
///
/// What SlateDB says.
pub async fn write_for_ever(from: u64) -> Result<(), Error> {
    let builder = ZonalStoreBuilder::from_env().with_bucket_name(zonal_peer::Peer::BUCKET);
    let db = open(Arc::new(builder.build()?)).await?;
    let mut output = std::io::stdout();
    for number in from.. {
        let (key, value) = entry(number);
        let written = db.put(key, value).await?;
        written.await_durable().await?;
        writeln!(output, "{number}")?;
        output.flush()?;
    }
    Ok(())
}

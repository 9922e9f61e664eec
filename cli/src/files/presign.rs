//! `zonal presign`.

use std::time::Duration;

use super::events::Report;
use super::options::Options;
use super::store::Store;
use super::url::{Place, Url};
use crate::failure::Failure;
use crate::{call, console};

/// How long a URL is valid unless the user says so, in seconds.
const HOUR: u64 = 3600;

pub(super) fn check(options: &Options) -> Result<(), Failure> {
    match options.places.first().and_then(Place::url) {
        Some(url) if !url.key.is_empty() => Ok(()),
        url => Err(Failure::new(format!(
            "{} names no object. Write s3://BUCKET/KEY",
            url.map_or("s3://".to_owned(), Url::shown)
        ))),
    }
}

pub(super) async fn run(
    store: &Store,
    options: &Options,
    report: &mut Report,
) -> Result<(), Failure> {
    let Some(url) = options.places.first().and_then(Place::url) else {
        return Ok(());
    };
    let limit = Duration::from_secs(options.expires_in.unwrap_or(HOUR));
    let get = store.client().get_object(&*url.bucket, &*url.key);
    let signed = get.presign(limit).await;
    let signed = signed.map_err(|error| Failure::new(call::words(&error)))?;
    if signed.limited_by.is_some() {
        console::warn(&format!(
            "the URL is valid for {} seconds, as long as the credentials that sign it",
            signed.expires_in.as_secs()
        ));
    }
    report.raw(&signed.url)
}

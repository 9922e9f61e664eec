//! `zonal cat`.

use super::cp::{check_key, to_stdout};
use super::events::Report;
use super::options::Options;
use super::store::Store;
use super::url::Place;
use crate::failure::Failure;

pub(super) fn check(options: &Options) -> Result<(), Failure> {
    for place in &options.places {
        if place.url().is_none() {
            return Err(Failure::wrong_input(
                "usage: zonal cat <S3Uri> [<S3Uri> ...]\nError: Invalid argument type",
            ));
        }
        check_key(place, false)?;
    }
    Ok(())
}

/// Writes objects to standard output, one behind the other.
pub(super) async fn run(
    store: &Store,
    options: &Options,
    report: &mut Report,
) -> Result<(), Failure> {
    for url in options.places.iter().filter_map(Place::url) {
        to_stdout(store, report, url).await?;
    }
    Ok(())
}

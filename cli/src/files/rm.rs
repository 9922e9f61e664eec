//! `zonal rm`.

use std::collections::HashMap;
use std::time::Duration;

use super::deletions::{Deletions, deletion};
use super::events::{Outcome, Report, words};
use super::options::Options;
use super::plan::{Feed, Item, Step};
use super::store::Store;
use super::url::{Place, Url};
use super::work::Tasks;
use crate::failure::Failure;

pub(super) fn check(options: &Options) -> Result<(), Failure> {
    match &*options.places {
        [place @ Place::Bucket(_)] => {
            super::cp::check_key(place, options.recursive || options.uploads)
        }
        _ => Err(Failure::wrong_input(
            "usage: zonal rm <S3Uri>\nError: Invalid argument type",
        )),
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
    if options.uploads {
        uploads(store, options, report, url).await
    } else if options.recursive {
        all(store, options, report, url).await
    } else {
        one(store, options, report, url).await
    }
}

/// Aborts uploads in parts that nobody goes on with: what a killed process has left.
async fn uploads(
    store: &Store,
    options: &Options,
    report: &mut Report,
    url: &Url,
) -> Result<(), Failure> {
    let age = Duration::from_secs(options.older_than.unwrap_or(0));
    let unfinished = store.transfers.unfinished_uploads(&*url.bucket);
    let unfinished = unfinished.prefix(&*url.key).older_than(age);
    let listed = match store.halt.unless(unfinished.list()).await {
        None => return Ok(()),
        Some(Ok(listed)) => listed,
        Some(Err(error)) => return report.fatal(&words(&error)),
    };
    let mut failed = HashMap::new();
    if !options.dryrun && !listed.is_empty() {
        match store.halt.unless(unfinished.abort()).await {
            None => return Ok(()),
            Some(Ok(aborted)) => failed.extend(aborted.failed),
            Some(Err(error)) => return report.fatal(&words(&error)),
        }
    }
    for upload in listed {
        let key = upload.key.unwrap_or_default();
        let outcome = match failed.get(&key) {
            Some(error) => Outcome::Failed(words(error)),
            None if options.dryrun => Outcome::Planned,
            None => Outcome::Done,
        };
        let mut event = deletion(&url.bucket, &key, outcome);
        let id = upload.upload_id.unwrap_or_default();
        event.source.push_str(&format!(" (upload {id})"));
        report.tell(&event)?;
    }
    Ok(())
}

async fn one(
    store: &Store,
    options: &Options,
    report: &mut Report,
    url: &Url,
) -> Result<(), Failure> {
    if !options.filters.allow(url.name(), None) {
        return Ok(());
    }
    let outcome = if options.dryrun {
        Outcome::Planned
    } else {
        let call = store.client().delete_object(&*url.bucket, &*url.key);
        match store.halt.unless(call).await {
            Some(Ok(_)) => Outcome::Done,
            Some(Err(error)) => Outcome::Failed(crate::call::words(&error)),
            None => Outcome::Cancelled,
        }
    };
    report.tell(&deletion(&url.bucket, &url.key, outcome))
}

async fn all(
    store: &Store,
    options: &Options,
    report: &mut Report,
    url: &Url,
) -> Result<(), Failure> {
    let mut feed = Feed::below(store, &Place::Bucket(url.clone()), options);
    let (mut tasks, mut deletions) = (Tasks::new(store), Deletions::new(&url.bucket));
    while let Some(Some(step)) = store.halt.unless(feed.next()).await {
        match step {
            Step::Warning(text) => report.warn(&text)?,
            Step::Broken(text) => {
                report.fatal(&text)?;
                break;
            }
            Step::Found(found) => {
                let Item::Object { key, .. } = found.item else {
                    continue;
                };
                if !options.filters.allow(&found.relative, None) {
                    continue;
                }
                if options.dryrun {
                    report.tell(&deletion(&url.bucket, &key, Outcome::Planned))?
                } else {
                    deletions.add(key, &mut tasks, report).await?
                }
            }
        }
    }
    if !store.halt.is_set() {
        deletions.flush(&mut tasks, report).await?;
    }
    tasks.finish(report).await
}

//! `zonal du`.

use std::collections::BTreeMap;

use serde_json::json;

use super::events::{Report, words};
use super::options::Options;
use super::size::size;
use super::store::Store;
use super::url::{Place, Url, object_url};
use crate::failure::Failure;

/// How many objects there are below a directory, and how many bytes they have.
#[derive(Default)]
struct Sum {
    objects: u64,
    bytes: u64,
}

/// Says how much lies below each place, and below its directories as deep as `--max-depth` says.
pub(super) async fn run(
    store: &Store,
    options: &Options,
    report: &mut Report,
) -> Result<(), Failure> {
    for url in options.places.iter().filter_map(Place::url) {
        for (directory, sum) in sums(store, options, url).await? {
            let place = object_url(&url.bucket, &directory);
            if options.json {
                let (objects, bytes) = (sum.objects, sum.bytes);
                let line = json!({"directory": place, "objects": objects, "bytes": bytes});
                report.line(&line.to_string())?;
            } else {
                report.columns(&[&size(sum.bytes, options.human_readable), &place])?;
            }
        }
    }
    Ok(())
}

/// The deeper ones first, as `du` has it.
async fn sums(store: &Store, options: &Options, url: &Url) -> Result<Vec<(String, Sum)>, Failure> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    sums.entry(url.key.clone()).or_default();
    let mut listing = store.transfers.list(&url.bucket, &*url.key);
    while let Some(Some(listed)) = store.halt.unless(listing.next()).await {
        let listed = listed.map_err(|error| Failure::new(words(&error)))?;
        let rest = &listed.key[url.key.len()..];
        let slashes = rest.match_indices('/').map(|(at, _)| at + 1);
        // the slash that ends the prefix itself begins no directory below it
        let below = slashes.filter(|at| *at > 1 || url.key.ends_with('/') || url.key.is_empty());
        let directories = below.take(options.max_depth.unwrap_or(0));
        let bytes = listed.size.unwrap_or(0);
        for end in std::iter::once(0).chain(directories) {
            let directory = format!("{}{}", url.key, &rest[..end]);
            let sum = sums.entry(directory).or_default();
            sum.objects += 1;
            sum.bytes = sum.bytes.saturating_add(bytes);
        }
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.reverse();
    Ok(sums)
}

//! `zonal ls`.

use serde_json::json;
use zonal::DateTime;
use zonal_transfer::Listed;

use super::events::{Report, words};
use super::options::Options;
use super::size::size;
use super::store::Store;
use super::url::{Place, Url, object_url};
use crate::call;
use crate::failure::Failure;

pub(super) async fn run(
    store: &Store,
    options: &Options,
    report: &mut Report,
) -> Result<(), Failure> {
    match options.places.first().and_then(Place::url) {
        None => buckets(store, options, report).await,
        Some(url) => objects(store, options, report, url).await,
    }
}

async fn buckets(store: &Store, options: &Options, report: &mut Report) -> Result<(), Failure> {
    let mut pages = store.client().list_directory_buckets().paginate();
    loop {
        let page = match store.halt.unless(pages.next_page()).await {
            None | Some(Ok(None)) => return Ok(()),
            Some(Ok(Some(page))) => page,
            Some(Err(error)) => return Err(Failure::new(call::words(&error))),
        };
        for bucket in page.buckets {
            let name = bucket.name.unwrap_or_default();
            if !name.starts_with(&options.name_prefix) {
                continue;
            }
            let time = time(bucket.creation_date);
            report.line(&if options.json {
                json!({"bucket": name, "created": time}).to_string()
            } else {
                format!("{time} {name}")
            })?;
        }
    }
}

async fn objects(
    store: &Store,
    options: &Options,
    report: &mut Report,
    url: &Url,
) -> Result<(), Failure> {
    let mut listing = if options.recursive {
        store.transfers.list(&url.bucket, &*url.key)
    } else {
        store.transfers.list_directory(&url.bucket, &*url.key)
    };
    let (mut count, mut bytes, mut is_empty) = (0_u64, 0_u64, true);
    while let Some(Some(listed)) = store.halt.unless(listing.next()).await {
        let listed = listed.map_err(|error| Failure::new(words(&error)))?;
        is_empty = false;
        if !listed.is_directory {
            count += 1;
            bytes = u64::saturating_add(bytes, listed.size.unwrap_or(0));
        }
        report.line(&if options.json {
            json_line(&listed, url)
        } else {
            line(&listed, options)
        })?;
    }
    if options.summarize && !options.json {
        let bytes = size(bytes, options.human_readable);
        report.line("")?;
        report.line(&format!("Total Objects: {count}"))?;
        report.line(&format!("   Total Size: {bytes}"))?;
    }
    if is_empty && !url.key.is_empty() {
        // as the AWS CLI has it, without a word
        report.nothing_found();
    }
    Ok(())
}

fn line(listed: &Listed, options: &Options) -> String {
    let name = |key: &str| {
        if options.recursive {
            key.to_owned()
        } else {
            key.rsplit('/').next().unwrap_or_default().to_owned()
        }
    };
    match listed.key.strip_suffix('/').filter(|_| listed.is_directory) {
        Some(directory) => format!("{:>30} {}/", "PRE", name(directory)),
        None => {
            let size = size(listed.size.unwrap_or(0), options.human_readable);
            let time = time(listed.last_modified);
            format!("{time:<19} {size:>10} {}", name(&listed.key))
        }
    }
}

fn json_line(listed: &Listed, url: &Url) -> String {
    let url = object_url(&url.bucket, &listed.key);
    if listed.is_directory {
        json!({"directory": url}).to_string()
    } else {
        json!({
                "object": url, "bytes": listed.size, "modified": time(listed.last_modified), "etag": listed.e_tag
            })
            .to_string()
    }
}

/// A moment in UTC, as `2030-01-02 03:04:05`.
fn time(time: Option<DateTime>) -> String {
    let time = time.map(|time| DateTime::from_secs(time.secs()));
    let text = time.and_then(|time| time.fmt(aws_smithy_types::date_time::Format::DateTime).ok());
    let text = text.unwrap_or_default();
    text.trim_end_matches('Z').replace('T', " ")
}

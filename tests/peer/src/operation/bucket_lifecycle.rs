//! `GetBucketLifecycleConfiguration`, `PutBucketLifecycleConfiguration` and `DeleteBucketLifecycle`.

use super::{Call, claim};
use crate::error::S3Error;
use crate::http::Reply;
use crate::xml::{Element, Writer, malformed};

const ROOT: &str = "LifecycleConfiguration";
/// The most rules that a bucket has.
const MAX_RULES: usize = 1000;
/// What rules of directory buckets may say, at any depth.
const KNOWN: [&str; 12] = [
    "AbortIncompleteMultipartUpload",
    "And",
    "Days",
    "DaysAfterInitiation",
    "Expiration",
    "Filter",
    "ID",
    "ObjectSizeGreaterThan",
    "ObjectSizeLessThan",
    "Prefix",
    "Rule",
    "Status",
];

pub(super) fn get(call: &Call<'_>) -> Result<Reply, S3Error> {
    let rules = call.in_settings(|settings| Ok(settings.lifecycle.clone()))?;
    let rules = rules.ok_or_else(|| {
        S3Error::new(
            404,
            "NoSuchLifecycleConfiguration",
            "The lifecycle configuration does not exist",
        )
        .with("BucketName", call.bucket())
    })?;
    Ok(Reply::xml(200, Writer::document(ROOT, &rules)))
}

pub(super) fn put(call: &Call<'_>) -> Result<Reply, S3Error> {
    claim::required(call)?;
    let document = Element::parse(&call.document()?, ROOT)?;
    let rules = document.all("Rule").count();
    if rules == 0 || rules > MAX_RULES || rules < document.children.len() {
        return Err(malformed());
    }
    document.all("Rule").try_for_each(check)?;
    call.in_settings(|settings| {
        settings.lifecycle = Some(document.content());
        Ok(Reply::new(200))
    })
}

pub(super) fn delete(call: &Call<'_>) -> Result<Reply, S3Error> {
    call.in_settings(|settings| {
        settings.lifecycle = None;
        Ok(Reply::new(204))
    })
}

fn check(rule: &Element) -> Result<(), S3Error> {
    check_known(rule)?;
    if !matches!(rule.child_text("Status")?, Some("Enabled" | "Disabled")) {
        return Err(malformed());
    }
    let filter = rule.child("Filter")?.ok_or_else(malformed)?;
    if filter.children.len() > 1 {
        return Err(malformed());
    }
    let actions = [
        (rule.child("Expiration")?, "Days"),
        (
            rule.child("AbortIncompleteMultipartUpload")?,
            "DaysAfterInitiation",
        ),
    ];
    for (action, days) in actions {
        let Some(action) = action else { continue };
        let text = action.child_text(days)?.unwrap_or_default();
        if !text.parse::<u32>().is_ok_and(|days| days > 0) {
            return Err(S3Error::invalid_argument(
                days,
                text,
                "The number of days must be a positive integer.",
            ));
        }
    }
    Ok(())
}

fn check_known(element: &Element) -> Result<(), S3Error> {
    if !KNOWN.contains(&element.name.as_str()) {
        return Err(S3Error::invalid_request(format!(
            "Directory buckets do not support {} in lifecycle rules.",
            element.name
        )));
    }
    element.children.iter().try_for_each(check_known)
}

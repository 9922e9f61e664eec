//! Inventory and metrics: configurations with ids, which are read, written, deleted and listed alike.

use super::Call;
use crate::error::S3Error;
use crate::http::Reply;
use crate::settings::Settings;
use crate::xml::{Element, Writer, malformed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// The most configurations that a bucket has.
const MAX: usize = 1000;
/// The most that a page shows.
const PAGE: usize = 100;
const TOKEN: &str = "continuation-token";
/// What an inventory of a directory bucket can list.
const FIELDS: [&str; 9] = [
    "BucketKeyStatus",
    "ChecksumAlgorithm",
    "ETag",
    "EncryptionStatus",
    "IsMultipartUploaded",
    "LastModifiedDate",
    "LifecycleExpirationDate",
    "Size",
    "StorageClass",
];

/// A kind of configuration.
pub(super) struct Reports {
    root: &'static str,
    list: &'static str,
    of: fn(&mut Settings) -> &mut BTreeMap<String, String>,
    check: fn(&Element) -> Result<(), S3Error>,
}

pub(super) const INVENTORY: Reports = Reports {
    root: "InventoryConfiguration",
    list: "ListInventoryConfigurationsResult",
    of: |settings| &mut settings.inventory,
    check: check_inventory,
};

pub(super) const METRICS: Reports = Reports {
    root: "MetricsConfiguration",
    list: "ListMetricsConfigurationsResult",
    of: |settings| &mut settings.metrics,
    check: check_metrics,
};

impl Reports {
    pub(super) fn get(&self, call: &Call<'_>) -> Result<Reply, S3Error> {
        let id = id(call)?;
        let found = call.in_settings(|settings| Ok((self.of)(settings).get(&id).cloned()))?;
        let content = found.ok_or_else(unknown)?;
        Ok(Reply::xml(200, Writer::document(self.root, &content)))
    }

    pub(super) fn put(&self, call: &Call<'_>) -> Result<Reply, S3Error> {
        let id = id(call)?;
        let document = Element::parse(&call.document()?, self.root)?;
        if document.child_text("Id")? != Some(id.as_str()) {
            return Err(malformed());
        }
        (self.check)(&document)?;
        call.in_settings(|settings| {
            let reports = (self.of)(settings);
            if reports.len() >= MAX && !reports.contains_key(&id) {
                return Err(S3Error::new(
                    400,
                    "TooManyConfigurations",
                    "The bucket has the most configurations that are allowed.",
                ));
            }
            reports.insert(id, document.content());
            Ok(Reply::new(204))
        })
    }

    pub(super) fn delete(&self, call: &Call<'_>) -> Result<Reply, S3Error> {
        let id = id(call)?;
        let found = call.in_settings(|settings| Ok((self.of)(settings).remove(&id)))?;
        found.map(|_| Reply::new(204)).ok_or_else(unknown)
    }

    pub(super) fn list(&self, call: &Call<'_>) -> Result<Reply, S3Error> {
        let token = call.target.parameter(TOKEN);
        let after = match token.as_deref() {
            None => String::new(),
            Some(token) => decode(token).ok_or_else(|| {
                S3Error::invalid_argument(TOKEN, token, "The continuation token is not valid.")
            })?,
        };
        let (page, more) = call.in_settings(|settings| {
            let later = (self.of)(settings).iter().filter(|(id, _)| **id > after);
            let mut page: Vec<_> = later
                .take(PAGE + 1)
                .map(|(id, content)| (id.clone(), content.clone()))
                .collect();
            let more = page.len() > PAGE;
            page.truncate(PAGE);
            Ok((page, more))
        })?;
        let mut xml = Writer::new();
        xml.open_root(self.list);
        if let Some(token) = &token {
            xml.text("ContinuationToken", token);
        }
        for (_, content) in &page {
            xml.open(self.root);
            xml.raw(content);
            xml.close(self.root);
        }
        xml.text("IsTruncated", if more { "true" } else { "false" });
        if let (true, Some((last, _))) = (more, page.last()) {
            xml.text("NextContinuationToken", &STANDARD.encode(last));
        }
        xml.close(self.list);
        Ok(Reply::xml(200, xml.finish()))
    }
}

fn id(call: &Call<'_>) -> Result<String, S3Error> {
    let id = call.target.parameter("id").unwrap_or_default();
    if id.is_empty() {
        return Err(S3Error::invalid_argument("id", "", "The id is missing."));
    }
    Ok(id)
}

fn unknown() -> S3Error {
    S3Error::new(
        404,
        "NoSuchConfiguration",
        "The specified configuration does not exist.",
    )
}

fn decode(token: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(token).ok()?).ok()
}

fn check_inventory(document: &Element) -> Result<(), S3Error> {
    let destination = document.child("Destination")?.ok_or_else(malformed)?;
    let bucket = destination
        .child("S3BucketDestination")?
        .ok_or_else(malformed)?;
    let frequency = document
        .child("Schedule")?
        .ok_or_else(malformed)?
        .child_text("Frequency")?;
    let fields = document.child("OptionalFields")?;
    let mut fields = fields.iter().flat_map(|fields| &fields.children);
    let known = bucket.child_text("Bucket")?.is_some()
        && matches!(
            bucket.child_text("Format")?,
            Some("CSV" | "ORC" | "Parquet")
        )
        && matches!(document.child_text("IsEnabled")?, Some("true" | "false"))
        && matches!(
            document.child_text("IncludedObjectVersions")?,
            Some("All" | "Current")
        )
        && matches!(frequency, Some("Daily" | "Weekly"))
        && fields.all(|field| field.name == "Field" && FIELDS.contains(&field.text.as_str()));
    if known { Ok(()) } else { Err(malformed()) }
}

fn check_metrics(document: &Element) -> Result<(), S3Error> {
    let Some(filter) = document.child("Filter")? else {
        return Ok(());
    };
    let [condition] = filter.children.as_slice() else {
        return Err(malformed());
    };
    let conditions = match condition.name.as_str() {
        "And" => condition.children.as_slice(),
        _ => std::slice::from_ref(condition),
    };
    let known = conditions
        .iter()
        .all(|condition| matches!(condition.name.as_str(), "Prefix" | "AccessPointArn"));
    let enough = condition.name != "And" || conditions.len() > 1;
    if known && enough {
        Ok(())
    } else {
        Err(malformed())
    }
}

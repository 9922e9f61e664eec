//! The headers that are stored with an object.

use super::{Call, encryption};
use crate::error::S3Error;
use crate::object::Details;
use std::collections::BTreeMap;

const STORED: [&str; 6] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
];
const META: &str = "x-amz-meta-";
/// Bytes of all names and values of the user metadata.
const MAX_METADATA: usize = 2 * 1024;

/// Reads them from a request that makes an object.
pub(super) fn read(call: &Call<'_>) -> Result<Details, S3Error> {
    let mut headers = BTreeMap::new();
    for name in STORED {
        if let Some(value) = call.header(name)? {
            headers.insert(name.to_owned(), value);
        }
    }
    if let Some(coding) = headers.remove("content-encoding") {
        let coding = without_framing(&coding);
        if !coding.is_empty() {
            headers.insert("content-encoding".to_owned(), coding);
        }
    }
    Ok(Details {
        headers,
        metadata: metadata(call)?,
        encryption: encryption::of_write(call)?,
    })
}

/// The coding without `aws-chunked`, which is a matter of the request alone.
fn without_framing(coding: &str) -> String {
    let codings = coding.split(',').map(str::trim);
    let codings: Vec<&str> = codings
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("aws-chunked"))
        .collect();
    codings.join(",")
}

/// Copies and multipart uploads take no content coding but that of the request.
pub(super) fn check_coding(details: &Details) -> Result<(), S3Error> {
    match details.headers.get("content-encoding") {
        None => Ok(()),
        Some(coding) => Err(S3Error::invalid_argument(
            "Content-Encoding",
            coding,
            "Content-Encoding takes aws-chunked only here.",
        )),
    }
}

fn metadata(call: &Call<'_>) -> Result<BTreeMap<String, String>, S3Error> {
    let mut metadata: BTreeMap<String, String> = BTreeMap::new();
    for field in &call.request.headers.0 {
        let name = field.name.to_ascii_lowercase();
        if let Some(name) = name.strip_prefix(META) {
            let value = metadata.entry(name.to_owned()).or_default();
            if !value.is_empty() {
                value.push(',');
            }
            value.push_str(&field.value_text());
        }
    }
    let size: usize = metadata
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if size > MAX_METADATA {
        return Err(S3Error::new(
            400,
            "MetadataTooLarge",
            "The user metadata is larger than allowed",
        )
        .with("Size", size.to_string())
        .with("MaxSizeAllowed", MAX_METADATA.to_string()));
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_framing_is_no_coding() {
        assert_eq!(without_framing("aws-chunked"), "");
        assert_eq!(without_framing("gzip,aws-chunked"), "gzip");
        assert_eq!(without_framing("gzip, br"), "gzip,br");
    }
}

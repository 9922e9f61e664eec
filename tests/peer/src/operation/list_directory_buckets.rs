//! `ListDirectoryBuckets`: the account's buckets, page by page.

use super::Call;
use crate::clock::iso8601;
use crate::error::S3Error;
use crate::http::Reply;
use crate::xml::Writer;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const MAX: &str = "max-directory-buckets";
const TOKEN: &str = "continuation-token";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let limit = match call.target.parameter(MAX).filter(|text| !text.is_empty()) {
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| *limit <= 1000)
            .ok_or_else(|| {
                S3Error::invalid_argument(MAX, &text, "The value is not a number from 0 to 1000.")
            })?,
        None => 1000,
    };
    let after = match call.target.parameter(TOKEN).filter(|text| !text.is_empty()) {
        Some(token) => decode_token(&token).ok_or_else(|| {
            S3Error::invalid_argument(TOKEN, &token, "The continuation token is not valid.")
        })?,
        None => String::new(),
    };
    let mut buckets = call.store.buckets_after(&after, limit + 1);
    let more = buckets.len() > limit;
    buckets.truncate(limit);
    let mut xml = Writer::new();
    xml.open_root("ListAllMyDirectoryBucketsResult");
    xml.open("Buckets");
    for (name, created) in &buckets {
        xml.open("Bucket");
        xml.text("Name", name);
        xml.text("CreationDate", &iso8601(*created));
        xml.text("BucketRegion", &call.config.region);
        xml.text("BucketArn", &call.config.bucket_arn(name));
        xml.close("Bucket");
    }
    xml.close("Buckets");
    if let (true, Some((last, _))) = (more, buckets.last()) {
        xml.text("ContinuationToken", &URL_SAFE_NO_PAD.encode(last));
    }
    xml.close("ListAllMyDirectoryBucketsResult");
    Ok(Reply::xml(200, xml.finish()))
}

fn decode_token(token: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()
}

//! `DeleteObject`: removes an object, with conditions. An object that does not exist counts as
//! removed.

use super::Call;
use super::conditions::{DeleteConditions, http_date};
use crate::error::S3Error;
use crate::http::Reply;

const LAST_MODIFIED: &str = "x-amz-if-match-last-modified-time";
const SIZE: &str = "x-amz-if-match-size";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let key = call.key()?;
    let conditions = conditions(call)?;
    call.in_bucket(|contents| {
        if let Some(object) = contents.object(key) {
            conditions.check(object)?;
            contents.remove(key)?;
        }
        Ok(())
    })?;
    Ok(Reply::new(204))
}

fn conditions(call: &Call<'_>) -> Result<DeleteConditions, S3Error> {
    let last_modified = call.header(LAST_MODIFIED)?.map(|text| {
        http_date(&text).ok_or_else(|| {
            S3Error::invalid_argument(LAST_MODIFIED, &text, "The value is not an HTTP date.")
        })
    });
    let size = call.header(SIZE)?.map(|text| {
        text.parse()
            .map_err(|_| S3Error::invalid_argument(SIZE, &text, "The value is not a number."))
    });
    Ok(DeleteConditions {
        etag: call.header("if-match")?,
        last_modified: last_modified.transpose()?,
        size: size.transpose()?,
    })
}

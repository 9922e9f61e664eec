//! `AbortMultipartUpload`: gives an upload up.

use super::Call;
use super::conditions::{http_date, precondition_failed};
use crate::error::S3Error;
use crate::http::Reply;

const INITIATED: &str = "x-amz-if-match-initiated-time";

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let key = call.key()?;
    let id = call.target.parameter("uploadId").unwrap_or_default();
    let initiated = call.header(INITIATED)?.map(|text| {
        http_date(&text).ok_or_else(|| {
            S3Error::invalid_argument(INITIATED, &text, "The value is not an HTTP date.")
        })
    });
    let initiated = initiated.transpose()?;
    call.in_bucket(|contents| {
        let upload = contents
            .upload(key, &id)
            .ok_or_else(S3Error::no_such_upload)?;
        if initiated.is_some_and(|at| at != upload.initiated) {
            return Err(precondition_failed(INITIATED));
        }
        contents.remove_upload(key, &id);
        Ok(())
    })?;
    Ok(Reply::new(204))
}

//! `GetObject` and `HeadObject`: an object, whole or a range or a part of it, on conditions.

use super::conditions::{Conditions, Outcome, precondition_failed};
use super::range::{Asked, parse};
use super::{Call, describe};
use crate::checksum::{Checksum, ChecksumType};
use crate::clock::http_date;
use crate::error::S3Error;
use crate::http::Reply;
use crate::object::StoredObject;
use crate::route::Operation;
use std::ops::Range;

/// Query parameters that replace headers of the answer.
const REPLACED: [(&str, &str); 6] = [
    ("response-cache-control", "cache-control"),
    ("response-content-disposition", "content-disposition"),
    ("response-content-encoding", "content-encoding"),
    ("response-content-language", "content-language"),
    ("response-content-type", "content-type"),
    ("response-expires", "expires"),
];

/// What of an object is answered.
struct View {
    range: Range<usize>,
    /// Whether that is less than all of it.
    partial: bool,
    checksum: Option<Checksum>,
    /// Set where a part was asked for.
    part_count: Option<usize>,
}

pub(super) fn perform(call: &Call<'_>) -> Result<Reply, S3Error> {
    let key = call.key()?;
    let object = call.in_bucket(|contents| Ok(contents.object(key).cloned()))?;
    let object = object.ok_or_else(|| S3Error::no_such_key(key))?;
    match Conditions::read(call, "")?.outcome(&object) {
        Outcome::Holds => {}
        Outcome::Failed(condition) => return Err(precondition_failed(condition)),
        Outcome::NotModified => {
            return Ok(Reply::new(304)
                .header("etag", &object.etag)
                .header("last-modified", &http_date(object.last_modified)));
        }
    }
    let view = view(call, &object)?;
    let status = if view.partial { 206 } else { 200 };
    let mut reply = describe::object(Reply::new(status), &object, call.bucket());
    if view.partial {
        let Range { start, end } = view.range;
        let range = format!("bytes {start}-{}/{}", end - 1, object.size());
        reply = reply.header("content-range", &range);
    }
    if let Some(count) = view.part_count {
        reply = reply.header("x-amz-mp-parts-count", &count.to_string());
    }
    if call.header("x-amz-checksum-mode")?.as_deref() == Some("ENABLED") {
        reply = describe::checksum(reply, view.checksum.as_ref());
    }
    for (parameter, header) in REPLACED {
        if let Some(value) = call.target.parameter(parameter) {
            reply = reply.without_header(header).header(header, &value);
        }
    }
    if call.route.operation == Operation::HeadObject {
        // It tells the length of what it does not send.
        return Ok(reply.header("content-length", &view.range.len().to_string()));
    }
    Ok(reply.shared_body(object.data.slice(view.range)))
}

fn view(call: &Call<'_>, object: &StoredObject) -> Result<View, S3Error> {
    let header = call.header("range")?;
    if let Some(number) = call.target.parameter("partNumber") {
        if header.is_some() {
            return Err(S3Error::invalid_request(
                "Cannot specify both Range header and partNumber query parameter.",
            ));
        }
        return part_view(object, &number);
    }
    let size = object.data.len();
    match parse(header.as_deref(), size) {
        Asked::Everything => Ok(View {
            range: 0..size,
            partial: false,
            checksum: object.checksum.clone(),
            part_count: None,
        }),
        // The stored checksum says nothing about a range.
        Asked::Part(range) => Ok(View {
            range,
            partial: true,
            checksum: None,
            part_count: None,
        }),
        Asked::Unsatisfiable => Err(S3Error::new(
            416,
            "InvalidRange",
            "The requested range is not satisfiable",
        )
        .with("RangeRequested", header.unwrap_or_default())
        .with("ActualObjectSize", size.to_string())),
    }
}

fn part_view(object: &StoredObject, number: &str) -> Result<View, S3Error> {
    let found = number.parse().ok().and_then(|number| object.part(number));
    let (range, part) = found.ok_or_else(|| {
        S3Error::new(
            416,
            "InvalidPartNumber",
            "The requested partnumber is not satisfiable",
        )
        .with("PartNumberRequested", number)
        .with("ActualPartCount", object.part_count().to_string())
    })?;
    let checksum = part.checksum.clone().map(|(algorithm, value)| Checksum {
        algorithm,
        kind: object
            .checksum
            .as_ref()
            .map_or(ChecksumType::FullObject, |whole| whole.kind),
        value,
    });
    Ok(View {
        partial: !range.is_empty(),
        range,
        checksum,
        part_count: object.multipart.then_some(object.part_count()),
    })
}

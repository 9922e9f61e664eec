//! Whether an answer is one to what was asked: the range it holds, its entity tag, and the checksum it acknowledges.

use std::borrow::Cow;

use http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_MATCH, RANGE};
use http::{HeaderMap, HeaderName, Method, StatusCode};

use super::call::Call;
use crate::checksum::Algorithm;
use crate::error::{DecodeError, Problem};
use crate::header_field::find_header;
use crate::response::Response;
use crate::xml::Document;

const WRITE_OFFSET: &str = "x-amz-write-offset-bytes";
const OBJECT_SIZE: &str = "x-amz-object-size";
const CHECKSUM_TYPE: &str = "x-amz-checksum-type";

/// An error if a success says of itself that it is another than the one asked for.
pub(super) fn check(call: &Call, response: &Response) -> Result<(), DecodeError> {
    if response.is_prepared() {
        return Ok(());
    }
    check_status(call, response)?;
    check_range(call, response)?;
    check_tag(call, response)?;
    // one that sends none and brings a body has the checksums of that body
    if call.spec.streaming && call.spec.checksum.is_none() {
        Ok(())
    } else {
        check_size(call, response)?;
        check_checksums(call, response)
    }
}

fn wrong(problem: &'static str) -> Result<(), DecodeError> {
    Err(DecodeError::new(Problem::Mismatch { problem }))
}

/// Not each status from 200 to 299 says that what was asked for is done, and by whom.
fn check_status(call: &Call, response: &Response) -> Result<(), DecodeError> {
    let status = response.status();
    if status == call.spec.success {
        return Ok(());
    }
    match status.as_u16() {
        202 => {
            wrong("its status says that the request was accepted and is not carried out yet (202)")
        }
        203 => wrong("its status says that a proxy has changed it (203)"),
        206 if !reads_object(call) => wrong("its status says that it is a part (206)"),
        207 | 208 => wrong("its status says that it has a status for each part (207 or 208)"),
        226 => wrong("its status says that it is what has changed (226)"),
        _ => Ok(()),
    }
}

/// Whether an answer may hold a part of an object, or be about one.
fn reads_object(call: &Call) -> bool {
    call.spec.streaming || call.spec.method == Method::HEAD
}

/// The part of an object that a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    /// From the first to the last byte, if that is told.
    From(u64, Option<u64>),
    /// So many bytes at the end.
    Last(u64),
}

impl Range {
    /// `bytes=FIRST-LAST`, `bytes=FIRST-` or `bytes=-COUNT`. Servers may ignore what is not well-formed,
    /// and answer several ranges in a form of their own, which is the caller's to read.
    fn parse(text: &str) -> Option<Self> {
        let (unit, range) = text.trim().split_once('=')?;
        let (first, last) = range.trim().split_once('-')?;
        let range = match (number(first), number(last)) {
            (Some(first), Some(last)) => Self::From(first, Some(last)),
            (Some(first), None) if last.is_empty() => Self::From(first, None),
            (None, Some(count)) if first.is_empty() => Self::Last(count),
            _ => return None,
        };
        let is_ordered = !matches!(range, Self::From(first, Some(last)) if first > last);
        (unit.trim().eq_ignore_ascii_case("bytes") && is_ordered).then_some(range)
    }

    /// Whether it is the whole of an object of this length.
    fn is_all_of(self, length: Option<u64>) -> bool {
        match (self, length) {
            (Self::From(0, None), _) => true,
            (Self::From(0, Some(last)), Some(length)) => last.saturating_add(1) >= length,
            (Self::Last(count), Some(length)) => count >= length,
            _ => false,
        }
    }

    /// Whether this is what the answer holds.
    fn is(self, held: Held) -> bool {
        let end = held.total.map(|total| total - 1);
        match self {
            Self::From(first, None) => {
                held.first == first && end.is_none_or(|end| held.last == end)
            }
            Self::From(first, Some(last)) => {
                // what reaches beyond the end stops there
                let is_last = match end {
                    Some(end) => held.last == last.min(end),
                    None => held.last <= last,
                };
                held.first == first && is_last
            }
            Self::Last(count) => match held.total {
                Some(total) => held.first == total.saturating_sub(count) && held.last == total - 1,
                None => held.last - held.first < count,
            },
        }
    }
}

/// The part of an object that an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) first: u64,
    pub(super) last: u64,
    total: Option<u64>,
}

impl Held {
    /// `bytes FIRST-LAST/TOTAL`, where the total may be `*`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (unit, rest) = text.trim().split_once(' ')?;
        let (range, total) = rest.trim().split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        let total = match total.trim() {
            "*" => None,
            total => Some(number(total)?),
        };
        let is_inside = first <= last && total.is_none_or(|total| last < total);
        let is_right = unit.eq_ignore_ascii_case("bytes") && is_inside;
        is_right.then_some(Self { first, last, total })
    }
}

fn number(digits: &str) -> Option<u64> {
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // more digits than a number takes are just very far away
    is_plain.then(|| digits.parse().unwrap_or(u64::MAX))
}

fn check_range(call: &Call, response: &Response) -> Result<(), DecodeError> {
    let method = &call.spec.method;
    let is_partial = response.status() == StatusCode::PARTIAL_CONTENT;
    let is_empty = matches!(
        response.status(),
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT
    );
    if call.spec.streaming && is_empty && response.status() != call.spec.success {
        return wrong("its status says that it has no content (204 or 205)");
    }
    if call.spec.streaming && response.status() == StatusCode::OK && is_part(response) {
        return wrong(
            "it has all of the object by its status (200), and a part by its `content-range`",
        );
    }
    let asked = text(&call.request.headers, &RANGE).filter(|range| !range.trim().is_empty());
    let Some(asked) = asked else {
        let part = part_asked_for(&call.request.query);
        // the first part may be all there is
        let is_later = part.is_some_and(|part| part.trim_start_matches('0') != "1");
        return if is_partial && part.is_none() && reads_object(call) {
            wrong("it has a part of the object (206), but the request was for all of it")
        } else if call.spec.streaming && response.status() == StatusCode::OK && is_later {
            wrong("it has the whole object (200), but the request was for a part of it")
        } else {
            Ok(())
        };
    };
    let Some(range) = Range::parse(asked) else {
        return Ok(());
    };
    let length = text(response.headers(), &CONTENT_LENGTH).and_then(number);
    if !is_partial {
        // a range of HEAD may be ignored, as there is no body to take for a part
        let is_enough = *method == Method::HEAD || range.is_all_of(length);
        return if response.status() == StatusCode::OK && !is_enough {
            wrong("it has the whole object (200), but the request was for a range")
        } else {
            Ok(())
        };
    }
    let mut told = response.headers().get_all(CONTENT_RANGE).iter();
    let held = told
        .next()
        .filter(|first| told.all(|other| other == *first));
    let held = held.and_then(|held| Held::parse(held.to_str().ok()?));
    let Some(held) = held else {
        return wrong("it does not say in `content-range` which part of the object it holds");
    };
    let held_length = (held.last - held.first).saturating_add(1);
    if *method != Method::HEAD && length.is_some_and(|length| length != held_length) {
        return wrong("its length is not that of the range that it says it holds");
    }
    if range.is(held) {
        Ok(())
    } else {
        wrong("it has another range of the object than the request")
    }
}

/// Whether an answer says that it holds a part of an object of known length.
fn is_part(response: &Response) -> bool {
    let held = text(response.headers(), &CONTENT_RANGE).and_then(Held::parse);
    held.is_some_and(|held| {
        held.total
            .is_some_and(|total| held.last - held.first < total - 1)
    })
}

/// A read with `If-Match` is answered by one of these tags: a cache on the way may not know the condition. A write is
/// answered by a new tag. `If-None-Match` is another matter: a server that ignores it sends the object, which is the
/// right one, once more.
fn check_tag(call: &Call, response: &Response) -> Result<(), DecodeError> {
    let asked = text(&call.request.headers, &IF_MATCH).filter(|_| call.spec.is_read());
    let Some(asked) = asked else { return Ok(()) };
    let is_another = |told| !is_one_of(told, asked);
    if text(response.headers(), &ETAG).is_some_and(is_another) {
        Err(DecodeError::new(Problem::Echo { member: "ETag" }))
    } else {
        Ok(())
    }
}

/// Whether a tag is among those of a condition. Services also take tags without quotes.
fn is_one_of(tag: &str, asked: &str) -> bool {
    // a tag may have a comma itself
    let mut all = asked.split(',').chain([asked]).map(bare);
    all.any(|asked| asked == "*" || asked == bare(tag))
}

fn bare(tag: &str) -> &str {
    let tag = tag.trim();
    tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"')
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// The number of the part that is asked for, if one is.
pub(super) fn part_asked_for(query: &str) -> Option<&str> {
    let mut params = query.split('&');
    params.find_map(|param| param.strip_prefix("partNumber="))
}

/// The size that the service says an object has then is that of what was sent, behind what was there.
fn check_size(call: &Call, response: &Response) -> Result<(), DecodeError> {
    // a copy has no body, and other methods send documents
    let sent = call.payload.body_length();
    if sent == 0 || call.spec.method != Method::PUT {
        return Ok(());
    }
    let told = text_of(response.headers(), OBJECT_SIZE).and_then(|size| number(size.trim()));
    let offset = text_of(&call.request.headers, WRITE_OFFSET).map_or(Some(0), number);
    match (offset, told) {
        (Some(offset), Some(told)) if told != offset.saturating_add(sent) => wrong(
            "it has another size of the object than was sent: what the service has stored is something else",
        ),
        _ => Ok(()),
    }
}

/// A checksum that the service says it has of what was sent must be that of what was sent.
fn check_checksums(call: &Call, response: &Response) -> Result<(), DecodeError> {
    let (sent, headers) = (&call.request.headers, response.headers());
    let document = in_document(call, response);
    let acknowledged = |name: &str| {
        let mut elements = document.iter();
        let element = elements.find(|(header, _)| *header == name);
        text_of(headers, name).or(element.map(|(_, text)| &**text))
    };
    let of_parts = || acknowledged(CHECKSUM_TYPE) == Some("COMPOSITE");
    let is_another = |algorithm: &Algorithm| {
        let of_body = || call.payload.trailer().filter(|(of, _)| of == algorithm);
        let sent = match text_of(sent, algorithm.header()) {
            Some(sent) => Some(Cow::Borrowed(sent)),
            None => of_body().map(|(_, value)| Cow::Owned(value)),
        };
        let Some(sent) = sent else { return false };
        // one that is none, as a proxy may have made it, says nothing
        let acknowledged = acknowledged(algorithm.header());
        let acknowledged = acknowledged.filter(|text| algorithm.is_checksum(text));
        acknowledged.is_some_and(|told| contradicts(sent.trim(), told.trim(), of_parts))
    };
    let told = document.iter();
    let in_document = told.filter_map(|(header, _)| {
        let name = header.strip_prefix("x-amz-checksum-")?;
        Algorithm::of_header(name)
    });
    let mut all = response.carried().algorithms().chain(in_document);
    let Some(algorithm) = all.find(is_another) else {
        return Ok(());
    };
    // the checksum of an object that grew is not that of what it grew by
    if text_of(sent, WRITE_OFFSET).is_some_and(|offset| offset != "0") {
        Ok(())
    } else {
        Err(DecodeError::new(Problem::Acknowledged {
            algorithm: algorithm.name(),
        }))
    }
}

/// Whether two checksums are of the same thing and differ. The checksum of an object's parts has their
/// number behind it, or its type is told; it says nothing of the checksum of all bytes.
fn contradicts(sent: &str, acknowledged: &str, of_parts: impl FnOnce() -> bool) -> bool {
    let is_composite = |text: &str| text.contains('-');
    match (is_composite(sent), is_composite(acknowledged)) {
        (false, false) => sent != acknowledged && !of_parts(),
        (true, true) => sent != acknowledged,
        _ => false,
    }
}

/// What the document of an answer acknowledges, by the header that has sent the same.
fn in_document(call: &Call, response: &Response) -> Vec<(&'static str, String)> {
    let pairs = call.spec.acknowledged;
    let is_sent = |(header, _): &(&str, &str)| text_of(&call.request.headers, header).is_some();
    let mut found = Vec::new();
    if !pairs.iter().any(is_sent) {
        return found;
    }
    // what is wrong with the document, its decoder says
    let Ok(mut document) = Document::parse(response.body(), "") else {
        return found;
    };
    while let Ok(Some(element)) = document.next() {
        let mut pairs = pairs.iter();
        if let Some((header, _)) = pairs.find(|(_, name)| *name == element.name())
            && let Ok(text) = element.text()
        {
            found.push((*header, text.into_owned()));
        }
    }
    found
}

fn text_of<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    find_header(headers, name)?.to_str().ok()
}

#[cfg(test)]
mod tests;

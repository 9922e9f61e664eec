//! Reads: whole objects, ranges and headers.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use zonal::operation::GetObjectOutput;
use zonal::{ByteStream, Metadata};

use crate::failure::{Failure, Kind};
use crate::headers::{Headers, headers_of};
use crate::store::ZonalStore;

/// Up to this length, a body is returned in one piece, without another copy.
const WHOLE: u64 = 4 * 1024 * 1024;

/// What to read, and on which conditions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read {
    pub(crate) if_match: Option<String>,
    pub(crate) if_none_match: Option<String>,
    pub(crate) if_modified_since: Option<DateTime<Utc>>,
    pub(crate) if_unmodified_since: Option<DateTime<Utc>>,
    pub(crate) version: Option<String>,
    pub(crate) span: Option<Span>,
}

/// The requested bytes of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// The bytes from a start to before an end, or to the end of the object.
    Bounded(Range<u64>),
    /// The bytes from an offset to the end.
    Offset(u64),
    /// This many bytes at the end.
    Suffix(u64),
}

/// An object without its bytes.
#[derive(Debug)]
pub(crate) struct Info {
    /// The length of the whole object in bytes.
    pub(crate) size: u64,
    /// The range that the answer has.
    pub(crate) range: Range<u64>,
    pub(crate) last_modified: DateTime<Utc>,
    pub(crate) e_tag: Option<String>,
    pub(crate) headers: Headers,
    pub(crate) metadata: Metadata,
}

/// A stream of bytes.
pub(crate) type Pieces = BoxStream<'static, Result<Bytes, Failure>>;

impl Span {
    /// Why the span is invalid, if it is.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Bounded(range) if range.end <= range.start => Err(format!(
                "the range {}..{} has no bytes: its end must be after its start",
                range.start, range.end
            )),
            Self::Suffix(0) => Err("a suffix of 0 bytes has no bytes".to_owned()),
            _ => Ok(()),
        }
    }

    /// The value of the header `range`.
    pub(crate) fn header(&self) -> String {
        match self {
            Self::Bounded(range) => format!("bytes={}-{}", range.start, range.end - 1),
            Self::Offset(start) => format!("bytes={start}-"),
            Self::Suffix(length) => format!("bytes=-{length}"),
        }
    }

    /// The bytes of the span in an object of this size, if there are any.
    pub(crate) fn of(&self, size: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::Bounded(range) => range.start..range.end.min(size),
            Self::Offset(start) => *start..size,
            Self::Suffix(length) => size.saturating_sub(*length)..size,
        };
        (range.start < range.end).then_some(range)
    }
}

macro_rules! with_conditions {
    ($request:expr, $read:expr) => {
        $request
            .set_if_match($read.if_match)
            .set_if_none_match($read.if_none_match)
            .set_if_modified_since($read.if_modified_since.as_ref().map(to_wire))
            .set_if_unmodified_since($read.if_unmodified_since.as_ref().map(to_wire))
            .set_version_id($read.version)
    };
}

macro_rules! info_of {
    ($output:expr, $metadata:expr, $size:expr, $range:expr, $key:expr) => {
        Info {
            size: $size,
            range: $range,
            last_modified: from_wire($output.last_modified.as_ref()).ok_or_else(|| {
                Failure::generic($key, "the answer lacks the modification time of the object")
            })?,
            e_tag: $output.e_tag,
            headers: headers_of!($output),
            metadata: $metadata,
        }
    };
}

impl ZonalStore {
    /// Returns an object without its bytes. The request has no range, because the size determines what the span means.
    pub(crate) async fn head(&self, key: &str, read: Read) -> Result<Info, Failure> {
        let call = self.client().head_object(self.bucket(), key);
        let sent = with_conditions!(call, read).send_with_metadata().await;
        let (output, metadata) = sent.map_err(|error| Failure::of(error, key))?;
        let size = length_of(output.content_length, key)?;
        let range = match &read.span {
            None => 0..size,
            Some(span) => span.of(size).ok_or_else(|| out_of(span, size, key))?,
        };
        Ok(info_of!(output, metadata, size, range, key))
    }

    /// Returns an object or a part of it.
    pub(crate) async fn get(&self, key: &str, read: Read) -> Result<(Info, Pieces), Failure> {
        let (output, metadata) = self.open(key, read.clone()).await?;
        let (size, range) = measured(&output, read.span.as_ref(), key)?;
        let (body, path) = (output.body, key.to_owned());
        let pieces = match range.end - range.start {
            0..=WHOLE => stream::once(whole(body, path)).boxed(),
            _ => body
                .map(move |piece| piece.map_err(|error| Failure::generic(&*path, error)))
                .boxed(),
        };
        Ok((info_of!(output, metadata, size, range, key), pieces))
    }

    /// Returns a range in one piece, shorter if the object ends before it, with the entity tag of the object. If an
    /// entity tag is given, the object must have it.
    async fn get_range(
        &self,
        key: &str,
        range: Range<u64>,
        if_match: Option<String>,
    ) -> Result<(Bytes, Option<String>), Failure> {
        let read = Read {
            span: Some(Span::Bounded(range)),
            if_match,
            ..Read::default()
        };
        let (output, _) = self.open(key, read.clone()).await?;
        measured(&output, read.span.as_ref(), key)?;
        Ok((whole(output.body, key.to_owned()).await?, output.e_tag))
    }

    /// Reads a range that covers several requested ranges. `seen` is the entity tag of the ranges that were read
    /// before.
    pub(crate) async fn get_covering(
        &self,
        key: &str,
        merged: Range<u64>,
        wanted: &[Range<u64>],
        seen: &Mutex<Option<String>>,
    ) -> Result<Bytes, Failure> {
        let lock = || seen.lock().unwrap_or_else(PoisonError::into_inner);
        let if_match = lock().clone();
        let read = self.get_range(key, merged.clone(), if_match.clone()).await;
        let (bytes, e_tag) = match read {
            Err(failure) if failure.kind == Kind::Precondition => return Err(changed(key)),
            read => read?,
        };
        let first = lock()
            .get_or_insert_with(|| e_tag.clone().unwrap_or_default())
            .clone();
        if e_tag.is_some_and(|e_tag| e_tag != first) {
            return Err(changed(key));
        }
        let end = merged.start + bytes.len() as u64;
        let is_lost = |range: &&Range<u64>| merged.contains(&range.start) && range.start >= end;
        if let Some(range) = wanted.iter().find(is_lost) {
            let (start, last) = (range.start, range.end);
            let problem = format!("the range {start}..{last} is not in an object of {end} bytes");
            return Err(Failure::generic(key, problem));
        }
        Ok(bytes)
    }

    async fn open(&self, key: &str, read: Read) -> Result<(GetObjectOutput, Metadata), Failure> {
        if let Some(span) = &read.span {
            span.check()
                .map_err(|problem| Failure::generic(key, problem))?;
        }
        let call = self.client().get_object(self.bucket(), key);
        let call = call.set_range(read.span.as_ref().map(Span::header));
        let sent = with_conditions!(call, read).send_with_metadata().await;
        sent.map_err(|error| Failure::of(error, key))
    }
}

/// Returns a body in one piece, after its verification.
async fn whole(body: ByteStream, path: String) -> Result<Bytes, Failure> {
    let bytes = body.collect().await;
    bytes.map_err(|error| Failure::generic(path, error))
}

/// The object was replaced between two requests for it.
fn changed(key: &str) -> Failure {
    Failure::generic(
        key,
        "the object was replaced while ranges of it were read; read them again",
    )
}

/// Returns the size of the object and the range of the answer, which must be the requested range.
fn measured(
    output: &GetObjectOutput,
    span: Option<&Span>,
    key: &str,
) -> Result<(u64, Range<u64>), Failure> {
    let Some(span) = span else {
        let size = length_of(output.content_length, key)?;
        return Ok((size, 0..size));
    };
    let header = output.content_range.as_deref().unwrap_or_default();
    let Some((range, size)) = content_range(header) else {
        return Err(Failure::generic(
            key,
            "the answer to a request for a range has no content range",
        ));
    };
    match span.of(size) {
        Some(expected) if expected == range => Ok((size, range)),
        _ => {
            let problem = format!(
                "the request was for {}, but the answer has {header}",
                span.header()
            );
            Err(Failure::generic(key, problem))
        }
    }
}

/// Reads `bytes FIRST-LAST/SIZE`.
pub(crate) fn content_range(header: &str) -> Option<(Range<u64>, u64)> {
    let (range, size) = header.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let end = last.parse::<u64>().ok()?.checked_add(1)?;
    Some((first.parse().ok()?..end, size.parse().ok()?))
}

fn length_of(length: Option<i64>, key: &str) -> Result<u64, Failure> {
    let length = length.and_then(|length| u64::try_from(length).ok());
    length.ok_or_else(|| Failure::generic(key, "the answer lacks the length of the object"))
}

fn out_of(span: &Span, size: u64, key: &str) -> Failure {
    let asked = match span {
        Span::Bounded(range) => format!("the range {}..{}", range.start, range.end),
        Span::Offset(start) => format!("the range {start}.."),
        Span::Suffix(length) => format!("a suffix of {length} bytes"),
    };
    Failure::generic(key, format!("{asked} is not in an object of {size} bytes"))
}

/// Dates in headers have whole seconds.
fn to_wire(time: &DateTime<Utc>) -> zonal::DateTime {
    zonal::DateTime::from_secs(time.timestamp())
}

pub(crate) fn from_wire(time: Option<&zonal::DateTime>) -> Option<DateTime<Utc>> {
    let time = time?;
    DateTime::from_timestamp(time.secs(), time.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_asked_for_and_found_in_an_object() {
        for (span, header, of_ten) in [
            (Span::Bounded(0..1), "bytes=0-0", Some(0..1)),
            (Span::Bounded(8..100), "bytes=8-99", Some(8..10)),
            (Span::Bounded(10..11), "bytes=10-10", None),
            (Span::Offset(3), "bytes=3-", Some(3..10)),
            (Span::Offset(10), "bytes=10-", None),
            (Span::Suffix(2), "bytes=-2", Some(8..10)),
            (Span::Suffix(100), "bytes=-100", Some(0..10)),
        ] {
            assert_eq!(span.check(), Ok(()));
            assert_eq!(span.header(), header);
            assert_eq!(span.of(10), of_ten);
            assert_eq!(span.of(0), None);
        }
        let inverted = Range { start: 5, end: 4 };
        for span in [
            Span::Bounded(4..4),
            Span::Bounded(inverted),
            Span::Suffix(0),
        ] {
            assert!(span.check().is_err(), "{span:?}");
        }
    }

    #[test]
    fn content_ranges_are_read_whole_or_not_at_all() {
        assert_eq!(content_range("bytes 2-5/14"), Some((2..6, 14)));
        for bad in [
            "",
            "bytes */14",
            "bytes 2-5/*",
            "2-5/14",
            "bytes 2-18446744073709551615/14",
            "bytes -5/14",
        ] {
            assert_eq!(content_range(bad), None, "{bad}");
        }
    }
}

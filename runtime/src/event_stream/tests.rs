use std::sync::Arc;
use std::time::Duration;

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message as Frame};

use super::message::MESSAGE_LIMIT;
use super::*;
use crate::DateTime;
use crate::body::Stall;
use crate::clock::SystemClock;
use crate::header;
use crate::silence::{Patience, Silence};
use crate::text::TimestampFormat;
use crate::transport::ResponseBody;

#[derive(Debug, PartialEq)]
enum Sample {
    Text(Option<String>),
    Headers(Option<i32>, Option<bool>, Option<Bytes>, Option<DateTime>),
    Unknown(String),
}

#[derive(Debug, PartialEq)]
struct TooMuch(String);

impl StreamEvent for Sample {
    type Error = TooMuch;

    fn decode(event_type: &str, event: &Response) -> Result<Self, DecodeError> {
        Ok(match event_type {
            "Text" => Self::Text(event.text()?),
            "Headers" => Self::Headers(
                event.header(header!("number")),
                event.header(header!("flag")),
                event.header(header!("bytes")),
                event.header_timestamp(header!("time"), TimestampFormat::EpochSeconds),
            ),
            other => Self::Unknown(other.to_owned()),
        })
    }

    fn error(error_type: &str, body: &ErrorBody<'_>) -> Option<TooMuch> {
        let limit = |_: &Response, mut root: crate::xml::Element<'_, '_>| {
            while let Some(member) = root.next()? {
                match member.name() {
                    "limit" => return Ok(member.text()?.into_owned()),
                    _ => member.skip()?,
                }
            }
            Err(DecodeError::missing("limit"))
        };
        (error_type == "TooMuch")
            .then(|| body.read(limit))?
            .map(TooMuch)
    }
}

fn frame(headers: &[(&'static str, &str)], payload: &'static str) -> Vec<u8> {
    let text = |text: &str| HeaderValue::String(text.to_owned().into());
    let headers = headers
        .iter()
        .map(|(name, value)| Header::new(*name, text(value)));
    written(&Frame::new_from_parts(headers.collect(), payload))
}

fn written(frame: &Frame) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_message_to(frame, &mut bytes).unwrap();
    bytes
}

fn event(name: &'static str, payload: &'static str) -> Vec<u8> {
    frame(
        &[(":message-type", "event"), (":event-type", name)],
        payload,
    )
}

fn stream(body: impl Into<Bytes>) -> EventStream<Sample> {
    EventStream::new(ByteStream::from(body.into()), Secrets::default())
}

async fn read(mut stream: EventStream<Sample>) -> (Vec<Sample>, Option<EventError<TooMuch>>) {
    let mut events = Vec::new();
    while let Some(event) = stream.next().await {
        match event {
            Ok(event) => events.push(event),
            Err(error) => {
                assert!(stream.next().await.is_none(), "an error is the last thing");
                return (events, Some(error));
            }
        }
    }
    (events, None)
}

fn texts(texts: &[&str]) -> Vec<Sample> {
    let texts = texts.iter().map(|text| (*text).to_owned());
    texts.map(|text| Sample::Text(Some(text))).collect()
}

/// A body in pieces of this size; one piece of any size, and nothing more comes, not even the end.
fn pieces(body: Vec<u8>, size: usize) -> EventStream<Sample> {
    struct Pieces(Vec<Bytes>);
    impl http_body::Body for Pieces {
        type Data = Bytes;
        type Error = crate::transport::TransportError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            if self.0.last().is_some_and(Bytes::is_empty) {
                return Poll::Pending;
            }
            Poll::Ready(self.0.pop().map(http_body::Frame::data).map(Ok))
        }
    }
    let pieces = body.chunks(size).rev().map(Bytes::copy_from_slice);
    let stuck = (size == usize::MAX).then(Bytes::new);
    let body = ResponseBody::new(Pieces(stuck.into_iter().chain(pieces).collect()));
    let patience = Patience {
        silence: Duration::from_secs(20),
        throughput: None,
    };
    let (watch, clock) = (Arc::default(), Arc::new(SystemClock));
    let stall = Stall::new(watch, patience, clock, Silence::default());
    EventStream::new(
        ByteStream::new(body, None, None, Some(stall)),
        Secrets::default(),
    )
}

#[tokio::test]
async fn events_come_one_by_one_however_the_bytes_do() {
    let body = [event("Text", "one"), event("New", ""), event("Text", "two")].concat();
    for size in [1, 7, body.len()] {
        let (events, error) = read(pieces(body.clone(), size)).await;
        assert!(error.is_none(), "{error:?}");
        let [one, unknown, two] = &events[..] else {
            panic!("{events:?}");
        };
        assert_eq!([one, two], [&texts(&["one"])[0], &texts(&["two"])[0]]);
        assert_eq!(*unknown, Sample::Unknown("New".to_owned()));
    }
    let (events, error) = read(stream(Bytes::new())).await;
    assert!(events.is_empty() && error.is_none());
}

#[tokio::test]
async fn headers_keep_their_values() {
    let text = |text: &str| HeaderValue::String(text.to_owned().into());
    let headers = [
        (":message-type", text("event")),
        (":event-type", text("Headers")),
        ("number", HeaderValue::Int32(-7)),
        ("flag", HeaderValue::Bool(true)),
        (
            "bytes",
            HeaderValue::ByteArray(Bytes::from_static(b"\0\xff")),
        ),
        ("time", HeaderValue::Timestamp(DateTime::from_millis(1_500))),
    ];
    let headers = headers.map(|(name, value)| Header::new(name, value));
    let body = written(&Frame::new_from_parts(headers.to_vec(), Bytes::new()));
    let expected = Sample::Headers(
        Some(-7),
        Some(true),
        Some(Bytes::from_static(b"\0\xff")),
        Some(DateTime::from_millis(1_500)),
    );
    assert_eq!(read(stream(body)).await.0, [expected]);
}

#[tokio::test]
async fn errors_are_typed() {
    let exception = [
        (":message-type", "exception"),
        (":exception-type", "TooMuch"),
    ];
    let payload = "<Wrong><message>slow\u{1b} down</message><limit>9</limit></Wrong>";
    let body = [event("Text", "one"), frame(&exception, payload)].concat();
    let (events, error) = read(stream(body)).await;
    assert_eq!(events, texts(&["one"]));
    let error = error.unwrap();
    assert_eq!(error.as_service_error(), Some(&TooMuch("9".to_owned())));
    assert_eq!(
        error.to_string(),
        "the service ended the stream of events: TooMuch: slow  down"
    );
    let headers = [
        (":message-type", "error"),
        (":error-code", "InternalError"),
        (":error-message", "it broke"),
    ];
    let error = read(stream(frame(&headers, ""))).await.1.unwrap();
    assert_eq!(error.code(), Some("InternalError"));
    assert!(error.as_service_error().is_none());
    assert!(error.to_string().ends_with("InternalError: it broke"));
}

#[tokio::test]
async fn what_is_no_message_is_refused() {
    let good = event("Text", "one");
    let changed = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let lengths = |length: u32, headers: u32| {
        let lengths = [length.to_be_bytes(), headers.to_be_bytes()].concat();
        let checksum = crc32fast::hash(&lengths).to_be_bytes();
        [lengths, checksum.to_vec()].concat()
    };
    for (body, expected) in [
        (good[..good.len() - 1].to_vec(), "ends in the middle"),
        (good[..5].to_vec(), "ends in the middle"),
        (changed(0), "length of a message has a wrong checksum"),
        (changed(good.len() - 6), "a wrong checksum or headers"),
        (lengths(MESSAGE_LIMIT as u32 + 1, 0), "longer than is read"),
        (lengths(200_000, 150_000), "longer than is read"),
        (lengths(20, 10), "shorter than its headers"),
        (lengths(3, 0), "shorter than its headers"),
        (frame(&[], "one"), "does not say what it is"),
        (frame(&[(":message-type", "event")], ""), "which event"),
    ] {
        let (events, error) = read(stream(body)).await;
        let error = error.expect(expected).to_string();
        assert!(events.is_empty() && error.contains(expected), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_stalls_ends_by_the_read_timeout() {
    let (events, error) = read(pieces(event("Text", "one"), usize::MAX)).await;
    assert_eq!(events, texts(&["one"]));
    assert!(matches!(error, Some(EventError::Body(_))), "{error:?}");
}

/// Random changes, with and without checksums that fit: whatever comes of it is a value.
#[tokio::test]
async fn no_bytes_make_it_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let good = [event("Text", "one"), event("Headers", "")].concat();
    let mut refused = 0;
    let rounds = if cfg!(miri) { 100 } else { 20_000 };
    for _ in 0..rounds {
        let mut bytes = good.clone();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            bytes[at] = random(256) as u8;
        }
        bytes.truncate(bytes.len() - random(3) * random(40));
        if random(2) == 0 {
            let length = (bytes.len() as u32).to_be_bytes();
            bytes[..4].copy_from_slice(&length);
            let prelude = crc32fast::hash(&bytes[..8]).to_be_bytes();
            bytes[8..12].copy_from_slice(&prelude);
            let end = bytes.len() - 4;
            let whole = crc32fast::hash(&bytes[..end]).to_be_bytes();
            bytes[end..].copy_from_slice(&whole);
        }
        refused += usize::from(read(stream(bytes)).await.1.is_some());
    }
    assert!(refused > rounds / 2, "{refused}");
}

//! What the fuzzers in `fuzz/` call. They reach what is not public here, and each function panics where something is
//! wrong.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::body::aws_chunked::{AwsChunked, Coding};
use crate::body::failure::BodyFailure;
use crate::checksum::Algorithm;
use crate::endpoint::Url;
use crate::error::{DecodeError, ServiceError};
use crate::event_stream::message::Message;
use crate::response::Response;
use crate::text::TimestampFormat;
use crate::xml::{Document, Element, Xml};

/// An XML document is read to its end, or refused. What was read says the same when it is written and read again.
pub fn document(data: &[u8]) {
    let Ok(texts) = texts_of(data) else { return };
    let mut xml = Xml::new();
    let written = xml.element("r", |xml| {
        for text in &texts {
            xml.text("t", text)?;
        }
        Ok(())
    });
    if written.is_err() {
        // XML has no way to say some characters, which no document can hold either
        let is_sayable =
            |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        assert!(
            !texts.iter().all(|text| text.chars().all(is_sayable)),
            "{texts:?}"
        );
        return;
    }
    let again = texts_of(xml.finish().as_bytes()).expect("what was written can be read");
    assert_eq!(again, texts);
}

/// The texts of the innermost elements.
fn texts_of(data: &[u8]) -> Result<Vec<String>, DecodeError> {
    let mut texts = Vec::new();
    let mut document = Document::parse(data, "r")?;
    while let Some(element) = document.next()? {
        collect(element, 0, &mut texts)?;
    }
    Ok(texts)
}

fn collect(
    mut element: Element<'_, '_>,
    depth: usize,
    texts: &mut Vec<String>,
) -> Result<(), DecodeError> {
    match element.name().len() % 3 {
        0 => element.skip(),
        1 => {
            texts.push(element.text()?.into_owned());
            Ok(())
        }
        _ => {
            assert!(depth < 1_000, "nothing limits the depth");
            while let Some(child) = element.next()? {
                collect(child, depth + 1, texts)?;
            }
            Ok(())
        }
    }
}

/// A refusal is read, whatever its body is.
pub fn refusal(data: &[u8]) {
    let Some((status, body)) = data.split_first() else {
        return;
    };
    let status = http::StatusCode::from_u16(400 + u16::from(status % 200)).expect("a status");
    let response = Response::new(status, http::HeaderMap::new(), Bytes::copy_from_slice(body));
    let error = ServiceError::read(&response);
    let shown = format!("{error:?}");
    assert!(!shown.contains('\u{1b}'), "an escape is shown: {shown}");
}

/// A point in time that was read is written, and read again as the same.
pub fn times(text: &str) {
    for format in [
        TimestampFormat::DateTime,
        TimestampFormat::HttpDate,
        TimestampFormat::EpochSeconds,
    ] {
        let Ok(time) = format.read(text) else {
            continue;
        };
        let Some(written) = format.write(&time) else {
            continue;
        };
        let again = format.read(&written).expect("what was written can be read");
        // dates of HTTP have whole seconds
        match format {
            TimestampFormat::HttpDate => assert_eq!(again.secs(), time.secs(), "{text}"),
            _ => assert!(
                (again.as_secs_f64() - time.as_secs_f64()).abs() < 0.001,
                "{text}"
            ),
        }
    }
}

/// A URL is refused, or its parts are those of `http::Uri`.
pub fn address(text: &str) {
    let text = Cow::Borrowed(text);
    let Some(url) = Url::parse(&text) else { return };
    let uri: http::Uri = text.parse().expect("what we take is a URI");
    assert_eq!(
        uri.authority().map(http::uri::Authority::as_str),
        Some(url.authority())
    );
}

/// The messages of an event stream are the same in whatever pieces they come.
pub fn events(data: &[u8]) {
    let Some((size, data)) = data.split_first() else {
        return;
    };
    let whole = messages([data]);
    let pieces = messages(data.chunks(usize::from(*size) + 1));
    assert_eq!(whole, pieces);
}

fn messages<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (usize, bool) {
    let mut buffer = BytesMut::new();
    let mut count = 0;
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match Message::take(&mut buffer) {
                Ok(Some(_)) => count += 1,
                Ok(None) => break,
                Err(_) => return (count, false),
            }
        }
    }
    (count, true)
}

/// A body in chunks has the length that was told, and decodes to the body.
pub fn chunks(data: &[u8]) {
    let Some((size, body)) = data.split_first() else {
        return;
    };
    let coding = Coding {
        trailer: (size % 2 == 0).then_some(Algorithm::Crc32),
        signed: false,
    };
    let pieces: VecDeque<_> = body
        .chunks(usize::from(*size) + 1)
        .map(Bytes::copy_from_slice)
        .collect();
    let length = body.len() as u64;
    let mut stream = AwsChunked::new(Box::pin(Listed(pieces)), length, coding, None);
    let mut context = Context::from_waker(Waker::noop());
    let mut coded = Vec::new();
    while let Poll::Ready(Some(piece)) = Pin::new(&mut stream).poll_next(&mut context) {
        coded.extend_from_slice(&piece.unwrap_or_else(|_| panic!("the body is whole")));
    }
    assert_eq!(coded.len() as u64, coding.coded_length(length));
    assert_eq!(decoded(&coded), body);
}

struct Listed(VecDeque<Bytes>);

impl Stream for Listed {
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

fn decoded(mut coded: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = coded
            .iter()
            .position(|byte| *byte == b'\r')
            .expect("a head");
        let head = std::str::from_utf8(&coded[..end]).expect("a head is text");
        let size = usize::from_str_radix(head, 16).expect("a head is a length");
        let rest = &coded[end + 2..];
        if size == 0 {
            assert!(rest.ends_with(b"\r\n"), "the trailing fields end");
            return body;
        }
        body.extend_from_slice(&rest[..size]);
        coded = rest[size..].strip_prefix(b"\r\n").expect("a chunk ends");
    }
}

//! Messages: one event each, or an error.

use std::borrow::Cow;

use aws_smithy_eventstream::frame::read_message_from;
use aws_smithy_types::event_stream::{Header, HeaderValue};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, StatusCode};

use crate::response::Response;

/// The longest message. AWS sends none that is longer, whatever the service.
pub(super) const MESSAGE_LIMIT: usize = 16 * 1024 * 1024;
/// The longest headers of a message.
const HEADERS_LIMIT: usize = 128 * 1024;
/// Both lengths and their checksum.
const PRELUDE: usize = 12;
/// The prelude and the checksum at the end.
const FRAME: usize = PRELUDE + 4;

/// A message, its headers and payload taken for those of a response.
#[derive(Debug)]
pub(crate) struct Message {
    pub(super) kind: Kind,
    pub(super) response: Box<Response>,
}

/// What a message is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An event of this type.
    Event(String),
    /// An error of this type; the payload says more.
    Exception(String),
    /// An error that is not in the model.
    Error {
        code: String,
        message: Option<String>,
    },
}

impl Message {
    /// Takes a message from the front of the buffer; none where it is not all there.
    pub(crate) fn take(buffer: &mut BytesMut) -> Result<Option<Self>, &'static str> {
        let Some(length) = length(buffer)? else {
            return Ok(None);
        };
        if buffer.len() < length {
            return Ok(None);
        }
        let frame = buffer.split_to(length).freeze();
        let message = read_message_from(frame)
            .map_err(|_| "a message has a wrong checksum or headers that cannot be read")?;
        Self::new(message.headers(), message.payload().clone()).map(Some)
    }

    fn new(headers: &[Header], payload: Bytes) -> Result<Self, &'static str> {
        let text = |wanted: &str| {
            let found = headers
                .iter()
                .find(|header| header.name().as_str() == wanted)?;
            Some(found.value().as_string().ok()?.as_str().to_owned())
        };
        let kind = match text(":message-type").as_deref() {
            Some("event") => text(":event-type").map(Kind::Event),
            Some("exception") => text(":exception-type").map(Kind::Exception),
            Some("error") => text(":error-code").map(|code| Kind::Error {
                code,
                message: text(":error-message"),
            }),
            _ => return Err("a message does not say what it is"),
        };
        Ok(Self {
            kind: kind.ok_or("a message does not say which event or error it is")?,
            response: Response::new(StatusCode::OK, header_map(headers)?, payload),
        })
    }
}

/// The length of the message at the front, if that much of it is there.
fn length(buffer: &[u8]) -> Result<Option<usize>, &'static str> {
    let Some((prelude, _)) = buffer.split_first_chunk::<PRELUDE>() else {
        return Ok(None);
    };
    let word = |at: usize| {
        let bytes = [
            prelude[at],
            prelude[at + 1],
            prelude[at + 2],
            prelude[at + 3],
        ];
        u32::from_be_bytes(bytes)
    };
    // before the length is believed, and bytes are waited for that never come
    if crc32fast::hash(&prelude[..8]) != word(8) {
        return Err("the length of a message has a wrong checksum");
    }
    let (length, headers) = (word(0) as usize, word(4) as usize);
    if length < FRAME || headers > length - FRAME {
        return Err("a message is shorter than its headers");
    }
    if length > MESSAGE_LIMIT || headers > HEADERS_LIMIT {
        return Err("a message is longer than is read");
    }
    Ok(Some(length))
}

/// The headers that belong to the event, as text. One whose name HTTP does not allow is no member's.
fn header_map(headers: &[Header]) -> Result<HeaderMap, &'static str> {
    let mut map = HeaderMap::new();
    for header in headers {
        let Ok(name) = HeaderName::from_bytes(header.name().as_str().as_bytes()) else {
            continue;
        };
        let value = text(header.value())
            .parse()
            .map_err(|_| "a header holds what no header can hold")?;
        map.try_append(name, value)
            .map_err(|_| "a message has too many headers")?;
    }
    Ok(map)
}

/// A value as a header of HTTP would have it; times are seconds since 1970.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    match value {
        HeaderValue::Bool(value) => value.to_string().into(),
        HeaderValue::Byte(value) => value.to_string().into(),
        HeaderValue::Int16(value) => value.to_string().into(),
        HeaderValue::Int32(value) => value.to_string().into(),
        HeaderValue::Int64(value) => value.to_string().into(),
        HeaderValue::ByteArray(bytes) => BASE64_STANDARD.encode(bytes).into(),
        HeaderValue::String(text) => text.as_str().into(),
        HeaderValue::Timestamp(time) => time.as_secs_f64().to_string().into(),
        HeaderValue::Uuid(value) => format!("{value:032x}").into(),
        _ => "".into(),
    }
}

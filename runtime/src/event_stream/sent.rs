//! Events that a request sends: the messages that hold them, and the signatures around those.
//!
//! All events are given before the call begins, so that it can be repeated. Each message then travels inside of another,
//! whose signature covers it and the signature before; an empty one ends the stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use aws_smithy_eventstream::frame::{write_headers_to, write_message_to};
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::Bytes;
use futures_core::Stream;

use super::message::MESSAGE_LIMIT;
use crate::DateTime;
use crate::body::BodyFailure;
use crate::error::EncodeError;
use crate::pace::work;
use crate::request::Request;
use crate::signing::ChunkSigner;
use crate::text::ToText;
use crate::xml::Xml;

/// What surrounds a message that is signed: lengths and checksums, the time, the signature.
const AROUND: u64 = 16 + 15 + 52;

/// An event that a request sends: generated unions of events implement it.
pub trait SentEvent {
    /// Writes the event.
    fn encode(&self, event: &mut EventWriter) -> Result<(), EncodeError>;
}

impl Request {
    /// Sets the body to events, in order.
    pub fn events<E: SentEvent>(&mut self, events: &[E]) -> Result<&mut Self, EncodeError> {
        Ok(self.payload(messages(events)?, "application/vnd.amazon.eventstream"))
    }
}

/// Writes one event.
#[derive(Debug, Default)]
pub struct EventWriter {
    headers: Vec<Header>,
    payload: Bytes,
}

impl EventWriter {
    /// Says which event of the stream it is.
    pub fn kind(&mut self, name: &'static str) {
        self.add(":message-type", text("event"));
        self.add(":event-type", text(name));
    }

    /// Adds a header of a type that events have.
    pub fn header<T: EventHeader>(&mut self, name: &'static str, value: &T) {
        self.add(name, value.to_value());
    }

    /// Adds a header that is a text.
    pub fn text_header<T: ToText>(&mut self, name: &'static str, value: &T) {
        self.add(name, text(&value.to_text()));
    }

    /// Sets the payload.
    pub fn payload(&mut self, payload: impl Into<Bytes>, content_type: &'static str) {
        self.payload = payload.into();
        self.add(":content-type", text(content_type));
    }

    /// Sets the payload to an XML document.
    pub fn xml(&mut self, xml: Xml) {
        self.payload(xml.finish(), "application/xml");
    }

    fn add(&mut self, name: &'static str, value: HeaderValue) {
        self.headers.push(Header::new(name, value));
    }

    fn write(self, bytes: &mut Vec<u8>) -> Result<(), EncodeError> {
        let is_long = self.payload.len() > MESSAGE_LIMIT;
        let message = Message::new_from_parts(self.headers, self.payload);
        let written = write_message_to(&message, bytes);
        if is_long || written.is_err() {
            Err(EncodeError::member(
                "events",
                "has an event that is too long: 16 MiB is the most, and 32 KiB in a header",
            ))
        } else {
            Ok(())
        }
    }
}

/// A value that has a type of its own in the headers of an event.
pub trait EventHeader {
    #[doc(hidden)]
    fn to_value(&self) -> HeaderValue;
}

macro_rules! event_headers {
    ($($ty:ty => |$value:ident| $header:expr;)*) => {
        $(impl EventHeader for $ty {
            fn to_value(&self) -> HeaderValue {
                let $value = self;
                $header
            }
        })*
    };
}

event_headers! {
    bool => |value| HeaderValue::Bool(*value);
    i8 => |value| HeaderValue::Byte(*value);
    i16 => |value| HeaderValue::Int16(*value);
    i32 => |value| HeaderValue::Int32(*value);
    i64 => |value| HeaderValue::Int64(*value);
    Bytes => |value| HeaderValue::ByteArray(value.clone());
    DateTime => |value| HeaderValue::Timestamp(*value);
}

fn text(text: &str) -> HeaderValue {
    HeaderValue::String(text.to_owned().into())
}

/// The messages of the events, one after another.
fn messages<E: SentEvent>(events: &[E]) -> Result<Bytes, EncodeError> {
    let mut bytes = Vec::new();
    for event in events {
        let mut writer = EventWriter::default();
        event.encode(&mut writer)?;
        writer.write(&mut bytes)?;
    }
    Ok(bytes.into())
}

/// How long messages become that are signed.
pub(crate) fn signed_length(messages: &Bytes) -> u64 {
    let mut left = messages.clone();
    let mut length = AROUND;
    while let Some(message) = first(&mut left) {
        length += AROUND + message.len() as u64;
    }
    length
}

/// Takes the first message, whose length stands at its start.
fn first(messages: &mut Bytes) -> Option<Bytes> {
    let length = u32::from_be_bytes(*messages.first_chunk()?) as usize;
    Some(messages.split_to(length.min(messages.len())))
}

/// Messages, each inside of another that has its signature, and an empty one in the end.
pub(crate) struct SignedEvents {
    messages: Bytes,
    signer: ChunkSigner,
    done: bool,
}

impl SignedEvents {
    pub(crate) fn new(messages: Bytes, signer: ChunkSigner) -> Self {
        Self {
            messages,
            signer,
            done: false,
        }
    }

    fn signed(&mut self, message: Bytes) -> Result<Bytes, BodyFailure> {
        let fail = |_| BodyFailure::new("an event cannot be written".to_owned());
        work(message.len());
        let time = DateTime::from_secs(self.signer.seconds());
        let date = Header::new(":date", HeaderValue::Timestamp(time));
        let mut headers = Vec::new();
        write_headers_to(std::slice::from_ref(&date), &mut headers).map_err(fail)?;
        let signature = self.signer.event(&headers, &message);
        let signature = HeaderValue::ByteArray(Bytes::copy_from_slice(&signature));
        let around = Message::new(message)
            .add_header(Header::new(":chunk-signature", signature))
            .add_header(date);
        let mut bytes = Vec::new();
        write_message_to(&around, &mut bytes).map_err(fail)?;
        Ok(bytes.into())
    }
}

impl Stream for SignedEvents {
    type Item = Result<Bytes, BodyFailure>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.done {
            return Poll::Ready(None);
        }
        let message = first(&mut this.messages);
        this.done = message.is_none();
        let message = message.unwrap_or_default();
        Poll::Ready(Some(this.signed(message)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use aws_sigv4::event_stream::{sign_empty_message, sign_message};
    use aws_sigv4::sign::v4::SigningParams;
    use http::{HeaderMap, Method};

    use super::*;
    use crate::Credentials;
    use crate::credentials::BaseCredentials;
    use crate::signing::{KeyCache, Payload, Scope, Unsigned, sign};

    /// An event with a header of each type.
    struct Told(&'static str);

    impl SentEvent for Told {
        fn encode(&self, event: &mut EventWriter) -> Result<(), EncodeError> {
            event.kind("Told");
            event.header("flag", &true);
            event.header("byte", &1i8);
            event.header("short", &2i16);
            event.header("number", &3i32);
            event.header("long", &4i64);
            event.header("bytes", &Bytes::from_static(b"5"));
            event.header("at", &DateTime::from_millis(6_500));
            event.text_header("name", &"seven".to_owned());
            event.payload(self.0, "text/plain");
            Ok(())
        }
    }

    /// The messages as `aws-sigv4` signs them after a request with this signature.
    fn expected(
        messages: &Bytes,
        credentials: Credentials,
        time: Duration,
        signature: &str,
    ) -> Vec<u8> {
        let identity = credentials.into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region("us-west-2")
            .name("demo")
            .time(UNIX_EPOCH + time)
            .settings(())
            .build()
            .unwrap();
        let (mut left, mut last) = (messages.clone(), signature.to_owned());
        let mut bytes = Vec::new();
        loop {
            let signed = match first(&mut left) {
                Some(message) => {
                    let message =
                        aws_smithy_eventstream::frame::read_message_from(message).unwrap();
                    sign_message(&message, &last, &params).unwrap()
                }
                None => sign_empty_message(&last, &params).unwrap(),
            };
            let (message, signature) = signed.into_parts();
            write_message_to(&message, &mut bytes).unwrap();
            if message.payload().is_empty() {
                return bytes;
            }
            last = signature;
        }
    }

    #[test]
    fn events_are_signed_as_aws_sigv4_signs_them() {
        let messages = messages(&[Told("one"), Told(""), Told("three")]).unwrap();
        let time = Duration::from_secs(1_768_471_200);
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        let base = BaseCredentials::from(credentials.clone());
        let unsigned = Unsigned {
            method: &Method::POST,
            authority: "demo.example.com",
            path: "/tell",
            query: "",
            payload: Payload::Hash("STREAMING-AWS4-HMAC-SHA256-EVENTS"),
        };
        let scope = Scope {
            region: "us-west-2",
            service: "demo",
        };
        let signature = sign(
            &unsigned,
            &mut HeaderMap::new(),
            base.signing_keys(),
            scope,
            UNIX_EPOCH + time,
            &KeyCache::default(),
        )
        .unwrap();
        let expected = expected(&messages, credentials, time, signature.signature());
        let mut events = SignedEvents::new(messages.clone(), signature.chunks.unwrap());
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut sent = Vec::new();
        while let Poll::Ready(Some(piece)) = Pin::new(&mut events).poll_next(&mut context) {
            sent.extend_from_slice(&piece.unwrap());
        }
        assert_eq!(sent.len() as u64, signed_length(&messages));
        assert!(sent == expected, "{sent:?} is not {expected:?}");
    }

    #[test]
    fn an_event_that_is_too_long_is_an_error() {
        let text: &'static str = "x".repeat(MESSAGE_LIMIT + 1).leak();
        let error = messages(&[Told(text)]).unwrap_err();
        assert!(error.to_string().contains("16 MiB"), "{error}");
    }
}

//! [`EventStream`]: an answer that comes as one event after another; [`SentEvent`]: an event of a request.
//!
//! On the wire an event is a message of the format `application/vnd.amazon.eventstream`: headers and
//! a payload, each part with a checksum. A message is taken for a small response, so that generated
//! code reads both alike.

mod error;
pub(crate) mod message;
mod sent;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::mem::replace;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::body::{BodyError, ByteStream};
use crate::clock::BoxFuture;
use crate::error::{DecodeError, ErrorBody, Secrets, ServiceError};
use crate::response::Response;

pub use error::EventError;
pub use sent::{EventHeader, EventWriter, SentEvent};

pub(crate) use sent::{SignedEvents, signed_length};

use message::{Kind, Message};

/// An event of a stream: generated unions of events implement it.
pub trait StreamEvent: Sized {
    /// The errors the service's model names for the stream;
    /// [`NoModeledError`](crate::NoModeledError) if none.
    type Error: fmt::Debug + Send + Sync + 'static;

    /// Reads an event of this type. A type that is not known is no error.
    fn decode(event_type: &str, event: &Response) -> Result<Self, DecodeError>;

    /// The modelled error of this type, if it is one.
    fn error(error_type: &str, body: &ErrorBody<'_>) -> Option<Self::Error> {
        let _ = (error_type, body);
        None
    }
}

impl Response {
    /// Takes the body as a stream of events.
    pub fn events<T: StreamEvent>(&mut self) -> EventStream<T> {
        let secrets = self.secrets().clone();
        EventStream::new(self.stream(), secrets)
    }
}

/// The events of a response, as they come.
///
/// Read it to its end: only then is it known to be whole. The first error is the last thing that
/// comes. Dropping the stream closes its connection.
pub struct EventStream<T> {
    source: Source,
    /// What has come of the message that is to be read next.
    buffer: BytesMut,
    secrets: Secrets,
    events: PhantomData<fn() -> T>,
}

/// The body and the piece of it that came.
type Piece = (Box<ByteStream>, Option<Result<Bytes, BodyError>>);

enum Source {
    Idle(Box<ByteStream>),
    Reading(BoxFuture<'static, Piece>),
    Done,
}

/// A stream without events.
impl<T> Default for EventStream<T> {
    fn default() -> Self {
        Self {
            source: Source::Done,
            buffer: BytesMut::new(),
            secrets: Secrets::default(),
            events: PhantomData,
        }
    }
}

impl<T: StreamEvent> EventStream<T> {
    fn new(body: ByteStream, secrets: Secrets) -> Self {
        Self {
            source: Source::Idle(Box::new(body)),
            buffer: BytesMut::new(),
            secrets,
            events: PhantomData,
        }
    }

    /// The next event; `None` at the end. A stream that ends in the middle of an event is an error.
    ///
    /// Nothing is lost where the future is dropped before it is ready.
    pub async fn next(&mut self) -> Option<Result<T, EventError<T::Error>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The event that has come already.
    fn take(&mut self) -> Option<Result<T, EventError<T::Error>>> {
        let message = Message::take(&mut self.buffer).transpose()?;
        Some(message.map_err(EventError::Message).and_then(|message| {
            let event = message.response.with_secrets(self.secrets.clone());
            match message.kind {
                Kind::Event(name) => T::decode(&name, &event).map_err(EventError::Decode),
                Kind::Exception(name) => {
                    let error = ServiceError::of_event(&event, &name, None);
                    let modelled = T::error(&name, &ErrorBody::of_event(&error, &event));
                    Err(EventError::service(error, modelled))
                }
                Kind::Error { code, message } => {
                    let error = ServiceError::of_event(&event, &code, message.as_deref());
                    Err(EventError::service(error, None))
                }
            }
        }))
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        let mut reading = match replace(&mut self.source, Source::Done) {
            Source::Done => return Poll::Ready(None),
            Source::Reading(reading) => reading,
            Source::Idle(mut body) => Box::pin(async move {
                let piece = body.next().await;
                (body, piece)
            }),
        };
        let Poll::Ready((body, piece)) = reading.as_mut().poll(context) else {
            self.source = Source::Reading(reading);
            return Poll::Pending;
        };
        if let Some(Ok(_)) = piece {
            self.source = Source::Idle(body);
        }
        Poll::Ready(piece)
    }

    fn end(&mut self) {
        self.source = Source::Done;
        self.buffer = BytesMut::new();
    }
}

impl<T: StreamEvent> Stream for EventStream<T> {
    type Item = Result<T, EventError<T::Error>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(event) = this.take() {
                if event.is_err() {
                    this.end();
                }
                return Poll::Ready(Some(event));
            }
            match ready!(this.poll_piece(context)) {
                Some(Ok(piece)) => this.buffer.extend_from_slice(&piece),
                Some(Err(error)) => {
                    this.end();
                    return Poll::Ready(Some(Err(EventError::Body(error))));
                }
                None => {
                    let is_whole = this.buffer.is_empty();
                    this.end();
                    let error = || Err(EventError::Message("it ends in the middle"));
                    return Poll::Ready((!is_whole).then(error));
                }
            }
        }
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_done = matches!(self.source, Source::Done);
        f.debug_struct("EventStream")
            .field("done", &is_done)
            .finish_non_exhaustive()
    }
}

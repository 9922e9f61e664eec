//! [`Reader`]: decodes an answer to an output.

use std::any::Any;

use super::{Metadata, decode};
use crate::blocking::off_thread;
use crate::error::{Cause, Failure};
use crate::operation::Operation;
use crate::pace::{SLICE, work};
use crate::response::Response;
use crate::transport::{TransportError, TransportErrorKind};

/// An output whose type only the reader knows.
type Decoded = Box<dyn Any + Send>;
type Decode = fn(Box<Response>) -> Result<Decoded, Box<Failure>>;

/// Reads the answer of an attempt; where that fails, the attempt has failed.
pub(super) trait Reader {
    /// Looks at an answer before it is read: that of the attempt with this number.
    fn note(&mut self, response: &Response, number: u32) {
        let _ = (response, number);
    }

    /// Reads a short answer.
    fn read(&mut self, response: Box<Response>) -> Result<(), Box<Failure>>;

    /// What can read a long one on another thread, if there are any.
    fn decode(&self) -> Option<Decode> {
        None
    }

    /// Takes what was read elsewhere.
    fn keep(&mut self, decoded: Decoded) {
        drop(decoded);
    }
}

pub(super) type Read<'a> = dyn Reader + Send + 'a;

/// Reads an answer, a long one on another thread: while it is decoded, other tasks run.
pub(super) async fn read(
    reader: &mut Read<'_>,
    operation: &'static str,
    response: Box<Response>,
    number: u32,
) -> Result<(), Box<Failure>> {
    reader.note(&response, number);
    let length = response.body().len();
    let Some(decode) = reader.decode().filter(|_| length > SLICE) else {
        work(length);
        return reader.read(response);
    };
    match off_thread(move || Ok(decode(response))).await {
        Ok(decoded) => decoded.map(|decoded| reader.keep(decoded)),
        // the runtime is being shut down
        Err(error) => {
            let text = format!("the answer could not be read: {error}");
            let error = TransportError::new(TransportErrorKind::Other, text);
            Err(Failure::new(operation, Cause::Transport(error)))
        }
    }
}

/// The output of an operation, once it is read.
pub(super) struct Output<O: Operation>(pub(super) Option<O::Output>);

impl<O: Operation> Default for Output<O> {
    fn default() -> Self {
        Self(None)
    }
}

impl<O: Operation> Reader for Output<O> {
    fn read(&mut self, response: Box<Response>) -> Result<(), Box<Failure>> {
        decode::<O>(response, &mut self.0)
    }

    fn decode(&self) -> Option<Decode> {
        Some(|response| {
            let mut output = None;
            decode::<O>(response, &mut output)?;
            Ok(Box::new(output))
        })
    }

    fn keep(&mut self, decoded: Decoded) {
        self.0 = decoded.downcast().ok().and_then(|output| *output);
    }
}

/// An output with what came with it.
pub(super) struct Noted<O: Operation> {
    pub(super) output: Output<O>,
    pub(super) metadata: Option<Metadata>,
}

impl<O: Operation> Default for Noted<O> {
    fn default() -> Self {
        Self {
            output: Output::default(),
            metadata: None,
        }
    }
}

impl<O: Operation> Reader for Noted<O> {
    fn note(&mut self, response: &Response, number: u32) {
        self.metadata = Some(Metadata::of(response, number));
    }

    fn read(&mut self, response: Box<Response>) -> Result<(), Box<Failure>> {
        self.output.read(response)
    }

    fn decode(&self) -> Option<Decode> {
        self.output.decode()
    }

    fn keep(&mut self, decoded: Decoded) {
        self.output.keep(decoded);
    }
}

/// Reads answers of an operation that are always short.
pub(super) struct Short<F>(pub(super) F);

impl<F: FnMut(Box<Response>) -> Result<(), Box<Failure>>> Reader for Short<F> {
    fn read(&mut self, response: Box<Response>) -> Result<(), Box<Failure>> {
        (self.0)(response)
    }
}

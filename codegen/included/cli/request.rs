//! From the name of an operation to the type of its request.

use super::runtime::command_line::DeserializeOwned;
use super::runtime::{Body, ByteStream, Operation};

/// A request that is made of JSON with the names of the API, and of a body that streams.
pub trait Request: Operation + DeserializeOwned + 'static {
    /// Sets the body, where there is one.
    fn set_body(&mut self, body: Body) {
        let _ = body;
    }

    /// Takes the body out of the answer, where there is one.
    fn take_stream(output: Self::Output) -> Option<ByteStream> {
        let _ = output;
        None
    }
}

/// What is done with the type of a request.
pub trait Visit {
    /// What comes of it.
    type Output;

    /// Does it.
    fn visit<O: Request>(self) -> Self::Output;
}

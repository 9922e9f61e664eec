//! From the name of an operation to its command and the type of its request.

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

/// Declares the modules of the commands, their table and the way from a name to a type.
macro_rules! commands {
    ($($module:ident: $operation:literal => $request:path,)*) => {
        $(pub(crate) mod $module;)*

        /// All commands, sorted by name.
        pub static COMMANDS: &[&Command] = &[$(&$module::COMMAND),*];

        /// Goes from the name of an operation to the type of its request; none where there is no such operation.
        pub fn visit<V: Visit>(operation: &str, visit: V) -> Option<V::Output> {
            match operation {
                $($operation => Some(visit.visit::<$request>()),)*
                _ => None,
            }
        }
    };
}

pub(crate) use commands;

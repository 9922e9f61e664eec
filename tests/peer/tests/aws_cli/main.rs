//! The real AWS CLI against the peer: a client that shares no line of code with it. Skipped where there is no `aws`.

mod objects;
mod sessions;
mod shell;

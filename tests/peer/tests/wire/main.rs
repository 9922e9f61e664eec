//! The peer over raw sockets, with a signer that lives in these tests.

mod connections;
mod faults;
mod sessions;
mod support;

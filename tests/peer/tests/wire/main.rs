//! The peer over raw sockets, with a signer that lives in these tests.

mod appends;
mod buckets;
mod checksums;
mod conditions;
mod connections;
mod copies;
mod deletions;
mod directory;
mod faults;
mod listings;
mod multipart;
mod objects;
mod refusals;
mod renames;
mod sessions;
mod support;

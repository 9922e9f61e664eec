//! The client over real TLS and over connections that misbehave, against the peer.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod addresses;
mod certificates;
mod collected;
mod connections;
mod odd;
mod own_client;
mod proxies;
mod silence;
mod socks;
mod support;
mod tls;
mod unasked;
mod uploads;
#[path = "../virtual_clock.rs"]
mod virtual_clock;

//! What one connection may cost.

use std::time::Duration;

/// Limits of the HTTP server; the defaults suit S3 Express requests.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// Connections served at once; more are accepted and closed.
    pub connections: usize,
    /// Bytes of request line and headers together.
    pub head_bytes: usize,
    /// Header fields in one request.
    pub headers: usize,
    /// Bytes of one request body after chunked decoding, 5 GiB unless set, as the service has it; operations without
    /// object data have lower limits of their own.
    pub body_bytes: u64,
    /// Time from the first byte of a request to the end of its head.
    pub head_timeout: Duration,
    /// Time from the end of the head to the end of the body.
    pub body_timeout: Duration,
    /// How long a connection may stay open between two requests.
    pub idle_timeout: Duration,
    /// How long one write may wait for a client that does not read.
    pub write_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            head_bytes: 64 * 1024,
            headers: 128,
            body_bytes: 5 * 1024 * 1024 * 1024,
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(600),
            idle_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(30),
        }
    }
}

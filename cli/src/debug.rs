//! `--debug`: logs requests and answers on standard error, without secrets. It prints the names of all headers, and
//! only the values of headers that hold no secret.

use std::fmt;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderMap, StatusCode};
use zonal::runtime::hook::{AttemptEnd, Hook};

static ON: AtomicBool = AtomicBool::new(false);

/// Headers whose values may be seen.
const SHOWN: &[&str] = &[
    "accept-encoding",
    "amz-sdk-request",
    "connection",
    "content-length",
    "content-type",
    "date",
    "etag",
    "expect",
    "host",
    "last-modified",
    "range",
    "server",
    "transfer-encoding",
    "user-agent",
    "x-amz-bucket-region",
    "x-amz-content-sha256",
    "x-amz-create-session-mode",
    "x-amz-date",
    "x-amz-id-2",
    "x-amz-request-id",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-bucket-key-enabled",
];

/// Turns it on.
pub(crate) fn enable() {
    ON.store(true, Ordering::Relaxed);
}

/// Whether it is on.
pub(crate) fn is_on() -> bool {
    ON.load(Ordering::Relaxed)
}

/// Logs a message, if `--debug` is on.
pub(crate) fn say(text: fmt::Arguments<'_>) {
    if is_on() {
        let text = text.to_string();
        let text = crate::output::terminal::safe(&text);
        drop(writeln!(io::stderr().lock(), "DEBUG {text}"));
    }
}

/// Logs each retry with the reason and the wait.
#[derive(Debug)]
pub(crate) struct Attempts;

impl Hook for Attempts {
    fn after_attempt(&self, attempt: &AttemptEnd<'_>) {
        if let (Some(error), Some(wait)) = (attempt.error(), attempt.retry_in()) {
            let (operation, number) = (attempt.operation(), attempt.number());
            say(format_args!(
                "attempt {number} of {operation}: {error}; again in {wait:?}"
            ));
        }
    }
}

/// The head of a request.
pub(crate) fn request(parts: &http::request::Parts) {
    if is_on() {
        let uri = &parts.uri;
        let path = uri.path();
        let query: Vec<_> = uri.query().map(names).unwrap_or_default();
        say(format_args!(
            "request: {} {}://{}{path} query: {}",
            parts.method,
            uri.scheme_str().unwrap_or_default(),
            uri.authority().map_or("", |authority| authority.as_str()),
            query.join("&")
        ));
        headers("request", &parts.headers);
    }
}

/// The head of an answer.
pub(crate) fn response(status: StatusCode, list: &HeaderMap) {
    if is_on() {
        say(format_args!("answer: {}", status.as_u16()));
        headers("answer", list);
    }
}

/// A query without its values: they are the user's.
fn names(query: &str) -> Vec<&str> {
    let pairs = query.split('&');
    pairs
        .map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
        .collect()
}

fn headers(whose: &str, headers: &HeaderMap) {
    for (name, value) in headers {
        let value = match value.to_str() {
            Ok(value) if SHOWN.contains(&name.as_str()) => value,
            _ => "(not shown)",
        };
        say(format_args!("{whose} header: {name}: {value}"));
    }
}

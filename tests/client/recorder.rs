//! A transport that sends nothing: it keeps the request and gives a good answer.

use std::fmt::Write;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use zonal::runtime::clock::{BoxFuture, Clock};
use zonal::runtime::transport::{RequestBody, ResponseBody, Transport, TransportError};

const ANSWER: &str = "<CreateSessionResult><Credentials><SessionToken>t</SessionToken>\
    <SecretAccessKey>s</SecretAccessKey><AccessKeyId>a</AccessKeyId>\
    <Expiration>2026-11-22T00:50:15Z</Expiration></Credentials></CreateSessionResult>";

/// A request as it would have gone out.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) method: String,
    /// The whole URL.
    pub(crate) url: String,
    /// Sorted by name.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Sent {
    /// The value of a header.
    #[allow(dead_code, reason = "the program of `official.rs` does without")]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All of it, for comparisons.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{} {}\n", self.method, self.url);
        for (name, value) in &self.headers {
            writeln!(text, "{name}: {value}").unwrap();
        }
        writeln!(text, "\n{:?}", self.body).unwrap();
        text
    }
}

/// The transport; clones keep their requests together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<Sent>>>);

impl Recorder {
    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Sent> {
        self.0.lock().unwrap().clone()
    }
}

impl Transport for Recorder {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        let (parts, body) = request.into_parts();
        let mut headers: Vec<_> = parts
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.to_string(), value)
            })
            .collect();
        headers.sort();
        self.0.lock().unwrap().push(Sent {
            method: parts.method.to_string(),
            url: parts.uri.to_string(),
            headers,
            body: body.as_bytes().cloned().unwrap_or_default(),
        });
        let body = ResponseBody::from(Bytes::from_static(ANSWER.as_bytes()));
        Box::pin(std::future::ready(Ok(http::Response::new(body))))
    }
}

/// A clock that stands still.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frozen(pub(crate) SystemTime);

impl Clock for Frozen {
    fn now(&self) -> SystemTime {
        self.0
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Runs a future that never has to wait: it needs no runtime.
pub(crate) fn ready<T>(future: impl IntoFuture<Output = T>) -> T {
    let mut future = pin!(future.into_future());
    let poll = future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    match poll {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits for something"),
    }
}

//! What the host does: it sends, waits, tells the time and draws random numbers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use zonal::runtime::clock::{BoxFuture, Clock};
use zonal::runtime::random::Random;
use zonal::runtime::transport::{
    RequestBody, ResponseBody, Transport, TransportError, TransportErrorKind,
};

use crate::task;

mod imported {
    #[link(wasm_import_module = "host")]
    unsafe extern "C" {
        /// Milliseconds since 1970.
        pub(super) safe fn now() -> f64;
        /// A number from 0 on, below 2 to the power of 32.
        pub(super) safe fn random() -> u32;
        /// Begins what the JSON text asks for; gives a number for it.
        pub(super) safe fn start(text: *const u8, length: usize) -> u32;
        /// There is no more to do.
        pub(super) safe fn done();
        /// A line for who runs this.
        pub(super) safe fn say(text: *const u8, length: usize);
    }
}

thread_local! {
    /// What has come of what was begun.
    static ENDED: RefCell<HashMap<u32, Value>> = RefCell::default();
}

/// The host, as all that a client needs of one.
#[derive(Debug)]
pub(crate) struct Host;

/// Something that was begun.
struct Begun(u32);

fn start(what: &Value) -> Begun {
    let text = what.to_string();
    Begun(imported::start(text.as_ptr(), text.len()))
}

impl Future for Begun {
    type Output = Value;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Value> {
        let ended = ENDED.with_borrow_mut(|ended| ended.remove(&self.0));
        ended.map_or(Poll::Pending, Poll::Ready)
    }
}

impl Transport for Host {
    fn send(
        &self,
        request: Request<RequestBody>,
    ) -> BoxFuture<'_, Result<Response<ResponseBody>, TransportError>> {
        Box::pin(async move {
            let failed = |text: String| TransportError::new(TransportErrorKind::Other, text);
            let (parts, body) = request.into_parts();
            let body = body.collect().await.map_err(|error| failed(error.to_string()))?;
            let headers: Vec<_> = parts
                .headers
                .iter()
                .map(|(name, value)| [name.as_str(), value.to_str().unwrap_or_default()])
                .collect();
            let sent = json!({
                "method": parts.method.as_str(),
                "url": parts.uri.to_string(),
                "headers": headers,
                "body": STANDARD.encode(body.to_bytes()),
            });
            let answer = start(&sent).await;
            if let Some(error) = answer["error"].as_str() {
                return Err(failed(error.to_owned()));
            }
            let mut response = Response::builder().status(answer["status"].as_u64().unwrap_or(0) as u16);
            for header in answer["headers"].as_array().into_iter().flatten() {
                let [name, value] = [&header[0], &header[1]].map(|text| text.as_str().unwrap_or_default());
                response = response.header(name, value);
            }
            let body = STANDARD.decode(answer["body"].as_str().unwrap_or_default());
            let body = body.map_err(|error| failed(error.to_string()))?;
            let response = response.body(ResponseBody::from(Bytes::from(body)));
            response.map_err(|error| failed(error.to_string()))
        })
    }
}

impl Clock for Host {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(imported::now() as u64)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let begun = start(&json!({ "sleep": duration.as_millis() as u64 }));
        Box::pin(async move { drop(begun.await) })
    }
}

impl Random for Host {
    fn number(&self) -> u64 {
        u64::from(imported::random()) << 32 | u64::from(imported::random())
    }
}

pub(crate) fn say(text: &str) {
    imported::say(text.as_ptr(), text.len());
}

pub(crate) fn done() {
    imported::done();
}

/// Room for a text of the host.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    Box::into_raw(vec![0_u8; length].into_boxed_slice()).cast()
}

/// The text that the host has written into some [`room`].
pub(crate) fn text_at(text: *mut u8, length: usize) -> String {
    // SAFETY: the host hands back what `room` gave it, once, and with the same length.
    let bytes = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(text, length)) };
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What came of what was begun: a JSON text.
#[unsafe(no_mangle)]
pub extern "C" fn end(number: u32, text: *mut u8, length: usize) {
    let value = serde_json::from_str(&text_at(text, length)).unwrap_or_default();
    ENDED.with_borrow_mut(|ended| ended.insert(number, value));
    task::poll();
}

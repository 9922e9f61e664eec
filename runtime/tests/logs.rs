//! A whole call under a subscriber that keeps everything: no secret in any field.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use common::{GetToken, Server, client, http};
use tracing::field::{Field, Visit};
use tracing::span;
use zonal_runtime::Secret;

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<String>>);

impl Visit for &Recorder {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl tracing::Subscriber for Recorder {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        writeln!(
            self.0.lock().unwrap(),
            "span {}",
            attributes.metadata().name()
        )
        .unwrap();
        attributes.record(&mut &*self);
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut &*self);
    }
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut &*self);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[test]
fn spans_say_what_happened_and_hold_no_secret() {
    let recorder = Recorder::default();
    let log = recorder.0.clone();
    tracing::subscriber::set_global_default(recorder).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let good = "<Result><Token>MARKERANSWER</Token></Result>";
        let bad = "<Error><Code>ExpiredToken</Code><Token-0>MARKERTOKEN</Token-0></Error>";
        for answer in [
            http(200, "", good),
            http(400, "", bad),
            http(200, "", "<Result>MARKER"),
        ] {
            let server = Server::start(answer);
            let client = client(server.address).build().unwrap();
            let mut request = GetToken::new("demo");
            request.context = Some(Secret::from("MARKERCONTEXT"));
            let answer = client.send(&request).await;
            let shown = format!("{client:?} {request:?} {answer:?}");
            assert!(!shown.contains("MARKER"), "{shown}");
        }
    });
    let log = log.lock().unwrap();
    assert!(!log.contains("MARKER"), "{log}");
    for part in [
        "span call",
        "span attempt",
        "operation=\"GetToken\"",
        "host=\"demo.localhost\"",
        "status=200",
        "request_id=\"4442587FB7D0A2F9\"",
        "ExpiredToken",
    ] {
        assert!(log.contains(part), "{part} in {log}");
    }
}

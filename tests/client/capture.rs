//! Keeps whatever is logged or panicked in this process, at every level and by every crate.
//!
//! All secrets of these tests hold [`MARK`]; a line that has it is remembered, and the next test that asks
//! fails.

use std::fmt::{Debug, Write};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span;

/// Part of every secret in these tests.
pub(crate) const MARK: &str = "MARKER";

struct Kept {
    text: String,
    /// Lines with a mark.
    leaks: Vec<String>,
}

static KEPT: Mutex<Kept> = Mutex::new(Kept {
    text: String::new(),
    leaks: Vec::new(),
});

fn kept() -> MutexGuard<'static, Kept> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep(line: &str) {
    let mut kept = kept();
    if has_mark(line) {
        kept.leaks.push(line.chars().take(500).collect());
    }
    kept.text.push_str(line);
    kept.text.push('\n');
}

/// Whether a text has the mark: as it is, as numbers of bytes, or in hexadecimal.
pub(crate) fn has_mark(text: &str) -> bool {
    let bytes = format!("{:?}", MARK.as_bytes());
    let hex = |separator: &str| {
        let digits: Vec<_> = MARK.bytes().map(|byte| format!("{byte:02x}")).collect();
        digits.join(separator)
    };
    let bytes = bytes.trim_matches(['[', ']']);
    [MARK, bytes, &hex(""), &hex(" ")]
        .iter()
        .any(|form| text.contains(form))
}

/// Starts to listen: to `tracing`, to `log` and to panics. The first call counts.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(Sink).unwrap();
        log::set_logger(&Sink).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            // our own assertions may say what they like
            let ours = info
                .location()
                .is_some_and(|at| at.file().contains("tests/client/"));
            if !ours {
                keep(&format!("panic: {info}"));
            }
            before(info);
        }));
    });
}

/// Where the log stands now.
pub(crate) fn position() -> usize {
    kept().text.len()
}

/// What was logged since then.
pub(crate) fn since(position: usize) -> String {
    kept().text[position..].to_owned()
}

/// Lines with a mark, of any test; they are told once.
pub(crate) fn leaks() -> Vec<String> {
    std::mem::take(&mut kept().leaks)
}

struct Sink;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Line {
    fn new(what: &str, metadata: &tracing::Metadata<'_>) -> Self {
        let (level, target, name) = (metadata.level(), metadata.target(), metadata.name());
        Self(format!("{what} {level} {target} {name}:"))
    }
}

impl tracing::Subscriber for Sink {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let mut line = Line::new("span", attributes.metadata());
        attributes.record(&mut line);
        keep(&line.0);
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut line = Line("record".to_owned());
        values.record(&mut line);
        keep(&line.0);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line::new("event", event.metadata());
        event.record(&mut line);
        keep(&line.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

impl log::Log for Sink {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let (level, target) = (record.level(), record.target());
        keep(&format!("log {level} {target}: {}", record.args()));
    }

    fn flush(&self) {}
}

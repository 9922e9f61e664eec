//! Shows the progress of bytes, on one line of a terminal.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::debug;

/// What is over sooner needs no line.
const QUIET: Duration = Duration::from_millis(500);
/// How often the line is drawn, in a second.
const RATE: u8 = 10;
const KNOWN: &str =
    "{bytes} of {total_bytes} ({percent}%), {binary_bytes_per_sec}, {eta} left{msg}";
const UNKNOWN: &str = "{bytes}, {binary_bytes_per_sec}{msg}";

/// Whether many bodies move at once, which one line cannot show.
static OFF: AtomicBool = AtomicBool::new(false);

/// Shows no single body from now on.
pub(crate) fn disable() {
    OFF.store(true, Ordering::Relaxed);
}

/// Whether somebody would see a line: standard error is a terminal that can go back on a line, and has no other things to
/// say.
fn is_seen() -> bool {
    let term = std::env::var_os("TERM");
    let is_dumb = term.map_or(cfg!(unix), |name| name == "dumb");
    io::stderr().is_terminal() && !is_dumb && !debug::is_on()
}

/// A line that appears when it is worth it, and goes away with this.
#[derive(Debug)]
struct Line {
    bar: ProgressBar,
    start: Instant,
    is_drawn: AtomicBool,
}

impl Line {
    fn new(total: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = if total.is_some() { KNOWN } else { UNKNOWN };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar,
            start: Instant::now(),
            is_drawn: AtomicBool::new(false),
        }
    }

    fn add(&self, bytes: u64) {
        if self.start.elapsed() >= QUIET {
            self.show();
        }
        self.bar.inc(bytes);
    }

    fn show(&self) {
        if !self.is_drawn.swap(true, Ordering::Relaxed) {
            let screen = ProgressDrawTarget::stderr_with_hz(RATE);
            self.bar.set_draw_target(screen);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Counts the bytes of one body.
pub(crate) struct Meter(Line);

impl Meter {
    /// None where nobody would see it.
    pub(crate) fn new(total: Option<u64>) -> Option<Self> {
        let is_off = OFF.load(Ordering::Relaxed);
        (is_seen() && !is_off).then(|| Self(Line::new(total)))
    }

    /// So many bytes more are done.
    pub(crate) fn add(&mut self, bytes: usize) {
        self.0.add(bytes as u64);
    }
}

/// Counts the files of a command, and their bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files(Option<Arc<Counted>>);

#[derive(Debug)]
struct Counted {
    line: Line,
    known: AtomicU64,
    done: AtomicU64,
}

impl Files {
    /// Shows nothing where nobody would see it, or it is not `wanted`.
    pub(crate) fn new(wanted: bool) -> Self {
        let counted = || Counted {
            line: Line::new(Some(0)),
            known: AtomicU64::new(0),
            done: AtomicU64::new(0),
        };
        Self((wanted && is_seen()).then(|| Arc::new(counted())))
    }

    /// Appears, when it is worth it, also before anything has moved.
    pub(crate) async fn appear(self) {
        tokio::time::sleep(QUIET).await;
        if let Some(counted) = &self.0 {
            counted.line.show();
            counted.line.bar.enable_steady_tick(QUIET);
        }
    }

    pub(crate) fn is_shown(&self) -> bool {
        self.0.is_some()
    }

    /// There is one more, of so many bytes.
    pub(crate) fn found(&self, bytes: u64) {
        if let Some(counted) = &self.0 {
            counted.known.fetch_add(1, Ordering::Relaxed);
            counted.line.bar.inc_length(bytes);
            counted.tell();
        }
    }

    /// So many bytes more are done.
    pub(crate) fn moved(&self, bytes: u64) {
        if let Some(counted) = &self.0 {
            counted.line.add(bytes);
        }
    }

    /// One more is done.
    pub(crate) fn ended(&self) {
        if let Some(counted) = &self.0 {
            counted.done.fetch_add(1, Ordering::Relaxed);
            counted.tell();
        }
    }

    /// Prints other lines where this one is drawn.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(counted) => counted.line.bar.suspend(print),
            None => print(),
        }
    }
}

impl Counted {
    fn tell(&self) {
        let done = self.done.load(Ordering::Relaxed);
        let known = self.known.load(Ordering::Relaxed);
        self.line
            .bar
            .set_message(format!(", {done} of {known} files"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_of_the_line_are_right() {
        for template in [KNOWN, UNKNOWN] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn files_and_bytes_are_counted() {
        let files = Files(Some(Arc::new(Counted {
            line: Line::new(Some(0)),
            known: AtomicU64::new(0),
            done: AtomicU64::new(0),
        })));
        files.found(7);
        files.found(5);
        files.moved(7);
        files.ended();
        let bar = &files.0.as_ref().unwrap().line.bar;
        assert_eq!((bar.position(), bar.length()), (7, Some(12)));
        assert_eq!(bar.message(), ", 1 of 2 files");
        assert_eq!(files.aside(|| 1), 1);
    }
}

//! How far an upload or a download has come, on one line of a terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::debug;

/// What is over sooner needs no line.
const QUIET: Duration = Duration::from_millis(500);
/// How often the line is drawn.
const INTERVAL: Duration = Duration::from_millis(100);

/// Whether many bodies move at once, which one line cannot show.
static OFF: AtomicBool = AtomicBool::new(false);

/// Draws nothing from now on.
pub(crate) fn disable() {
    OFF.store(true, Ordering::Relaxed);
}

/// Counts bytes, and draws. The line goes away with it.
pub(crate) struct Meter {
    total: Option<u64>,
    done: u64,
    start: Instant,
    drawn: Option<Instant>,
}

impl Meter {
    /// None where nobody would see it: standard error is no terminal, or has other things to say.
    pub(crate) fn new(total: Option<u64>) -> Option<Self> {
        let is_dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
        let is_off = OFF.load(Ordering::Relaxed) || debug::is_on();
        let is_seen = io::stderr().is_terminal() && !is_dumb && !is_off;
        is_seen.then(|| Self {
            total,
            done: 0,
            start: Instant::now(),
            drawn: None,
        })
    }

    /// So many bytes more are done.
    pub(crate) fn add(&mut self, bytes: usize) {
        self.done += bytes as u64;
        let since = self.start.elapsed();
        let is_due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= INTERVAL);
        if since >= QUIET && is_due {
            self.drawn = Some(Instant::now());
            let line = line(self.done, self.total, since);
            let mut screen = io::stderr().lock();
            // a line that is not seen is no reason to stop
            drop(write!(screen, "\r\x1b[K{line}").and_then(|()| screen.flush()));
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            let mut screen = io::stderr().lock();
            drop(write!(screen, "\r\x1b[K").and_then(|()| screen.flush()));
        }
    }
}

/// Such as `12.0 MiB of 48.0 MiB (25%), 8.0 MiB/s`.
fn line(done: u64, total: Option<u64>, since: Duration) -> String {
    let rate = size(done as f64 / since.as_secs_f64().max(0.001));
    let done_text = size(done as f64);
    match total.filter(|total| *total > 0) {
        Some(total) => {
            let percent = u128::from(done.min(total)) * 100 / u128::from(total);
            format!(
                "{done_text} of {} ({percent}%), {rate}/s",
                size(total as f64)
            )
        }
        None => format!("{done_text}, {rate}/s"),
    }
}

fn size(mut bytes: f64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024.0 {
        return format!("{bytes:.0} B");
    }
    let mut unit = "";
    for name in units {
        if bytes < 1024.0 && !unit.is_empty() {
            break;
        }
        bytes /= 1024.0;
        unit = name;
    }
    format!("{bytes:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_short_whatever_the_numbers() {
        let mib = 1024 * 1024;
        let second = Duration::from_secs(1);
        assert_eq!(
            line(12 * mib, Some(48 * mib), second),
            "12.0 MiB of 48.0 MiB (25%), 12.0 MiB/s"
        );
        assert_eq!(line(100, None, second), "100 B, 100 B/s");
        for number in [0, 1, 1023, 1024, u64::MAX] {
            for total in [None, Some(0), Some(1), Some(u64::MAX)] {
                assert!(line(number, total, Duration::ZERO).len() < 70);
            }
        }
    }
}

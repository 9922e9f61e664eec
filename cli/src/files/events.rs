//! Reports each file: in the lines of the AWS CLI or, with `--json`, as one event per line.

use serde_json::json;
use zonal_transfer::Error;

use super::options::Options;
use crate::failure::Failure;
use crate::output::terminal::safe;
use crate::progress::Files;
use crate::{call, console, stop};

/// The operation on a file, by its name in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Upload,
    Download,
    Copy,
    Move,
    Delete,
}

/// The result of the operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// A dry run would have done it.
    Planned,
    Failed(String),
    /// The name does not fit where it was to go.
    Refused(String),
    /// The program was interrupted.
    Cancelled,
}

/// Something that happened to a file.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) action: Action,
    pub(super) source: String,
    pub(super) target: Option<String>,
    pub(super) bytes: Option<u64>,
    pub(super) outcome: Outcome,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Download => "download",
            Self::Copy => "copy",
            Self::Move => "move",
            Self::Delete => "delete",
        }
    }
}

impl Event {
    fn location(&self) -> String {
        match &self.target {
            Some(target) => format!("{} to {target}", self.source),
            None => self.source.clone(),
        }
    }

    fn json(&self) -> String {
        let (status, error) = match &self.outcome {
            Outcome::Done => ("done", None),
            Outcome::Planned => ("dryrun", None),
            Outcome::Failed(error) => ("failed", Some(error)),
            Outcome::Refused(error) => ("refused", Some(error)),
            Outcome::Cancelled => ("cancelled", None),
        };
        let mut line =
            json!({"event": self.action.name(), "status": status, "source": self.source});
        if let Some(target) = &self.target {
            line["target"] = json!(target);
        }
        if let Some(bytes) = self.bytes {
            line["bytes"] = json!(bytes);
        }
        if let Some(error) = error {
            line["error"] = json!(error);
        }
        line.to_string()
    }
}

/// Says what happens, and counts.
#[derive(Debug, Default)]
pub(super) struct Report {
    json: bool,
    /// Whether the lines are a listing, which has no total.
    lists: bool,
    quiet: bool,
    only_errors: bool,
    done: u64,
    bytes: u64,
    failed: u64,
    refused: u64,
    warned: u64,
    cancelled: u64,
    resumes: bool,
    files: Files,
}

impl Report {
    pub(super) fn new(options: &Options, files: Files) -> Self {
        Self {
            json: options.json,
            quiet: options.quiet,
            only_errors: options.only_show_errors,
            resumes: options.resume,
            files,
            ..Self::default()
        }
    }

    pub(super) fn tell(&mut self, event: &Event) -> Result<(), Failure> {
        match event.outcome {
            Outcome::Done => {
                self.done += 1;
                self.bytes = self.bytes.saturating_add(event.bytes.unwrap_or(0));
            }
            Outcome::Planned => {}
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Refused(_) => self.refused += 1,
            Outcome::Cancelled => self.cancelled += 1,
        }
        if self.json {
            let is_error = matches!(event.outcome, Outcome::Failed(_) | Outcome::Refused(_));
            return if is_error || !self.only_errors {
                self.out(&event.json())
            } else {
                Ok(())
            };
        }
        let (name, location) = (event.action.name(), event.location());
        match &event.outcome {
            Outcome::Done if self.only_errors => Ok(()),
            Outcome::Done => self.out(&format!("{name}: {location}")),
            Outcome::Planned => self.out(&format!("(dryrun) {name}: {location}")),
            Outcome::Failed(error) | Outcome::Refused(error) => {
                self.error(&format!("{name} failed: {location} {error}"));
                Ok(())
            }
            Outcome::Cancelled => Ok(()),
        }
    }

    /// Counts what succeeded, and says it to programs alone.
    pub(super) fn silent(&mut self, event: &Event) -> Result<(), Failure> {
        let quiet = std::mem::replace(&mut self.quiet, !self.json);
        let told = self.tell(event);
        self.quiet = quiet;
        told
    }

    /// A line of a listing.
    pub(super) fn line(&mut self, line: &str) -> Result<(), Failure> {
        self.lists = true;
        self.out(line)
    }

    /// A line of columns with tabs between them.
    pub(super) fn columns(&mut self, columns: &[&str]) -> Result<(), Failure> {
        self.lists = true;
        let columns: Vec<_> = columns.iter().map(|column| safe(column)).collect();
        self.raw(&columns.join("\t"))
    }

    /// A line as it is.
    pub(super) fn raw(&mut self, line: &str) -> Result<(), Failure> {
        self.lists = true;
        stop::blocking(|| console::print(&format!("{line}\n"))).map(drop)
    }

    /// There was nothing to list, which the exit code says.
    pub(super) fn nothing_found(&mut self) {
        self.lists = true;
        self.failed += 1;
    }

    /// A file that is left out, or something that the user should know.
    pub(super) fn warn(&mut self, text: &str) -> Result<(), Failure> {
        self.warned += 1;
        if self.json {
            self.out(&json!({"event": "warning", "message": text}).to_string())
        } else {
            self.error(&format!("warning: {text}"));
            Ok(())
        }
    }

    /// An error that ends the command.
    pub(super) fn fatal(&mut self, text: &str) -> Result<(), Failure> {
        self.failed += 1;
        if self.json {
            self.out(&json!({"event": "fatal", "error": text}).to_string())
        } else {
            self.error(&format!("fatal error: {text}"));
            Ok(())
        }
    }

    /// Whether anything was left out by a warning.
    pub(super) fn has_warned(&self) -> bool {
        self.warned > 0
    }

    /// Whether something was not done that should have been.
    pub(super) fn has_failed(&self) -> bool {
        self.failed + self.refused + self.cancelled > 0
    }

    /// The exit code, after the last words.
    pub(super) fn finish(&mut self) -> Result<u8, Failure> {
        if self.json && !self.lists {
            let total = json!({
                "event": "total", "done": self.done, "bytes": self.bytes, "failed": self.failed,
                "refused": self.refused, "warnings": self.warned, "cancelled": self.cancelled,
            });
            self.out(&total.to_string())?;
        } else if self.refused > 0 {
            let (count, are) = match self.refused {
                1 => ("1 object".to_owned(), "was"),
                more => (format!("{more} objects"), "were"),
            };
            self.error(&format!(
                "{count} {are} not written: the keys do not fit the target directory"
            ));
        }
        Ok(match (self.failed + self.refused, self.warned) {
            (0, 0) => 0,
            (0, _) => 2,
            _ => 1,
        })
    }

    /// The message of an interrupted program.
    pub(super) fn interrupted(&self) {
        let (done, cancelled) = (self.done, self.cancelled);
        let advice = if self.resumes {
            "the transferred parts of large files are kept. Run the same command again to continue"
        } else {
            "no incomplete files are left. Run the same command again: sync and mv do the rest, cp starts again"
        };
        self.error(&format!(
            "cancelled: ctrl-c received; {done} done, {cancelled} broken off, {advice}"
        ));
    }

    fn out(&self, line: &str) -> Result<(), Failure> {
        if self.quiet {
            return Ok(());
        }
        let print = || console::print(&format!("{}\n", safe(line)));
        self.files.aside(|| stop::printing(print)).map(drop)
    }

    fn error(&self, line: &str) {
        if !self.quiet {
            self.files.aside(|| console::say(&safe(line)));
        }
    }
}

/// The message of a transfer that failed.
pub(super) fn words(error: &Error) -> String {
    let Some(call) = error.call() else {
        return error.to_string();
    };
    match error.left_behind() {
        Some(left) => format!("{}; {left}", call::words(call)),
        None => call::words(call),
    }
}
